import type { ComponentChildren } from 'preact';
import { ScrollFrame } from './scroll-frame.tsx';

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly number?: boolean;
  /** The cell that names the row, for those who hear tables; it stays in sight when the table scrolls. */
  readonly names?: boolean;
  /** Holds sentences: wraps, and has room to. */
  readonly wraps?: boolean;
  /** Left out where the page is narrow: the page that the row leads to has it. */
  readonly spare?: boolean;
}

interface DataTableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T, index: number) => string;
  /** Scrolls beyond a screen's half. */
  readonly tall?: boolean;
}

/** A table that scrolls within its frame where the page is narrow. */
export function DataTable<T>({ caption, columns, rows, keyOf, tall }: DataTableProps<T>) {
  return (
    <ScrollFrame label={caption} tall={tall}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" class={classOf(column)}>
                {unbroken(column.head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map((column) =>
                column.names ? (
                  <th key={column.head} scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.head} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollFrame>
  );
}

/** A head that takes two lines keeps 28 days together. */
function unbroken(head: string): string {
  return head.replace(/(\d) /g, '$1\u00a0');
}

function classOf<T>({ number, wraps, spare }: Column<T>): string {
  return [number && 'number', wraps && 'wraps', spare && 'spare'].filter(Boolean).join(' ');
}
