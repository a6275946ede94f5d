import type { ComponentChildren } from 'preact';

interface FigureProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly unit?: string;
  readonly note?: ComponentChildren;
  readonly tone?: 'good' | 'warn' | 'bad' | undefined;
}

/** One figure with its name; stands in `Figures`. */
export function Figure({ label, value, unit, note, tone }: FigureProps) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd class={`value ${tone ?? ''}`}>
        {value}
        {unit !== undefined && <span class="unit">{unit}</span>}
      </dd>
      {note !== undefined && <dd class="note">{note}</dd>}
    </div>
  );
}

interface FiguresProps {
  readonly children: ComponentChildren;
  /** Without a frame of their own, within a card. */
  readonly plain?: boolean;
  /** Six of them keep to even rows. */
  readonly six?: boolean;
}

export function Figures({ children, plain, six }: FiguresProps) {
  return <dl class={`figures${plain ? ' plain' : ''}${six ? ' six' : ''}`}>{children}</dl>;
}
