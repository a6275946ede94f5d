import { errorFields } from '../../../operators/error-fields.ts';
import { ActiveModelCache } from '../../../sinks/active-model-cache.ts';
import { createCustomerCache } from '../../customer-cache.ts';
import { followCustomers, refit } from '../../jobs/advance-clock.ts';
import { createFitPolicy, fitIsDue } from '../../jobs/fit-models.ts';
import { storeCensus, takeCensus } from '../../jobs/take-census.ts';
import { oldModelMsMax } from '../model-age.ts';
import { type CountedChanges, countChanges } from './count-changes.ts';
import { jobLog } from './job-log.ts';
import { isOutOfTime } from './out-of-time.ts';
import { guardTime, type InvocationContext } from './time-guard.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

/** `force` fits whether or not a fit is due. */
export interface FitRequest {
  readonly force?: unknown;
}

export interface FitAnswer {
  readonly customers: number;
  /** False when no fit was due. */
  readonly fitted: boolean;
  /** Segment model that is active now. */
  readonly activeSegments: string | undefined;
  /** False when the customers are still being reviewed under it: the clock's next runs go on with that. */
  readonly rolledOut: boolean;
}

export type ModelFitter = (event: FitRequest, context: InvocationContext) => Promise<FitAnswer>;

/** Time kept for what can't be interrupted, the optimisers among it, ms. */
const reserveMs = 30_000;
/** Customers of a page; the stream's consumers write them meanwhile, so none is kept for long. */
const cacheCustomers = 1_000;

/**
 * Counts what is stored, for the status, and fits the models if a fit is due; once a day. A new model is active before
 * the customers have been reviewed under it, which takes as long as there is time for and is then left to the clock.
 * Limit: one pass over all customers has to fit one invocation, twice when a fit is due.
 *
 * @throws TidemarkError `stopping` when there was no time even for the count or the fit; nothing has changed then
 */
export function modelFitter(warm: WarmStart): ModelFitter {
  const { stores, logger, metrics, nowMs, settings } = warm;
  const models = new ActiveModelCache(stores.models, { ageMsMax: 0, nowMs });
  return async (event, context) => {
    const guard = guardTime(context, reserveMs);
    let counting: CountedChanges | undefined;
    try {
      const atMs = nowMs();
      const counters = await takeCensus(stores, atMs, guard.signal);
      counting = countChanges(counters, warm.meter, metrics);
      const before = await models.refresh();
      const policy = createFitPolicy(settings);
      const answer = { customers: counters.customers, activeSegments: before.segments?.version };
      const dependencies = {
        stores,
        cache: createCustomerCache(cacheCustomers),
        counters,
        models,
        fit: policy,
        log: jobLog(logger),
        writesInFlightMax: settings.writesInFlight,
        stop: guard.signal,
        others: { modelAgeMsMax: oldModelMsMax, nowMs },
      };
      let rolledOut = true;
      try {
        const drift = await followCustomers(atMs, dependencies);
        const followed = await models.refresh();
        if (event?.force !== true && !fitIsDue(followed, atMs, counters, policy, drift)) {
          return { ...answer, activeSegments: followed.segments?.version, fitted: false, rolledOut };
        }
        if (drift?.alarm) logger.info(`refitting: ${drift.alarm}`);
        await refit(atMs, dependencies);
      } catch (error) {
        rolledOut = false;
        const active = await models.refresh();
        if (!isOutOfTime(error) || active.segments?.version === before.segments?.version) throw error;
        logger.warn('out of time; the clock goes on with the roll-out', errorFields(error));
      }
      await storeCensus(stores, counters, nowMs());
      const after = await models.refresh();
      const fitted = after.segments?.version !== before.segments?.version;
      metrics.count('ModelsFitted', fitted ? 1 : 0);
      return { ...answer, activeSegments: after.segments?.version, fitted, rolledOut };
    } finally {
      guard.release();
      counting?.tell();
      metrics.flush();
    }
  };
}

/** What Lambda calls. */
export const handler: ModelFitter = onFirstCall(modelFitter);
