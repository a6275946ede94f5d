import { colourVariable, titleOf, unassigned } from '../format/segments.ts';

export interface LegendEntry {
  readonly name: string;
  /** A colour of the style sheets: `var(--accent)`. */
  readonly colour: string;
  readonly mark?: 'area' | 'line' | 'dashes' | 'dot';
}

export function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul class="legend" aria-label="Legend">
      {entries.map(({ name, colour, mark = 'area' }) => (
        <li key={name}>
          <i data-mark={mark} style={{ '--mark-colour': colour }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Segments in their order, as they are named in the data; lines of those without one are dashed. */
export function segmentLegend(names: readonly string[], mark: LegendEntry['mark'] = 'area'): LegendEntry[] {
  return names.map((name) => ({
    name: titleOf(name),
    colour: `var(${colourVariable(name)})`,
    mark: mark === 'line' && name === unassigned ? 'dashes' : mark,
  }));
}
