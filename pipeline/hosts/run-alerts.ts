import { defaultDeliverySchedule } from '../../operators/alerts/delivery-schedule.ts';
import { errorFields } from '../../operators/error-fields.ts';
import { TidemarkError } from '../../operators/errors.ts';
import type { AlertSinks } from '../../sinks/alert-sinks.ts';
import type { Stores } from '../../sinks/stores.ts';
import { Courier } from '../jobs/courier.ts';
import { fireRules } from '../jobs/fire-rules.ts';
import { sweepCrossings } from '../jobs/sweep-crossings.ts';
import type { Log } from '../log.ts';
import { pause } from '../pause.ts';

export interface AlertWorkOptions {
  readonly stores: Pick<Stores, 'alerts' | 'migrations' | 'customers' | 'models'>;
  readonly sinks: AlertSinks;
  readonly currency: string;
  /** Instant on the clock that customers are scored by; 0 before there is one. */
  readonly clockMs: () => number;
  readonly log: Log;
  readonly stop: AbortSignal;
}

/** How often rules are looked at and deliveries looked for, ms. */
const roundMs = 1_000;
/** Clock time between two passes over the customers, ms. */
const sweepClockMs = 60_000;
/** A pass rests for so many times as long as it took: passes take a twentieth of the time at most. */
const restFactor = 20;
/** Longest pause after failures in a row, ms. */
const failurePauseMsMax = 30_000;

/**
 * Fires the rules and delivers what they fired, beside the pipeline and never in its way, until `stop`; then ends what is
 * under way. A failure is logged and tried again: no outage of a table or a target ends it.
 */
export async function runAlerts(options: AlertWorkOptions): Promise<void> {
  const { stores, sinks, currency, log, stop } = options;
  const { alerts } = stores;
  const wall = { nowMs: Date.now, stop };
  const courier = new Courier({
    alerts,
    sinks,
    currency,
    ...wall,
    schedule: defaultDeliverySchedule,
    random: Math.random,
    onFailure: (error, rule) => tell(log, 'delivering alerts failed; trying again', error, rule.id),
    onTally: (tally, rule) => {
      if (tally.failed > 0) log.warn({ rule: rule.id, ...tally }, 'alerts could not be delivered');
    },
  });
  await Promise.all([
    repeat('firing alert rules', options, async () => {
      await fireRules({ alerts, migrations: stores.migrations, ...wall });
      return roundMs;
    }),
    repeat('looking for customers to alert of', options, passes(options)),
    repeat('looking for alerts to deliver', options, async () => {
      await courier.round();
      return roundMs;
    }),
  ]);
  await courier.idle();
}

/** One pass over the customers whenever the clock has moved far enough; gives the pause after it. */
function passes({ stores, clockMs, stop }: AlertWorkOptions): () => Promise<number> {
  let sweptAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const atMs = clockMs();
    if (atMs <= 0 || atMs < sweptAtMs + sweepClockMs) return roundMs;
    const startedAtMs = Date.now();
    const { finished } = await sweepCrossings(atMs, { ...stores, nowMs: Date.now, stop });
    if (finished) sweptAtMs = atMs;
    return Math.max(roundMs, (Date.now() - startedAtMs) * restFactor);
  };
}

/** @param work gives how long to pause after it, ms */
async function repeat(
  what: string,
  { log, stop }: AlertWorkOptions,
  work: () => Promise<number>,
): Promise<void> {
  for (let failures = 0; !stop.aborted; ) {
    let pauseMs: number;
    try {
      pauseMs = await work();
      failures = 0;
    } catch (error) {
      if (stop.aborted) return;
      failures += 1;
      pauseMs = Math.min(failurePauseMsMax, roundMs * 2 ** failures);
      tell(log, `${what} failed; trying again`, error);
    }
    await pause(pauseMs, stop);
  }
}

function tell(log: Log, message: string, error: unknown, rule?: string): void {
  const fields = { ...errorFields(error), ...(rule === undefined ? {} : { rule }) };
  if (error instanceof TidemarkError && error.retryable) log.warn(fields, message);
  else log.error(fields, message);
}
