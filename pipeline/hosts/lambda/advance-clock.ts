import { errorFields } from '../../../operators/error-fields.ts';
import { ActiveModelCache } from '../../../sinks/active-model-cache.ts';
import { createCustomerCache } from '../../customer-cache.ts';
import { rollOutModel } from '../../jobs/roll-out-model.ts';
import { sweepTimers } from '../../jobs/sweep-timers.ts';
import { PipelineCounters } from '../../pipeline-counters.ts';
import { oldModelMsMax } from '../model-age.ts';
import { countChanges } from './count-changes.ts';
import { isOutOfTime } from './out-of-time.ts';
import { guardTime, type InvocationContext } from './time-guard.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

/** What one tick of the clock did. `finished` is false when the next one has to go on with it. */
export interface ClockAdvance {
  readonly finished: boolean;
  readonly toMs: number;
}

export type ClockAdvancer = (event: unknown, context: InvocationContext) => Promise<ClockAdvance>;

/** Time kept for the page in hand, ms. */
const reserveMs = 10_000;
/** How far before the last sweep timers are looked for; as the sweep itself does. */
const overlapMs = 60_000;
/** Holds what one page needs. Between invocations the stream's consumers write the customers, so nothing is kept. */
const cacheCustomers = 1_000;

/**
 * Brings everything that only time does up to now, once a minute: goes on with a roll-out of models that is not
 * finished, and fires the timers that are due. Never fits. Cut off anywhere it is done again by the next run; runs that
 * overlap do each other's work twice, to the same end.
 */
export function clockAdvancer(warm: WarmStart): ClockAdvancer {
  const { stores, logger, metrics, nowMs, settings } = warm;
  const models = new ActiveModelCache(stores.models, { ageMsMax: 0, nowMs });
  return async (_event, context) => {
    const guard = guardTime(context, reserveMs);
    const counters = new PipelineCounters();
    const counting = countChanges(counters, warm.meter, metrics);
    const dependencies = {
      stores,
      cache: createCustomerCache(cacheCustomers),
      counters,
      models,
      writesInFlightMax: settings.writesInFlight,
      stop: guard.signal,
      others: { modelAgeMsMax: oldModelMsMax, nowMs },
    };
    const toMs = nowMs();
    try {
      metrics.duration('TimerLagMs', await timerLagMs(warm, toMs));
      await rollOutModel(await models.refresh(), toMs, dependencies);
      const fired = await sweepTimers(toMs, dependencies);
      await stores.checkpoints.putClock({ sweptToMs: toMs, inHand: [] });
      metrics.count('TimersFired', fired);
      return { finished: true, toMs };
    } catch (error) {
      if (!isOutOfTime(error)) throw error;
      logger.warn('out of time; the next run goes on', errorFields(error));
      return { finished: false, toMs };
    } finally {
      guard.release();
      counting.tell();
      metrics.flush();
    }
  };
}

/** What Lambda calls. */
export const handler: ClockAdvancer = onFirstCall(clockAdvancer);

/** How long the earliest timer that has not fired has been due, milliseconds. */
async function timerLagMs({ stores }: WarmStart, toMs: number): Promise<number> {
  const { sweptToMs = 0 } = (await stores.checkpoints.clock()) ?? {};
  const fromMs = Math.max(0, Math.min(sweptToMs, toMs) - overlapMs);
  const [earliest] = await stores.customers.due({ fromMs, untilMs: toMs }, 1);
  return earliest === undefined ? 0 : toMs - earliest.timerAtMs;
}
