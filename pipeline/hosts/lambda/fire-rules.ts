import { defaultDeliverySchedule } from '../../../operators/alerts/delivery-schedule.ts';
import { errorFields } from '../../../operators/error-fields.ts';
import { type AlertSinks, openAlertSinks } from '../../../sinks/alert-sinks.ts';
import { alertTargets } from '../../alert-targets.ts';
import { Courier } from '../../jobs/courier.ts';
import { fireRules } from '../../jobs/fire-rules.ts';
import { type CrossingOutcome, sweepCrossings } from '../../jobs/sweep-crossings.ts';
import { pause } from '../../pause.ts';
import { guardTime, type InvocationContext } from './time-guard.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

/** What one run did. */
export interface RulesFired {
  readonly fired: number;
  readonly delivered: number;
  /** False when the next run has to go on. */
  readonly finished: boolean;
}

export type RuleFirer = (event: unknown, context: InvocationContext) => Promise<RulesFired>;

/** Time kept for attempts under way and for writing what became of them, ms. */
const reserveMs = 20_000;
/** A pass over all customers costs a scan of their table. */
const sweepEachMs = 3_600_000;
/** How often deliveries are looked for while rules fire, ms. */
const roundMs = 1_000;

/**
 * Fires the alert rules and delivers what is due, once a minute; looks through the customers for what time alone brings about
 * once an hour. The three go side by side: what fails or takes long keeps none of the others from its work, and fails the run
 * at its end. Cut off anywhere it goes on with the next run; a target that is down takes of the time of this function alone.
 *
 * @param sinks what alerts are sent by; a test brings its own
 */
export function ruleFirer(warm: WarmStart, sinks?: AlertSinks): RuleFirer {
  const { stores, logger, metrics, nowMs, settings } = warm;
  const senders = sinks ?? openAlertSinks(alertTargets(settings).webhooks);
  return async (_event, context) => {
    const guard = guardTime(context, reserveMs);
    const stop = guard.signal;
    let fired = 0;
    let delivered = 0;
    let givenUp = 0;
    const courier = new Courier({
      alerts: stores.alerts,
      sinks: senders,
      schedule: defaultDeliverySchedule,
      currency: settings.currencies.reportingCurrency,
      nowMs,
      random: Math.random,
      stop,
      onFailure: (error, { id }) =>
        logger.error('delivering alerts failed', { ...errorFields(error), rule: id }),
      onTally(tally, { id }) {
        delivered += tally.delivered;
        givenUp += tally.dead;
        if (tally.failed > 0) logger.warn('alerts could not be delivered', { rule: id, ...tally });
      },
    });
    const fireAll = async () => {
      const found = await fireRules({ alerts: stores.alerts, migrations: stores.migrations, nowMs, stop });
      fired += found;
    };
    const sweepAll = async () => {
      const swept = await sweepHourly(warm, stop);
      fired += swept.fired;
      return swept;
    };
    try {
      const firing = Promise.allSettled([fireAll(), sweepAll()]);
      const [delivering] = await Promise.allSettled([deliverBeside(firing, courier)]);
      const [moves, sweep] = await firing;
      for (const part of [moves, delivering]) if (part.status === 'rejected') throw part.reason;
      if (sweep.status === 'rejected') throw sweep.reason;
      return { fired, delivered, finished: sweep.value.finished && !stop.aborted };
    } finally {
      guard.release();
      metrics.count('AlertsFired', fired);
      metrics.count('AlertsDelivered', delivered);
      metrics.count('AlertsGivenUp', givenUp);
      metrics.flush();
    }
  };
}

/** What Lambda calls. */
export const handler: RuleFirer = onFirstCall(ruleFirer);

async function sweepHourly({ stores, nowMs }: WarmStart, stop: AbortSignal): Promise<CrossingOutcome> {
  const sweep = await stores.alerts.sweep();
  const isDue = sweep === undefined || sweep.pass !== undefined || nowMs() - sweep.sweptToMs >= sweepEachMs;
  return isDue ? sweepCrossings(nowMs(), { ...stores, nowMs, stop }) : { fired: 0, finished: true };
}

/** Delivers what is due while rules fire, and after that what they fired. */
async function deliverBeside(firing: Promise<unknown>, courier: Courier): Promise<void> {
  const ended = new AbortController();
  void firing.finally(() => ended.abort());
  try {
    while (!ended.signal.aborted) {
      await courier.round();
      await pause(roundMs, ended.signal);
    }
    await courier.round();
  } finally {
    await courier.idle();
  }
}
