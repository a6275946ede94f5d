import { defaultDeliverySchedule } from '../../../operators/alerts/delivery-schedule.ts';
import { rulesMax } from '../../../operators/alerts/rule.ts';
import { errorFields } from '../../../operators/error-fields.ts';
import { type AlertSinks, openAlertSinks } from '../../../sinks/alert-sinks.ts';
import { alertTargets } from '../../alert-targets.ts';
import { Courier, rulesAtOnce } from '../../jobs/courier.ts';
import { fireRules } from '../../jobs/fire-rules.ts';
import { sweepCrossings } from '../../jobs/sweep-crossings.ts';
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

/**
 * Fires the alert rules and delivers what is due, once a minute; looks through the customers for what time alone brings about
 * once an hour. Cut off anywhere it goes on with the next run; a target that is down takes of the time of this function alone.
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
    try {
      fired += await fireRules({ alerts: stores.alerts, migrations: stores.migrations, nowMs, stop });
      const sweep = await stores.alerts.sweep();
      const isDue =
        sweep === undefined || sweep.pass !== undefined || nowMs() - sweep.sweptToMs >= sweepEachMs;
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
      const [swept] = await Promise.all([
        isDue ? sweepCrossings(nowMs(), { ...stores, nowMs, stop }) : { fired: 0, finished: true },
        deliverAll(courier),
      ]);
      fired += swept.fired;
      return { fired, delivered, finished: swept.finished && !stop.aborted };
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

async function deliverAll(courier: Courier): Promise<void> {
  // A rule's turn goes on for as long as something goes out, and in so many rounds each has one.
  for (let round = 0; round < rulesMax / rulesAtOnce; round += 1) {
    await courier.round();
    await courier.idle();
  }
}
