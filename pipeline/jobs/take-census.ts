import { takeSnapshot } from '../../operators/population/population-snapshot.ts';
import { PopulationView } from '../../operators/population/population-view.ts';
import type { SegmentMember } from '../../operators/population/segment-members.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import { type SegmentName, segmentNames } from '../../operators/segments/segment-model.ts';
import type { Census } from '../../sinks/checkpoint-store.ts';
import type { Stores } from '../../sinks/stores.ts';
import { PipelineCounters } from '../pipeline-counters.ts';
import { readMembers } from '../read-members.ts';
import { leaveIfStopping } from '../stopping.ts';
import { keepForecasts } from './keep-forecasts.ts';
import { recountTables } from './recount-tables.ts';

/**
 * Counts what is stored, for a status and a population that no process can keep in memory, stores the count, and keeps
 * the forecasts by segment. Reads
 * the customers', purchases', migrations' and quarantine tables whole: for a daily job, not for requests.
 *
 * @returns counters that start from what was found; `storeCensus` stores them again after they have moved on
 */
export async function takeCensus(
  stores: Stores,
  atMs: number,
  stop?: AbortSignal,
): Promise<PipelineCounters> {
  const counters = new PipelineCounters(new PopulationView());
  await recountTables(stores, counters, stop);
  if (counters.population !== undefined) {
    const { population } = counters;
    const model = await stores.models.active('consumption');
    await keepForecasts(atMs, { stores, population, model, stop });
  }
  await storeCensus(stores, counters, atMs, stop);
  return counters;
}

/** Stores what the counters and their population say as of `atMs`. */
export async function storeCensus(
  stores: Stores,
  counters: PipelineCounters,
  atMs: number,
  stop?: AbortSignal,
): Promise<void> {
  const census: Census = {
    takenAtMs: atMs,
    customers: counters.customers,
    eventsApplied: counters.eventsApplied,
    segmentCounts: Object.fromEntries(counters.segmentCounts),
    migrationsByCause: { ...counters.migrationsByCause },
    quarantinedByReason: Object.fromEntries(counters.quarantinedByReason),
  };
  await stores.checkpoints.putCensus(census);
  const { population } = counters;
  if (population === undefined) return;
  const model = await stores.models.active('consumption');
  const members = await allMembers(population, model, atMs, stop);
  await stores.checkpoints.putPopulation(takeSnapshot(population, atMs, members));
}

async function allMembers(
  population: PopulationView,
  model: ConsumptionModel | undefined,
  atMs: number,
  stop: AbortSignal | undefined,
): Promise<Map<SegmentName, SegmentMember[]>> {
  const members = new Map<SegmentName, SegmentMember[]>();
  for (const segment of segmentNames) {
    leaveIfStopping(stop);
    members.set(segment, await readMembers(population, segment, model, atMs));
  }
  return members;
}
