import { hashHex } from '../event/event-hash.ts';
import type { MigrationCause, SegmentName } from '../segments/segment-model.ts';
import type { AlertRule, DeliveryTarget, TargetKind } from './rule.ts';

/** What made a rule fire. */
export type AlertDetail =
  | {
      readonly kind: 'migration';
      readonly migrationId: string;
      readonly from: SegmentName;
      readonly to: SegmentName;
      readonly cause: MigrationCause;
      readonly modelVersion: string;
    }
  | {
      readonly kind: 'probability-alive';
      readonly below: number;
      /** As computed at the crossing. */
      readonly probability: number;
      readonly lastPurchaseAtMs: number;
      readonly modelVersion: string;
    }
  | {
      readonly kind: 'purchase-probability';
      readonly withinDays: 30 | 90;
      readonly below: number;
      /** As computed at the crossing. */
      readonly probability: number;
      readonly lastPurchaseAtMs: number;
      readonly modelVersion: string;
    }
  | {
      readonly kind: 'replenishment-due';
      readonly productId: string;
      readonly category: string | undefined;
      readonly purchases: number;
      readonly lastAtMs: number;
      readonly usualGapDays: number;
      readonly expectedQuantityMilli: number;
      readonly modelVersion: string;
    };

/** Something that a rule fires for, once. */
export interface AlertOccasion {
  /** Names the occasion whatever the rule: a move, a silence, a gap of a product. */
  readonly cause: string;
  readonly customerId: string;
  /** Event time. */
  readonly atMs: number;
  /** Net spend of the 365 days up to then, micros. */
  readonly valueMicros: number;
  readonly detail: AlertDetail;
}

/** Where an alert goes, as its rule said when it was fired. */
export interface AlertTarget {
  readonly id: string;
  readonly kind: TargetKind;
  /** URL, topic or bus; for the stream a dash. */
  readonly address: string;
}

/** An alert as recorded; never changed afterwards. */
export interface FiredAlert {
  /** The same for the same rule and occasion, wherever and however often it is fired. */
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly customerId: string;
  readonly atMs: number;
  /** Wall clock. */
  readonly firedAtMs: number;
  readonly valueMicros: number;
  readonly detail: AlertDetail;
  readonly targets: readonly AlertTarget[];
  /** True when the rule's cap for the hour was reached: it is delivered nowhere. */
  readonly suppressed: boolean;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'dead' | 'suppressed';

/** One alert on its way to one target other than the stream. */
export interface AlertDelivery {
  readonly alertId: string;
  readonly targetId: string;
  readonly ruleId: string;
  readonly kind: TargetKind;
  readonly address: string;
  readonly status: DeliveryStatus;
  /** Begun so far; one whose process died counts too. A replay begins anew. */
  readonly attempts: number;
  readonly lastError: string | undefined;
  /** When it is tried next at the earliest; for one in hand, when it is taken for lost. Undefined when it is over. */
  readonly dueAtMs: number | undefined;
  readonly firedAtMs: number;
  readonly updatedAtMs: number;
  /** True when somebody asked for it again: then a rule that has changed since does not withhold it. */
  readonly replayed: boolean;
  /** Grows by one with each write, from 1. */
  readonly version: number;
}

/** The alert of a rule for an occasion. */
export function fireAlert(
  rule: AlertRule,
  occasion: AlertOccasion,
  firedAtMs: number,
  suppressed: boolean,
): FiredAlert {
  const { customerId, atMs, valueMicros, detail } = occasion;
  return {
    id: alertId(rule.id, occasion.cause),
    ruleId: rule.id,
    ruleName: rule.name,
    customerId,
    atMs,
    firedAtMs,
    valueMicros,
    detail,
    targets: rule.deliver.map((target) => ({
      id: target.id,
      kind: target.kind,
      address: addressOf(target),
    })),
    suppressed,
  };
}

/** 64 bits of the rule and the occasion. */
export function alertId(ruleId: string, cause: string): string {
  return hashHex(`${ruleId}\n${cause}`);
}

/** What a delivery is called outside, and what a webhook's receiver tells repeats by. */
export function deliveryId({
  alertId: alert,
  targetId,
}: Pick<AlertDelivery, 'alertId' | 'targetId'>): string {
  return `dlv_${alert}_${targetId}`;
}

/** Undefined for what is no delivery's id. */
export function parseDeliveryId(id: string): Pick<AlertDelivery, 'alertId' | 'targetId'> | undefined {
  const match = /^dlv_([0-9a-f]{16})_([0-9a-z]{1,32})$/.exec(id);
  return match === null ? undefined : { alertId: match[1] as string, targetId: match[2] as string };
}

/** The deliveries an alert begins with: one a target, but for the stream, which is read and not sent. */
export function firstDeliveries(alert: FiredAlert): AlertDelivery[] {
  return alert.targets
    .filter(({ kind }) => kind !== 'stream')
    .map(({ id, kind, address }) => ({
      alertId: alert.id,
      targetId: id,
      ruleId: alert.ruleId,
      kind,
      address,
      status: alert.suppressed ? 'suppressed' : 'pending',
      attempts: 0,
      lastError: undefined,
      dueAtMs: alert.suppressed ? undefined : alert.firedAtMs,
      firedAtMs: alert.firedAtMs,
      updatedAtMs: alert.firedAtMs,
      replayed: false,
      version: 1,
    }));
}

export function addressOf(target: DeliveryTarget): string {
  switch (target.kind) {
    case 'webhook':
      return target.url;
    case 'sns':
      return target.topicArn;
    case 'eventbridge':
      return target.bus;
    case 'stream':
      return '-';
  }
}
