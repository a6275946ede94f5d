import type { Cause } from './answers.ts';

/** What the board reads and writes of rules, and of the alerts they fired. */

export interface MigrationWhen {
  readonly kind: 'migration';
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly causes?: readonly Cause[];
  readonly minValue?: number;
}

export interface AliveWhen {
  readonly kind: 'probability-alive';
  readonly below: number;
  readonly minValue?: number;
}

export interface PurchaseProbabilityWhen {
  readonly kind: 'purchase-probability';
  readonly withinDays: 30 | 90;
  readonly below: number;
  readonly minValue?: number;
}

export interface ReplenishmentWhen {
  readonly kind: 'replenishment-due';
  readonly products?: readonly string[];
  readonly categories?: readonly string[];
  readonly minPurchases?: number;
}

export type RuleWhen = MigrationWhen | PurchaseProbabilityWhen | AliveWhen | ReplenishmentWhen;

export type RuleTarget = { readonly id?: string } & (
  | { readonly kind: 'stream' }
  | { readonly kind: 'webhook'; readonly url: string }
  | { readonly kind: 'sns'; readonly topicArn: string }
  | { readonly kind: 'eventbridge'; readonly bus: string }
);

export interface QuietHours {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

export interface RuleInput {
  readonly name: string;
  readonly enabled: boolean;
  readonly when: RuleWhen;
  readonly deliver: readonly RuleTarget[];
  readonly quietHours: QuietHours | null;
  readonly ratePerHour: number | null;
}

export interface Rule extends RuleInput {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** Secrets of webhooks that are new with the request; shown by no later answer, of which each has null in its place. */
export interface WithSecrets {
  readonly webhookSecrets?: readonly { readonly targetId: string; readonly secret: string | null }[];
}

export interface RuleTest {
  readonly from: string;
  readonly to: string;
  readonly matched: number;
  readonly perDay: number;
  readonly examined: number;
  readonly complete: boolean;
  readonly sample: readonly {
    readonly customerId: string;
    readonly at: string;
    readonly value: number;
    readonly description: string;
  }[];
}

export interface Delivery {
  /** Null where nothing was to be sent. */
  readonly id: string | null;
  readonly kind: string;
  readonly target: string | null;
  readonly status: 'pending' | 'held' | 'delivered' | 'dead' | 'suppressed';
  readonly attempts: number;
  readonly lastError: string | null;
  readonly nextAttemptAt: string | null;
}

/** A delivery that was given up, by itself. */
export interface DeadDelivery extends Delivery {
  readonly ruleId: string;
  readonly firedAt: string;
  readonly updatedAt: string;
}

export interface FiredAlert {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly customerId: string;
  readonly at: string;
  readonly firedAt: string;
  readonly kind: RuleWhen['kind'];
  readonly value: number;
  readonly currency: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The rule had fired as often as it may in an hour. */
  readonly suppressed: boolean;
  readonly deliveries: readonly Delivery[];
}
