import type { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import type { Stores } from '../../sinks/stores.ts';
import type { Log } from '../log.ts';
import { type FitPolicy, fitIsDue, fitModels } from './fit-models.ts';
import { type RollOutDependencies, rollOutModel } from './roll-out-model.ts';
import { type SweepDependencies, sweepTimers } from './sweep-timers.ts';

export interface AdvanceDependencies extends SweepDependencies, RollOutDependencies {
  readonly stores: Stores;
  readonly models: ActiveModelCache;
  readonly fit: FitPolicy;
  readonly log: Log;
}

/**
 * Brings everything that only time does up to `toMs`: finishes a roll-out that a crash cut off, fires the timers due,
 * refits the models if they are due, and only then stores that the clock stands there. Safe to repeat from the start.
 */
export async function advanceClock(toMs: number, dependencies: AdvanceDependencies): Promise<void> {
  const { stores, models, log } = dependencies;
  await rollOutModel(await models.current(), toMs, dependencies);
  const fired = await sweepTimers(toMs, dependencies);
  if (fired > 0) log.debug({ fired, clock: new Date(toMs).toISOString() }, 'timers fired');
  if (fitIsDue(await models.current(), toMs, dependencies.counters, dependencies.fit)) {
    await refit(toMs, dependencies);
  }
  await stores.checkpoints.putClock({ sweptToMs: toMs, inHand: [] });
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
