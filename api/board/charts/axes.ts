import type { Palette } from './palette.ts';

type More = Readonly<Record<string, unknown>>;

const fontSize = 12;

/** Room around the drawing; labels keep inside by themselves. */
export const frame = { left: 8, right: 12, top: 28, bottom: 4, containLabel: true };

/** The axis that time or categories run along. */
export function baseAxis(palette: Palette, more: More = {}): Record<string, unknown> {
  return {
    axisLine: { lineStyle: { color: palette.lineStrong } },
    axisTick: { show: false },
    splitLine: { show: false },
    nameTextStyle: { color: palette.soft, fontSize },
    ...more,
    axisLabel: {
      color: palette.soft,
      fontSize,
      hideOverlap: true,
      // Below the lowest label of the other axis, not beside it.
      margin: 14,
      ...((more.axisLabel as More | undefined) ?? {}),
    },
  };
}

/** The axis of the values, with its unit above it and faint lines across. */
export function valueAxis(palette: Palette, unit: string, more: More = {}): Record<string, unknown> {
  return {
    type: 'value',
    name: unit,
    nameLocation: 'end',
    nameGap: 12,
    axisLine: { show: false },
    axisTick: { show: false },
    splitNumber: 4,
    splitLine: { lineStyle: { color: palette.line } },
    ...more,
    nameTextStyle: {
      color: palette.soft,
      fontSize,
      align: 'left',
      padding: [0, 0, 0, -4],
      ...((more.nameTextStyle as More | undefined) ?? {}),
    },
    axisLabel: { color: palette.soft, fontSize, ...((more.axisLabel as More | undefined) ?? {}) },
  };
}

/** Lines and areas without points on them. */
export const smoothless = { type: 'line', symbol: 'none', showSymbol: false, animation: false } as const;
