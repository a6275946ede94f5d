import type { Performance, PeriodFigures } from '../data/answers.ts';
import { month, shortDay } from '../format/dates.ts';
import { segmentNames, unassigned } from '../format/segments.ts';

export interface PeriodRow {
  readonly label: string;
  readonly complete: boolean;
  readonly segments: Readonly<Record<string, PeriodFigures>>;
}

/** The periods with their names: Dec 2011, or the first day of the week. */
export function periodRows({ by, periods }: Performance): PeriodRow[] {
  return periods.map(({ start, complete, segments }) => ({
    label: by === 'month' ? month(start) : shortDay(start),
    complete,
    segments,
  }));
}

/** The segments that have any figure at all, in their order; those without one last. */
export function namesIn(
  rows: readonly { readonly segments: Readonly<Record<string, unknown>> }[],
  counts: (figures: PeriodFigures) => number | null = ({ customers }) => customers,
): string[] {
  return [...segmentNames, unassigned].filter((name) =>
    rows.some(({ segments }) => {
      const figures = segments[name] as PeriodFigures | undefined;
      return figures !== undefined && (counts(figures) ?? 0) !== 0;
    }),
  );
}

/** Whether the last period is still running; a word about it. */
export function runningNote(rows: readonly PeriodRow[], by: Performance['by']): string {
  const last = rows.at(-1);
  if (last === undefined || last.complete) return '';
  return ` ${by === 'week' ? 'The week from ' : ''}${last.label} is still running.`;
}
