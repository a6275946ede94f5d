/** What the board reads of the API's answers; `/openapi.json` describes them whole. */

export type Cause = 'event' | 'time' | 'model';

export interface PageOf<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Live {
  readonly asOf: string;
  readonly watermark: string | null;
  readonly clock: 'event' | 'wall';
  readonly eventsApplied: number;
  readonly countedAt: string | null;
  readonly eventsPerSecond: number | null;
  readonly lagMs: number | null;
  readonly customers: number;
  readonly unassigned: number;
  readonly quarantined: number;
  readonly segments: Readonly<Record<string, number>>;
  readonly migrationsByCause: Readonly<Record<string, number>>;
  readonly modelVersion: string | null;
}

export interface Reason {
  readonly feature: string;
  readonly value: number;
  readonly before: number | null;
  readonly weight: number | null;
  readonly text: string;
}

export interface Migration {
  readonly id: string;
  readonly feedKey: string;
  readonly customerId: string;
  readonly ordinal: number;
  readonly at: string;
  readonly publishedAt: string;
  readonly from: string;
  readonly to: string;
  readonly cause: Cause;
  readonly reasons: readonly Reason[];
  readonly spend365: number;
  readonly currency: string;
  readonly modelVersion: string;
}

export interface SegmentFeatures {
  readonly recencyDays: number;
  readonly tenureDays: number;
  readonly orders365: number;
  readonly spend365: number;
}

export interface SegmentSummary {
  readonly name: string;
  readonly slug: string;
  readonly meaning: string;
  readonly size: number;
  readonly share: number;
  readonly centroid: SegmentFeatures | null;
  readonly revenue: { readonly lifetime: number; readonly last28Days: number };
  readonly medians: {
    readonly recencyDays: number;
    readonly tenureDays: number;
    readonly purchaseDays: number;
    readonly spend: number;
    readonly spend365: number;
  } | null;
  readonly netChange28: number;
}

export interface Segments {
  readonly currency: string;
  readonly watermark: string | null;
  readonly asOf: string | null;
  readonly version: string | null;
  readonly fittedAt: string | null;
  readonly abstained: string | null;
  readonly customers: number;
  readonly unassigned: number;
  readonly segments: readonly SegmentSummary[];
}

export interface SegmentDetail extends SegmentSummary {
  readonly currency?: string;
  readonly flows28: {
    readonly in: readonly { readonly from: string; readonly count: number; readonly value: number }[];
    readonly out: readonly { readonly to: string; readonly count: number; readonly value: number }[];
  };
}

export interface SegmentMember {
  readonly customerId: string;
  readonly spend365: number;
  readonly lifetimeSpend: number;
  readonly purchaseDays: number;
  readonly lastPurchaseAt: string | null;
  readonly purchaseProbability90: number | null;
  readonly probabilityAlive: number | null;
  readonly atRiskValue: number | null;
  readonly since: string | null;
  readonly nextChangeAt?: string | null;
}

export interface PeriodFigures {
  readonly customers: number;
  readonly orders: number;
  readonly revenue: number;
  readonly buyers: number;
  readonly retained: number | null;
}

export interface ForecastFigures {
  readonly customers: number;
  readonly expectedPurchases: number;
  readonly actualPurchases: number | null;
  readonly expectedSpend: number | null;
  readonly actualSpend: number | null;
}

export interface Performance {
  readonly currency?: string;
  readonly by: 'week' | 'month';
  readonly periods: readonly {
    readonly start: string;
    readonly end: string;
    readonly complete: boolean;
    readonly segments: Readonly<Record<string, PeriodFigures>>;
  }[];
  readonly forecasts: readonly {
    readonly at: string;
    readonly horizonDays: number;
    readonly closedAt: string | null;
    readonly segments: Readonly<Record<string, ForecastFigures>>;
  }[];
}

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly cause: Cause;
  readonly count: number;
  readonly value: number;
}

export interface Flows {
  readonly from: string;
  readonly to: string;
  readonly currency?: string;
  readonly flows: readonly Flow[];
}
