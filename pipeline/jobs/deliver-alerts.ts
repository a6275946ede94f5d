import { alertEnvelope } from '../../operators/alerts/alert-document.ts';
import { type DeliverySchedule, retryDelayMs } from '../../operators/alerts/delivery-schedule.ts';
import { type AlertDelivery, deliveryId } from '../../operators/alerts/fired-alert.ts';
import { quietUntil } from '../../operators/alerts/quiet-hours.ts';
import type { AlertRule } from '../../operators/alerts/rule.ts';
import { whyWithheld } from '../../operators/alerts/withheld.ts';
import { sendTimeoutMs } from '../../sinks/alert-sink.ts';
import { type AlertSinks, sendAlert } from '../../sinks/alert-sinks.ts';
import type { AlertStore } from '../../sinks/alert-store.ts';
import { boundedMap } from '../../sinks/bounded-map.ts';

export interface DeliverDependencies {
  readonly alerts: AlertStore;
  readonly sinks: AlertSinks;
  readonly schedule: DeliverySchedule;
  /** ISO 4217 code of the reporting currency. */
  readonly currency: string;
  /** Wall clock, UTC milliseconds. */
  readonly nowMs: () => number;
  /** 0..1, 1 excluded; spreads retries. */
  readonly random: () => number;
  /** Nothing new is begun once this is aborted, and what is under way is given up, to be sent again. */
  readonly stop: AbortSignal;
}

export interface DeliveryTally {
  readonly delivered: number;
  readonly failed: number;
  /** Of the failed those that are not tried again. */
  readonly dead: number;
  /** Withheld because the rule was changed or disabled since, or has the target no more. */
  readonly suppressed: number;
}

const nothing: DeliveryTally = { delivered: 0, failed: 0, dead: 0, suppressed: 0 };

/** Deliveries of one rule taken in hand in one run; what is left is due still. */
const pageSize = 100;
/** Under way at once for one rule: its targets get no more at a time. */
const inFlightMax = 4;
/** Failures in a row after which the rest of the page waits for the next run. */
const failuresMax = 8;
/** After so long nothing more of a page is begun: the rule may have changed, and other rules wait, ms. */
const pageMsMax = 10_000;
/** For so long a claim holds: longer than any attempt, so that nobody else sends what is still being sent. */
export const claimMs = 3 * sendTimeoutMs;
const errorLengthMax = 200;

/**
 * Delivers what is due of one rule. Each delivery is claimed first, by a write on condition that nobody has since it was
 * read, so of any number of workers one sends it; whose claim lapses because its process died is sent again, under the same
 * id. In quiet hours nothing is claimed. What a slow target leaves over after ten seconds is due still. What fails is due again later, on the stored schedule, and dead after the last try.
 */
export async function deliverRule(
  rule: AlertRule,
  dependencies: DeliverDependencies,
): Promise<DeliveryTally> {
  const { alerts, nowMs, stop } = dependencies;
  const atMs = nowMs();
  if (!rule.enabled || (rule.quietHours && quietUntil(rule.quietHours, atMs) !== undefined)) return nothing;
  const due = await alerts.due(rule.id, atMs, pageSize);
  const endMs = nowMs() + pageMsMax;
  let failuresInARow = 0;
  const outcomes = await boundedMap(due, inFlightMax, async (key) => {
    if (stop.aborted || failuresInARow >= failuresMax || nowMs() >= endMs) return nothing;
    const delivery = await alerts.delivery(key);
    const claimed = delivery && (await claim(delivery, dependencies));
    if (!claimed) return nothing;
    const tally = await deliver(claimed, rule, dependencies);
    failuresInARow = tally.failed > 0 ? failuresInARow + 1 : 0;
    return tally;
  });
  return outcomes.reduce(added, nothing);
}

function added(a: DeliveryTally, b: DeliveryTally): DeliveryTally {
  return {
    delivered: a.delivered + b.delivered,
    failed: a.failed + b.failed,
    dead: a.dead + b.dead,
    suppressed: a.suppressed + b.suppressed,
  };
}

/** Undefined when it is not due any more, or somebody else has it. */
async function claim(
  delivery: AlertDelivery,
  { alerts, nowMs }: DeliverDependencies,
): Promise<AlertDelivery | undefined> {
  const atMs = nowMs();
  if (delivery.status !== 'pending' || (delivery.dueAtMs ?? Number.POSITIVE_INFINITY) > atMs)
    return undefined;
  const claimed = {
    ...delivery,
    attempts: delivery.attempts + 1,
    dueAtMs: atMs + claimMs,
    updatedAtMs: atMs,
    version: delivery.version + 1,
  };
  return (await alerts.putDelivery(claimed)) === 'written' ? claimed : undefined;
}

async function deliver(
  claimed: AlertDelivery,
  rule: AlertRule,
  dependencies: DeliverDependencies,
): Promise<DeliveryTally> {
  const { alerts, sinks, currency, nowMs, stop } = dependencies;
  const settle = (change: Partial<AlertDelivery>) =>
    // A conflict: the claim had lapsed, and another has it or has settled it.
    alerts.putDelivery({
      ...claimed,
      dueAtMs: undefined,
      updatedAtMs: nowMs(),
      version: claimed.version + 1,
      ...change,
    });
  if (claimed.attempts > dependencies.schedule.attemptsMax) {
    await settle({ status: 'dead', lastError: 'every attempt ended without an outcome' });
    return { ...nothing, failed: 1, dead: 1 };
  }
  const target = rule.deliver.find(({ id }) => id === claimed.targetId);
  const alert = await alerts.alert(claimed.alertId);
  const withheld = whyWithheld(claimed, rule);
  if (withheld !== undefined || alert === undefined || target === undefined || target.kind === 'stream') {
    await settle({ status: 'suppressed', lastError: withheld ?? 'the alert has expired' });
    return { ...nothing, suppressed: 1 };
  }
  const outcome = await sendAlert(
    sinks,
    {
      id: deliveryId(claimed),
      customerId: alert.customerId,
      body: JSON.stringify(alertEnvelope(alert, currency)),
      sentAtMs: nowMs(),
    },
    target,
    stop,
  );
  if (outcome.ok) {
    await settle({ status: 'delivered', lastError: undefined });
    return { ...nothing, delivered: 1 };
  }
  if (stop.aborted) {
    // Not the target's failure: it is due at once, and the attempt does not count.
    await settle({ attempts: claimed.attempts - 1, dueAtMs: nowMs() });
    return nothing;
  }
  const { schedule, random } = dependencies;
  const delayMs = outcome.retryable
    ? retryDelayMs(schedule, claimed.attempts, random(), outcome.retryAfterMs)
    : undefined;
  const lastError = outcome.error.slice(0, errorLengthMax);
  await settle(
    delayMs === undefined ? { status: 'dead', lastError } : { lastError, dueAtMs: nowMs() + delayMs },
  );
  return { ...nothing, failed: 1, dead: delayMs === undefined ? 1 : 0 };
}
