import type { z } from '@hono/zod-openapi';
import { alertDocument } from '../../operators/alerts/alert-document.ts';
import { type AlertDelivery, type AlertTarget, deliveryId } from '../../operators/alerts/fired-alert.ts';
import { quietUntil } from '../../operators/alerts/quiet-hours.ts';
import type { AlertRule } from '../../operators/alerts/rule.ts';
import { whyWithheld } from '../../operators/alerts/withheld.ts';
import type { PublishedAlert } from '../../sinks/alert-store.ts';
import type { Delivery, RuleAlert, RuleAlertPage } from '../schemas/rule-alerts.ts';
import { instant, instantOrNull } from './amounts.ts';

export type DeliveryBody = z.output<typeof Delivery>;
type RuleAlertItem = z.output<typeof RuleAlertPage>['items'][number];
type AlertDeliveryBody = RuleAlertItem['deliveries'][number];

/** A fired alert, as an event of the stream has it. */
export function presentRuleAlert(alert: PublishedAlert, currency: string): z.output<typeof RuleAlert> {
  return {
    ...alertDocument(alert, currency),
    feedKey: alert.feedKey,
    suppressed: alert.suppressed,
  };
}

/**
 * How an alert's delivery to each of its targets stands.
 * @param rule as it is now; undefined when it is gone
 * @param nowMs wall clock
 */
export function presentDeliveries(
  alert: PublishedAlert,
  recorded: readonly AlertDelivery[],
  rule: AlertRule | undefined,
  nowMs: number,
): AlertDeliveryBody[] {
  return alert.targets.map((target) => {
    const delivery = recorded.find(({ targetId }) => targetId === target.id);
    if (delivery !== undefined) return presentState(delivery, rule, nowMs);
    return target.kind === 'stream' ? streamed(alert) : notBegun(alert, target);
  });
}

/** A delivery by itself. */
export function presentDelivery(
  delivery: AlertDelivery,
  rule: AlertRule | undefined,
  nowMs: number,
): DeliveryBody {
  return {
    ...presentState(delivery, rule, nowMs),
    alertId: delivery.alertId,
    ruleId: delivery.ruleId,
    firedAt: instant(delivery.firedAtMs),
    updatedAt: instant(delivery.updatedAtMs),
  };
}

function presentState(
  delivery: AlertDelivery,
  rule: AlertRule | undefined,
  nowMs: number,
): AlertDeliveryBody {
  const { kind, address, attempts, lastError, dueAtMs } = delivery;
  const common = { id: deliveryId(delivery), kind, target: shown(kind, address), attempts };
  const settled = { ...common, lastError: lastError ?? null, nextAttemptAt: null };
  if (delivery.status !== 'pending') return { ...settled, status: delivery.status };
  const withheld = whyWithheld(delivery, rule);
  if (withheld !== undefined) return { ...settled, status: 'suppressed', lastError: withheld };
  const quietEndMs = rule?.quietHours && quietUntil(rule.quietHours, Math.max(nowMs, dueAtMs ?? nowMs));
  return {
    ...common,
    lastError: lastError ?? null,
    status: quietEndMs === undefined ? 'pending' : 'held',
    nextAttemptAt: instantOrNull(quietEndMs ?? dueAtMs),
  };
}

/** Whoever reads the stream has it from the moment it was fired. */
function streamed({ suppressed }: PublishedAlert): AlertDeliveryBody {
  return {
    id: null,
    kind: 'stream',
    target: null,
    status: suppressed ? 'suppressed' : 'delivered',
    attempts: 0,
    lastError: null,
    nextAttemptAt: null,
  };
}

/** Recorded a moment ago, and its deliveries are about to be. */
function notBegun(alert: PublishedAlert, { id, kind, address }: AlertTarget): AlertDeliveryBody {
  return {
    id: deliveryId({ alertId: alert.id, targetId: id }),
    kind,
    target: shown(kind, address),
    status: alert.suppressed ? 'suppressed' : 'pending',
    attempts: 0,
    lastError: null,
    nextAttemptAt: alert.suppressed ? null : instant(alert.firedAtMs),
  };
}

/** Of a URL the origin alone: what follows may hold a secret of the receiver's. */
function shown(kind: AlertDelivery['kind'], address: string): string | null {
  if (kind === 'stream') return null;
  return kind === 'webhook' && URL.canParse(address) ? new URL(address).origin : address;
}
