import type { Stores } from '../../sinks/stores.ts';
import type { WriteMeter } from '../../sinks/write-meter.ts';
import type { PipelineCounters } from '../pipeline-counters.ts';

/** What a run read, and where it leaves the tables. */
export interface RunSummary {
  /** Lines of the file, its header not counted; undefined for a run without one. */
  readonly lines: number | undefined;
  /** Orders the file was grouped to; for a run without a file, events read from the stream. */
  readonly events: number;
  /** Of these, put on the stream by an earlier run. */
  readonly resumedEvents: number;
  readonly customers: number;
  readonly anonymousLines: number | undefined;
  readonly malformedLines: number | undefined;
  readonly splitOrders: number | undefined;
  readonly quarantined: Readonly<Record<string, number>>;
  /** Events read from the stream that had been applied before. */
  readonly duplicates: number;
  readonly migrations: Readonly<Record<string, number>>;
  readonly segments: Readonly<Record<string, number>>;
  /** Newest event time, ISO 8601. */
  readonly watermark: string | null;
  readonly seconds: number;
  /** Events that took effect in this run, by the second. */
  readonly eventsPerSecond: number;
  /** Items written by this run to all tables / events that took effect in it. */
  readonly writesPerEvent: number | null;
  readonly writesByTable: Readonly<Record<string, number>>;
  readonly modelVersions: { readonly segments: string | null; readonly consumption: string | null };
  readonly memoryMegabytes: number;
}

export interface RunSources {
  readonly stores: Stores;
  readonly counters: PipelineCounters;
  readonly meter: WriteMeter;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Events applied before this run. */
  readonly appliedBefore: number;
  readonly input:
    | {
        readonly lines: number;
        readonly events: number;
        readonly resumedEvents: number;
        readonly anonymousLines: number;
        readonly malformedLines: number;
        readonly splitOrders: number;
      }
    | undefined;
}

/** Counts of customers, moves and quarantine come from the tables themselves. */
export async function summarizeRun(sources: RunSources): Promise<RunSummary> {
  const { stores, counters, meter, input } = sources;
  const [migrations, quarantined, segments, consumption] = await Promise.all([
    stores.migrations.countByCause(),
    stores.quarantine.countByReason(),
    stores.models.active('segments'),
    stores.models.active('consumption'),
  ]);
  const seconds = (sources.endedAtMs - sources.startedAtMs) / 1000;
  const applied = counters.eventsApplied - sources.appliedBefore;
  const writesByTable = Object.fromEntries(
    Object.entries(meter.usage()).map(([table, usage]) => [table, usage.itemsWritten]),
  );
  const writes = Object.values(writesByTable).reduce((sum, count) => sum + count, 0);
  const read = [...counters.shards.values()].reduce((sum, shard) => sum + shard.events, 0);
  const watermarkMs = counters.watermarkMs();
  return {
    lines: input?.lines,
    events: input?.events ?? read,
    resumedEvents: input?.resumedEvents ?? 0,
    customers: counters.customers,
    anonymousLines: input?.anonymousLines,
    malformedLines: input?.malformedLines,
    splitOrders: input?.splitOrders,
    quarantined,
    duplicates: counters.duplicates,
    migrations,
    segments: Object.fromEntries([...counters.segmentCounts].filter(([, count]) => count > 0)),
    watermark: watermarkMs === undefined ? null : new Date(watermarkMs).toISOString(),
    seconds: round(seconds, 2),
    eventsPerSecond: round(applied / seconds, 1),
    writesPerEvent: applied > 0 ? round(writes / applied, 3) : null,
    writesByTable,
    modelVersions: { segments: segments?.version ?? null, consumption: consumption?.version ?? null },
    memoryMegabytes: Math.round(process.memoryUsage.rss() / 1_048_576),
  };
}

/** The summary as a person reads it. */
export function printSummary(summary: RunSummary): string {
  const rows: [string, string][] = [
    [
      'events',
      number(summary.events) +
        (summary.resumedEvents ? ` (${number(summary.resumedEvents)} sent by an earlier run)` : ''),
    ],
    ['customers', number(summary.customers)],
    ['duplicates', number(summary.duplicates)],
    ['quarantined', counts(summary.quarantined)],
    ['migrations', counts(summary.migrations)],
    ['segments', counts(summary.segments)],
    ['watermark', summary.watermark ?? 'none'],
    [
      'models',
      `${summary.modelVersions.segments ?? 'no segments yet'}, ${summary.modelVersions.consumption ?? 'no predictions yet'}`,
    ],
    ['speed', `${summary.eventsPerSecond} events/s over ${summary.seconds} s`],
    [
      'writes per event',
      summary.writesPerEvent === null
        ? 'none'
        : `${summary.writesPerEvent} (${counts(summary.writesByTable)})`,
    ],
    ['memory', `${summary.memoryMegabytes} MB`],
  ];
  if (summary.lines !== undefined) {
    const anonymous = `${number(summary.anonymousLines ?? 0)} anonymous`;
    const malformed = `${number(summary.malformedLines ?? 0)} malformed`;
    rows.unshift(['lines', `${number(summary.lines)} (${anonymous}, ${malformed})`]);
  }
  return rows.map(([label, value]) => `${label.padEnd(18)}${value}`).join('\n');
}

function counts(record: Readonly<Record<string, number>>): string {
  const parts = Object.entries(record).filter(([, count]) => count > 0);
  return parts.length === 0 ? 'none' : parts.map(([name, count]) => `${name} ${number(count)}`).join(', ');
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
