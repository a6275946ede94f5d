import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Card } from '../parts/card.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Empty } from '../parts/states.tsx';
import { Chart, type DrawOption } from './chart.tsx';
import { Legend, type LegendEntry } from './legend.tsx';

interface ChartCardProps<T> {
  readonly title: string;
  /** What is drawn against what, in which units. */
  readonly note: ComponentChildren;
  /** The gist in a sentence, for those who don't see the drawing. */
  readonly label: string;
  readonly heightPx?: number;
  /** Memoised: the drawing is made anew whenever it is another function. */
  readonly draw: DrawOption;
  readonly legend?: readonly LegendEntry[];
  readonly table: { readonly columns: readonly Column<T>[]; readonly rows: readonly T[] };
  readonly keyOf: (row: T, index: number) => string;
  readonly empty: string;
  readonly actions?: ComponentChildren;
  readonly foot?: ComponentChildren;
  readonly class?: string;
}

/** A chart with its title, units and legend, and the same figures as a table for who prefers them. */
export function ChartCard<T>(props: ChartCardProps<T>) {
  const [asTable, setAsTable] = useState(false);
  const { title, note, label, heightPx = 260, draw, legend, table, keyOf, empty, actions, foot } = props;
  const isEmpty = table.rows.length === 0;
  return (
    <Card
      title={title}
      note={note}
      flush={asTable && !isEmpty}
      {...(props.class === undefined ? {} : { class: props.class })}
      {...(foot === undefined ? {} : { foot })}
      actions={
        <>
          {actions}
          <button
            type="button"
            class="button small"
            aria-pressed={asTable}
            disabled={isEmpty}
            onClick={() => setAsTable(!asTable)}
          >
            As table<span class="visually-hidden">: {title}</span>
          </button>
        </>
      }
    >
      {isEmpty ? (
        <Empty title={empty} />
      ) : asTable ? (
        <DataTable caption={title} columns={table.columns} rows={table.rows} keyOf={keyOf} tall />
      ) : (
        <>
          {legend !== undefined && <Legend entries={legend} />}
          <Chart label={`${title}. ${label}`} heightPx={heightPx} draw={draw} />
        </>
      )}
    </Card>
  );
}
