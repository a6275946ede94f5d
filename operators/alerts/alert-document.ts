import { microsPerUnit } from '../event/money.ts';
import type { AlertDetail, FiredAlert } from './fired-alert.ts';

/** An alert as people and programs outside read it: instants ISO 8601, money in the reporting currency. */
export interface AlertDocument {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly customerId: string;
  readonly at: string;
  readonly firedAt: string;
  readonly kind: AlertDetail['kind'];
  readonly value: number;
  readonly currency: string;
  readonly detail:
    | MigrationDetailDocument
    | AliveDetailDocument
    | PurchaseProbabilityDetailDocument
    | ReplenishmentDetailDocument;
}

type MigrationDetailDocument = Omit<Extract<AlertDetail, { kind: 'migration' }>, 'kind'>;

interface AliveDetailDocument {
  readonly below: number;
  readonly probabilityAlive: number;
  readonly lastPurchaseAt: string;
  readonly modelVersion: string;
}

interface PurchaseProbabilityDetailDocument {
  readonly withinDays: number;
  readonly below: number;
  readonly purchaseProbability: number;
  readonly lastPurchaseAt: string;
  readonly modelVersion: string;
}

interface ReplenishmentDetailDocument {
  readonly productId: string;
  readonly category: string | null;
  readonly purchases: number;
  readonly lastAt: string;
  readonly usualGapDays: number;
  readonly expectedQuantity: number;
  readonly modelVersion: string;
}

/** What is delivered to webhooks, topics and buses. */
export interface AlertEnvelope {
  readonly type: 'rule-alert.fired';
  /** When the alert was fired. */
  readonly timestamp: string;
  readonly data: AlertDocument;
}

const milliPerUnit = 1_000;

/** @param currency ISO 4217 code of the reporting currency */
export function alertDocument(alert: FiredAlert, currency: string): AlertDocument {
  return {
    id: alert.id,
    ruleId: alert.ruleId,
    ruleName: alert.ruleName,
    customerId: alert.customerId,
    at: instant(alert.atMs),
    firedAt: instant(alert.firedAtMs),
    kind: alert.detail.kind,
    value: Math.round(alert.valueMicros) / microsPerUnit,
    currency,
    detail: detailDocument(alert.detail),
  };
}

export function alertEnvelope(alert: FiredAlert, currency: string): AlertEnvelope {
  return {
    type: 'rule-alert.fired',
    timestamp: instant(alert.firedAtMs),
    data: alertDocument(alert, currency),
  };
}

function detailDocument(detail: AlertDetail): AlertDocument['detail'] {
  switch (detail.kind) {
    case 'migration': {
      const { migrationId, from, to, cause, modelVersion } = detail;
      return { migrationId, from, to, cause, modelVersion };
    }
    case 'probability-alive': {
      const { below, probability, lastPurchaseAtMs, modelVersion } = detail;
      return {
        below,
        probabilityAlive: rounded(probability),
        lastPurchaseAt: instant(lastPurchaseAtMs),
        modelVersion,
      };
    }
    case 'purchase-probability': {
      const { withinDays, below, probability, lastPurchaseAtMs, modelVersion } = detail;
      return {
        withinDays,
        below,
        purchaseProbability: rounded(probability),
        lastPurchaseAt: instant(lastPurchaseAtMs),
        modelVersion,
      };
    }
    case 'replenishment-due': {
      const { productId, category, purchases, lastAtMs, usualGapDays, expectedQuantityMilli } = detail;
      return {
        productId,
        category: category ?? null,
        purchases,
        lastAt: instant(lastAtMs),
        usualGapDays: rounded(usualGapDays),
        expectedQuantity: expectedQuantityMilli / milliPerUnit,
        modelVersion: detail.modelVersion,
      };
    }
  }
}

function rounded(figure: number): number {
  return Number(figure.toFixed(6));
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
