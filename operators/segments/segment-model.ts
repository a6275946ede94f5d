import type { MeaningCheck } from './segment-meanings.ts';

/** The eight segments, in the order they are listed to people: best first. */
export const segmentNames = [
  'Champions',
  'Loyal',
  'Potential Loyalists',
  'New',
  'Promising',
  'Needs Attention',
  'At Risk',
  'Hibernating',
] as const;

export type SegmentName = (typeof segmentNames)[number];

/** The features that segments are made of; the order is the order of every vector below. */
export const segmentFeatureNames = ['recencyDays', 'tenureDays', 'orders365', 'spend365'] as const;

export type SegmentFeatureName = (typeof segmentFeatureNames)[number];

/** Raw, in plain units: days, days, orders, reporting currency. */
export type SegmentFeatures = Readonly<Record<SegmentFeatureName, number>>;

/** `z = (f(x) - mean) / deviation` with f = ln(1 + x / scale) for `log1p`; negative x counts as 0. */
export interface FeatureTransform {
  readonly feature: SegmentFeatureName;
  readonly kind: 'log1p';
  /** What differences well below it hardly count against, plain units, > 0; 1 when absent. */
  readonly scale?: number;
  readonly mean: number;
  /** The standard deviation over the feature's weight. */
  readonly deviation: number;
}

export interface SegmentQuality {
  /** Mean over the sample of the squared distance to the nearest centroid, transformed units squared. */
  readonly inertia: number;
  /** Customers of the sample nearest to each centroid, in the order of the centroids. */
  readonly sizes: readonly number[];
  /** Mean simplified silhouette (distance to own against next nearest centroid), -1..1. */
  readonly silhouette: number;
  readonly iterations: number;
  /** Undefined in models stored by versions before this was measured, as is `population`. */
  readonly validation?: SegmentValidation;
  /** What the sample looked like: what drift is measured against. */
  readonly population?: PopulationProfile;
}

/** What tells whether the segments can be trusted; lists are in the order of the model's names. */
export interface SegmentValidation {
  /** The model's inertia over the least of the batch fits to the same sample from ten k-means++ starts. */
  readonly inertiaRatio: number;
  /** Agreement of the model's labels with those of that best fit, 1 = the same groups: a small gap in inertia may hide a large one here. */
  readonly adjustedRandIndex: number;
  /** Of each segment's members, plain units. */
  readonly medians: readonly SegmentFeatures[];
  /** Whether each name's members are what the name says. */
  readonly meanings: readonly MeaningCheck[];
}

/** The distribution of a sample, as far as drift is judged by it. */
export interface PopulationProfile {
  /** Ascending inner edges of at most ten bins of about equal size for each feature, plain units; a value on an edge lies below it. */
  readonly edges: Readonly<Record<SegmentFeatureName, readonly number[]>>;
  /** Share of the sample in each bin, one more than edges. */
  readonly shares: Readonly<Record<SegmentFeatureName, readonly number[]>>;
  /** Squared distance to the nearest centroid that 1 % of the sample exceed, transformed units squared. */
  readonly farSquared: number;
}

/** An immutable, versioned segment model. */
export interface SegmentModel {
  readonly version: string;
  /** Clock instant of the fit, UTC milliseconds. */
  readonly fittedAtMs: number;
  readonly sampleSize: number;
  readonly transforms: readonly FeatureTransform[];
  /** One per centroid, each name once. */
  readonly names: readonly SegmentName[];
  /** Shape [8][features], in transformed units. */
  readonly centroids: readonly (readonly number[])[];
  /**
   * Margin against flapping, in transformed units: a customer moves only when past the boundary
   * between two centroids by at least this much.
   */
  readonly margin: number;
  /**
   * Days after a move before time alone may make the next one, against flapping; 0 (as when absent) for none. Orders and
   * newly active models never wait, and a first assignment is no move.
   */
  readonly dwellDays?: number;
  /** The batch fit that a model grown from it slice by slice goes back to; absent for a batch fit. */
  readonly grownFrom?: { readonly version: string; readonly fittedAtMs: number };
  readonly quality: SegmentQuality;
}

export type MigrationCause = 'event' | 'time' | 'model';

/** One feature that spoke for the present segment against the other one. */
export interface SegmentReason {
  readonly feature: SegmentFeatureName;
  readonly value: number;
  /** Value at the time of the previous assignment; undefined for the first, or when no longer known. */
  readonly before: number | undefined;
  /**
   * What this feature adds to the difference of squared distances (other centroid less present one), transformed units
   * squared; over all four features they sum to that difference. Positive speaks for the present segment.
   */
  readonly weight: number;
}

/** Where a customer stands, and since when and why. */
export interface SegmentStanding {
  readonly segment: SegmentName;
  readonly sinceMs: number;
  /** What brought the customer here. The first assignment has the cause that made it possible. */
  readonly cause: MigrationCause;
  readonly reasons: readonly SegmentReason[];
  readonly modelVersion: string;
  /** Moves so far; numbers the customer's migrations without gaps. */
  readonly migrations: number;
}

/** A move from one segment to another. */
export interface Migration {
  /** Deterministic: the same committed move has the same id wherever it is computed. */
  readonly id: string;
  readonly customerId: string;
  /** The customer's n-th move, from 1. */
  readonly ordinal: number;
  /** The instant the move took effect, event time. */
  readonly atMs: number;
  readonly from: SegmentName;
  readonly to: SegmentName;
  readonly cause: MigrationCause;
  readonly reasons: readonly SegmentReason[];
  /** Distance to the old and new centroid at the move, transformed units. */
  readonly distanceFrom: number;
  readonly distanceTo: number;
  readonly modelVersion: string;
  /** Net spend of the last 365 days at the move: the value that moved. */
  readonly spend365Micros: number;
}
