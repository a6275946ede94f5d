import type { Census, Stores } from '../../sinks/stores.ts';
import { PipelineCounters } from '../pipeline-counters.ts';
import { recountTables } from './recount-tables.ts';

/**
 * Counts what is stored, for a status that no process can keep in memory, and stores the count. Reads the customers',
 * migrations' and quarantine tables whole: for a daily job, not for requests.
 *
 * @returns counters that start from what was found; `storeCensus` stores them again after they have moved on
 */
export async function takeCensus(
  stores: Stores,
  atMs: number,
  stop?: AbortSignal,
): Promise<PipelineCounters> {
  const counters = new PipelineCounters();
  await recountTables(stores, counters, stop);
  await storeCensus(stores, counters, atMs);
  return counters;
}

/** Stores what the counters say as of `atMs`. */
export async function storeCensus(stores: Stores, counters: PipelineCounters, atMs: number): Promise<void> {
  const census: Census = {
    takenAtMs: atMs,
    customers: counters.customers,
    eventsApplied: counters.eventsApplied,
    segmentCounts: Object.fromEntries(counters.segmentCounts),
    migrationsByCause: { ...counters.migrationsByCause },
    quarantinedByReason: Object.fromEntries(counters.quarantinedByReason),
  };
  await stores.checkpoints.putCensus(census);
}
