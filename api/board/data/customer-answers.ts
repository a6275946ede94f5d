import type { Cause, Migration, PageOf, Reason } from './answers.ts';

/** What the board reads of the answers about one customer. */

interface Envelope {
  readonly customerId: string;
  readonly currency: string;
  readonly asOf: string;
  readonly watermark: string | null;
}

export interface WindowFigures {
  readonly orders: number;
  readonly spend: number;
  readonly units: number;
}

export const windowNames = ['7d', '30d', '90d', '365d'] as const;
export type WindowName = (typeof windowNames)[number];

export interface StandingReason extends Reason {
  readonly now: number | null;
  readonly changeAt: number | null;
  readonly changeTo: string | null;
}

export interface SegmentState {
  readonly name: string | null;
  readonly since: string | null;
  readonly cause: Cause | null;
  readonly reasons: readonly StandingReason[];
  readonly nextChangeAt: string | null;
  readonly nextSegment: string | null;
  readonly moves: number | null;
  readonly abstained: string | null;
}

interface Consumed {
  readonly lastAt: string;
  readonly purchases: number;
  readonly repurchaseProbability: { readonly '7d': number; readonly '30d': number };
  readonly usualGapDays: number | null;
  readonly expectedAt: string | null;
  readonly expectedQuantity: number;
}

export type Horizons = Readonly<Record<'7d' | '30d' | '90d', number | null>>;

export interface PredictionChange {
  readonly code: string;
  /** Of the feature now, and after the change: days, or money. */
  readonly value: number;
  readonly to: number;
  readonly at: string | null;
  readonly outcome: 'purchaseProbability' | 'expectedPurchases' | 'expectedSpend';
  readonly horizonDays: number;
  readonly from: number | null;
  readonly becomes: number | null;
  readonly text: string;
}

export interface Predictions {
  readonly probabilityAlive: number | null;
  readonly expectedPurchases: Horizons;
  readonly purchaseProbability: Horizons;
  readonly expectedSpend: Horizons;
  readonly nextOrder: {
    readonly at: string | null;
    readonly from: string | null;
    readonly to: string | null;
    readonly abstained: string | null;
  };
  readonly lifetimeValue: number | null;
  readonly products: readonly (Consumed & { readonly productId: string; readonly category: string | null })[];
  readonly categories: readonly (Consumed & { readonly category: string })[];
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly changes: readonly PredictionChange[];
  readonly abstained: string | null;
  readonly spendAbstained: string | null;
}

export interface Profile extends Envelope {
  readonly features: {
    readonly lifetime: {
      readonly orders: number;
      readonly purchaseDays: number;
      readonly spend: number;
      readonly units: number;
      readonly firstPurchaseAt: string | null;
      readonly lastPurchaseAt: string | null;
      readonly returnRate: number | null;
    };
    readonly windows: Readonly<Record<WindowName, WindowFigures>>;
    readonly windowsApproximate: boolean;
    readonly behaviour: {
      readonly recencyDays: number | null;
      readonly tenureDays: number | null;
      readonly averageOrderValue: number | null;
      readonly intervalMeanDays: number | null;
      readonly regularity: number | null;
      readonly trend: number | null;
    };
  };
  readonly segment: SegmentState;
  readonly predictions: Predictions;
}

export interface SegmentWithHistory extends Envelope {
  readonly segment: SegmentState;
  readonly history?: readonly Migration[];
}

export interface Outlook extends Envelope {
  readonly points: readonly {
    readonly at: string;
    readonly probabilityAlive: number | null;
    readonly purchaseProbability30: number | null;
  }[];
  readonly changes: readonly { readonly at: string; readonly from: string; readonly to: string }[];
}

export interface Purchase {
  readonly eventId: string;
  readonly orderId: string;
  readonly occurredAt: string;
  readonly spend: number;
  readonly unitsBought: number;
  readonly unitsReturned: number;
  readonly items: readonly {
    readonly productId: string;
    readonly category: string | null;
    readonly quantity: number;
    readonly unitPrice: number;
  }[];
}

export type PurchasePage = Envelope & PageOf<Purchase>;
