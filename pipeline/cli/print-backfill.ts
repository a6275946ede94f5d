import type { WriteMeter } from '../../sinks/write-meter.ts';
import type { BackfillSummary } from '../jobs/backfill-file.ts';

/** What a backfill came to, as `--json` prints it. */
export interface BackfillReport extends Omit<BackfillSummary, 'lastAtMs' | 'finished' | 'read'> {
  /** Orders read in this run that had taken effect before, by the stream or an earlier run. */
  readonly duplicates: number;
  /** Newest order, ISO 8601. */
  readonly newest: string | null;
  readonly segmentModel: string | null;
  readonly seconds: number;
  /** Orders read by the second. */
  readonly eventsPerSecond: number;
  /** Items written to all tables / orders that took effect in this run. */
  readonly writesPerEvent: number | null;
}

export interface BackfillRun {
  readonly seconds: number;
  readonly usage: ReturnType<WriteMeter['usage']>;
  readonly segmentsVersion: string | undefined;
}

export function reportBackfill(summary: BackfillSummary, run: BackfillRun): BackfillReport {
  const { lastAtMs, finished: _, read, ...figures } = summary;
  const writes = Object.values(run.usage).reduce((sum, { itemsWritten }) => sum + itemsWritten, 0);
  return {
    ...figures,
    duplicates: Math.max(0, read - summary.applied),
    newest: lastAtMs === undefined ? null : new Date(lastAtMs).toISOString(),
    segmentModel: run.segmentsVersion ?? null,
    seconds: round(run.seconds, 2),
    eventsPerSecond: round(read / run.seconds, 1),
    writesPerEvent: summary.applied > 0 ? round(writes / summary.applied, 3) : null,
  };
}

/** The report as a person reads it. */
export function printBackfill(report: BackfillReport): string {
  const resumed =
    report.resumedEvents === 0 ? '' : ` (${number(report.resumedEvents)} taken in by an earlier run)`;
  const lines = `${number(report.anonymousLines)} anonymous, ${number(report.malformedLines)} malformed`;
  const late = report.late === 0 ? '' : `, ${number(report.late)} of them too old for any window`;
  const rows: [string, string][] = [
    ['lines', `${number(report.lines)} (${lines})`],
    ['orders', number(report.events) + resumed],
    ['applied', number(report.applied) + late],
    ['duplicates', number(report.duplicates)],
    ['quarantined', number(report.quarantined)],
    ['new customers', number(report.newCustomers)],
    ['moves', report.segmentModel === null ? 'none: no segment model yet' : number(report.moves)],
    ['conflicts', `${number(report.conflicts)} writes done again after another writer`],
    ['newest order', report.newest ?? 'none'],
    ['speed', `${report.eventsPerSecond} orders/s over ${report.seconds} s`],
    ['writes per order', report.writesPerEvent === null ? 'none' : String(report.writesPerEvent)],
  ];
  return rows.map(([label, value]) => `${label.padEnd(18)}${value}`).join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
