import { forecastInstant } from '../../operators/population/segment-forecast.ts';
import type { SegmentDrift } from '../../operators/segments/judge-candidate.ts';
import type { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import type { Stores } from '../../sinks/stores.ts';
import type { Log } from '../log.ts';
import { type FitPolicy, fitIsDue, fitModels } from './fit-models.ts';
import { keepForecasts, watchForecasts } from './keep-forecasts.ts';
import { type RollOutDependencies, rollOutModel } from './roll-out-model.ts';
import { type SweepDependencies, sweepTimers } from './sweep-timers.ts';
import { updateCandidate } from './update-candidate.ts';

export interface AdvanceDependencies extends SweepDependencies, RollOutDependencies {
  readonly stores: Stores;
  readonly models: ActiveModelCache;
  readonly fit: FitPolicy;
  readonly log: Log;
}

/**
 * Brings everything that only time does up to `toMs`: finishes a roll-out that a crash cut off, fires the timers due,
 * keeps the forecasts by segment, lets the candidate segments follow the customers, refits the models if they are due, and only then stores that the clock stands there. Safe to repeat from the start.
 */
export async function advanceClock(toMs: number, dependencies: AdvanceDependencies): Promise<void> {
  const { stores, models, counters, log, stop } = dependencies;
  const { population } = counters;
  if (population !== undefined) watchForecasts(population, toMs);
  await rollOutModel(await models.current(), toMs, dependencies);
  const fired = await sweepTimers(toMs, dependencies);
  if (fired > 0) log.debug({ fired, clock: new Date(toMs).toISOString() }, 'timers fired');
  if (population !== undefined && counters.forecastsKeptMs < forecastInstant(toMs)) {
    const model = (await models.current()).consumption;
    await keepForecasts(toMs, { stores, population, model, stop });
    counters.forecastsKeptMs = forecastInstant(toMs);
  }
  const drift = await followCustomers(toMs, dependencies);
  if (fitIsDue(await models.current(), toMs, dependencies.counters, dependencies.fit, drift)) {
    if (drift?.alarm) log.info({ clock: new Date(toMs).toISOString() }, `refitting: ${drift.alarm}`);
    await refit(toMs, dependencies);
  }
  await stores.checkpoints.putClock({ sweptToMs: toMs, inHand: [] });
}

/** Lets the candidate segments follow their customers, and reviews everybody when it has become the active model. */
export async function followCustomers(
  atMs: number,
  dependencies: AdvanceDependencies,
): Promise<SegmentDrift | undefined> {
  const { stores, models, counters, fit, log, stop } = dependencies;
  if (fit.candidate === undefined) return undefined;
  const { drift, activated } = await updateCandidate(atMs, {
    stores,
    models: await models.current(),
    customers: counters.customers,
    policy: fit.candidate,
    log,
    stop,
  });
  if (activated === undefined) return drift;
  const moved = await rollOutModel(await models.refresh(), atMs, dependencies);
  log.info({ model: activated, moved, clock: new Date(atMs).toISOString() }, 'segments have followed');
  // It was measured against the model before; nothing is known of the new one yet, here or after a crash.
  return undefined;
}

/** Fits both models as of `atMs`, activates what could be fitted, and reviews every customer under the new segments. */
export async function refit(atMs: number, dependencies: AdvanceDependencies): Promise<void> {
  const { stores, models, log } = dependencies;
  const outcome = await fitModels(atMs, {
    stores,
    current: await models.current(),
    log,
    stop: dependencies.stop,
  });
  dependencies.fit.attempted(atMs);
  if (outcome.activated.length === 0) return;
  const moved = await rollOutModel(await models.refresh(), atMs, dependencies);
  log.info(
    { models: outcome.activated, sample: outcome.sampleSize, moved, clock: new Date(atMs).toISOString() },
    'models fitted and active',
  );
}
