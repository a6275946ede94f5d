import type { Palette } from './palette.ts';

export interface TipRow {
  readonly name: string;
  readonly value: string;
  readonly colour?: string;
}

/** A tooltip as elements: names come from customers and products, so nothing of them is ever read as markup. */
export function tip(title: string, rows: readonly TipRow[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'tip';
  const head = document.createElement('strong');
  head.textContent = title;
  const list = document.createElement('dl');
  for (const { name, value, colour } of rows) {
    const mark = document.createElement('i');
    mark.style.setProperty('--mark-colour', colour ?? 'transparent');
    const term = document.createElement('dt');
    term.textContent = name;
    const figure = document.createElement('dd');
    figure.textContent = value;
    list.append(mark, term, figure);
  }
  box.append(head, list);
  return box;
}

/** A row of the drawing under the pointer, as the library hands it over. */
export interface Pointed {
  readonly seriesName?: string;
  readonly dataIndex: number;
  readonly color?: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly data?: unknown;
  readonly dataType?: string;
}

/** A tooltip for all series at one place of the axis. */
export function axisTip(palette: Palette, format: (pointed: readonly Pointed[]) => HTMLElement) {
  return {
    ...bare,
    trigger: 'axis',
    axisPointer: { type: 'line', lineStyle: { color: palette.lineStrong }, label: { show: false } },
    formatter: (pointed: Pointed | readonly Pointed[]) =>
      format(Array.isArray(pointed) ? pointed : [pointed as Pointed]),
  };
}

/** A tooltip for the thing under the pointer. */
export function itemTip(format: (pointed: Pointed) => HTMLElement) {
  return { ...bare, trigger: 'item', formatter: (pointed: Pointed) => format(pointed) };
}

/** The box is the page's own; it stays within the drawing. */
const bare = {
  confine: true,
  transitionDuration: 0,
  borderWidth: 0,
  padding: 0,
  backgroundColor: 'transparent',
  extraCssText: 'box-shadow: none;',
} as const;
