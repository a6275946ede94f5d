import type { MigrationCause, SegmentName } from '../segments/segment-model.ts';

/** What a rule watches for: a move between segments as it is published, or an instant that a silent customer reaches. */
export type RuleCondition = MigrationCondition | TimedCondition;

/** What time alone brings about. */
export type TimedCondition = AliveCondition | PurchaseProbabilityCondition | ReplenishmentCondition;

/** A move between segments. Each list narrows it; one left out allows all. */
export interface MigrationCondition {
  readonly kind: 'migration';
  readonly from?: readonly SegmentName[] | undefined;
  readonly to?: readonly SegmentName[] | undefined;
  readonly causes?: readonly MigrationCause[] | undefined;
  /** Net spend of the last 365 days at the move, at least, micros. */
  readonly minValueMicros?: number | undefined;
}

/** A customer's probability of being alive falls below a line. */
export interface AliveCondition {
  readonly kind: 'probability-alive';
  /** 0..1, both ends left out. */
  readonly below: number;
  /** Net spend of the 365 days before the crossing, at least, micros. */
  readonly minValueMicros?: number | undefined;
}

/** The probability that a silent customer buys within some time falls below a line. */
export interface PurchaseProbabilityCondition {
  readonly kind: 'purchase-probability';
  /** Days ahead. */
  readonly withinDays: 30 | 90;
  /** 0..1, both ends left out. */
  readonly below: number;
  /** Net spend of the 365 days before the crossing, at least, micros. */
  readonly minValueMicros?: number | undefined;
}

/** The day comes on which a customer usually has bought a product again. */
export interface ReplenishmentCondition {
  readonly kind: 'replenishment-due';
  /** Only these products. */
  readonly products?: readonly string[] | undefined;
  /** Only products of these categories. */
  readonly categories?: readonly string[] | undefined;
  /** Purchases of the product by the customer, at least; 2..100, default 2: of fewer no gap is known. */
  readonly minPurchases?: number | undefined;
}

/** A secret that webhooks are signed with; an old one signs beside the new until `untilMs`. */
export interface WebhookSecret {
  /** `whsec_` and base64. */
  readonly secret: string;
  /** Undefined for the present one. */
  readonly untilMs?: number | undefined;
}

/** Where alerts of a rule go. `id` stays the same for as long as the rule has the target. */
export type DeliveryTarget =
  | { readonly id: string; readonly kind: 'stream' }
  | {
      readonly id: string;
      readonly kind: 'webhook';
      readonly url: string;
      /** Newest first. */
      readonly secrets: readonly WebhookSecret[];
    }
  | { readonly id: string; readonly kind: 'sns'; readonly topicArn: string }
  | { readonly id: string; readonly kind: 'eventbridge'; readonly bus: string };
export type TargetKind = DeliveryTarget['kind'];

/** Hours of the wall clock in a time zone in which nothing is delivered; they may pass midnight. */
export interface QuietHours {
  /** `HH:MM`, included. */
  readonly from: string;
  /** `HH:MM`, excluded; another than `from`. */
  readonly to: string;
  /** IANA name, for instance `Europe/London`. */
  readonly timeZone: string;
}

/** A rule as stored. */
export interface AlertRule {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly when: RuleCondition;
  readonly deliver: readonly DeliveryTarget[];
  readonly quietHours?: QuietHours | undefined;
  /** Alerts fired in one clock hour, UTC, at most; what comes beyond is recorded and delivered nowhere. */
  readonly ratePerHour?: number | undefined;
  /** Since when it is enabled with this condition, wall clock: earlier moves never fire it. */
  readonly activeFromMs: number;
  /** The same instant on the clock that customers are scored by, which in a replay is event time. */
  readonly activeFromClockMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Grows by one with each change, from 1. */
  readonly version: number;
}

/** Rules of one deployment. Each is looked at for every move, so there is a bound; beyond it none is created. */
export const rulesMax = 100;

/** Targets of one rule. */
export const targetsMax = 5;

/** Alerts an hour that may be asked for at most: their ids are kept in one item while the hour lasts. */
export const ratePerHourMax = 1_000;
