import { counted } from '../counted.ts';
import { ConfigurationError } from '../errors.ts';
import { adjustedRandIndex } from './adjusted-rand-index.ts';
import { type BatchFit, batchFit, bestBatchFit } from './batch-fit.ts';
import { keepNames, nameSegments } from './name-segments.ts';
import { profilePopulation } from './population-drift.ts';
import { checkMeanings, segmentMedians } from './segment-meanings.ts';
import {
  type FeatureTransform,
  type SegmentFeatures,
  type SegmentModel,
  segmentFeatureNames,
  segmentNames,
} from './segment-model.ts';
import { changeTransforms, fitTransforms, transformFeatures } from './transform.ts';

export interface FitSegmentsOptions {
  readonly version: string;
  /** Clock instant of the fit, UTC milliseconds. */
  readonly fittedAtMs: number;
  /** One k-means++ start each, integers; at least one unless `previous` is given. More seeds cost time linearly. */
  readonly seeds: readonly number[];
  /** The active model: its centroids are one more start. */
  readonly previous?: SegmentModel | undefined;
  /** Default true: the names of `previous` are kept. False names afresh, right while history is short and grows. */
  readonly keepNames?: boolean;
  /** Margin against flapping, transformed units, >= 0. */
  readonly margin: number;
  /** Days between a move and the next by time alone, >= 0; default 0. */
  readonly dwellDays?: number;
}

/** Why a sample can't be fitted. */
export interface FitRefusal {
  readonly code: 'sample-not-finite' | 'too-few-distinct-customers' | 'empty-segment';
  readonly detail: string;
}

export type FitSegmentsResult =
  | { readonly ok: true; readonly model: SegmentModel }
  | { readonly ok: false; readonly reason: FitRefusal };

/**
 * A refit keeps the previous model's segments, moved to where their customers are now, as long as their inertia exceeds
 * the best fresh start's by no more than this share: the gain would not be worth telling many customers apart anew.
 */
const keptInertiaExcess = 0.03;

/**
 * Fits the eight segments to a sample of customers: k-means (Lloyd) on the transformed, standardised features, from
 * several k-means++ starts and the previous model's centroids. The start with the least inertia wins; in a refit that
 * keeps names the previous model's do, unless a fresh start is better by more than 3 %.
 *
 * The sample is sorted first, so the same customers in any order give the same model. Names come from `nameSegments`
 * for a first model, and from `keepNames` for a refit (unless it is told to name afresh). Memory: the sample twice.
 *
 * @throws ConfigurationError when there is nothing to start from or the margin is negative
 * @see Arthur, Vassilvitskii 2007, "k-means++: The Advantages of Careful Seeding"
 */
export function fitSegments(
  sample: readonly SegmentFeatures[],
  options: FitSegmentsOptions,
): FitSegmentsResult {
  requireUsable(options);
  const refusal = refuseSample(sample);
  if (refusal !== undefined) return { ok: false, reason: refusal };
  const sorted = [...sample].sort(compareFeatures);
  const transforms = fitTransforms(sorted);
  const points = sorted.map((features) => transformFeatures(features, transforms));
  const distinct = new Set(points.map((point) => point.join())).size;
  if (distinct < segmentNames.length) {
    const detail = `${distinct} different customers among ${sample.length}; ${segmentNames.length} are needed`;
    return { ok: false, reason: { code: 'too-few-distinct-customers', detail } };
  }
  const clusterings = clusterAll(points, transforms, options);
  if (clusterings === undefined) {
    const detail = `every one of ${options.seeds.length} starts left a segment without customers`;
    return { ok: false, reason: { code: 'empty-segment', detail } };
  }
  return { ok: true, model: modelOf(clusterings, { features: sorted, transforms }, options) };
}

interface Clusterings {
  /** Of all starts that leave no segment empty, the one with the least inertia. */
  readonly best: BatchFit;
  /** From the previous model's centroids; undefined without one, or when it left a segment empty. */
  readonly warm: BatchFit | undefined;
}

function clusterAll(
  points: number[][],
  transforms: readonly FeatureTransform[],
  { seeds, previous }: FitSegmentsOptions,
): Clusterings | undefined {
  const initialization = previous?.centroids.map((z) => changeTransforms(z, previous.transforms, transforms));
  const warm = initialization && batchFit(points, { initialization });
  const cold = bestBatchFit(points, seeds);
  const best = cold && warm && warm.quality.inertia < cold.quality.inertia ? warm : (cold ?? warm);
  return best && { best, warm };
}

/** A refit goes on from the previous model's segments unless a fresh start describes the customers clearly better. */
function choose({ best, warm }: Clusterings, keepsNames: boolean): BatchFit {
  if (warm === undefined || !keepsNames) return best;
  return warm.quality.inertia <= best.quality.inertia * (1 + keptInertiaExcess) ? warm : best;
}

interface Sample {
  readonly features: readonly SegmentFeatures[];
  readonly transforms: readonly FeatureTransform[];
}

function modelOf(clusterings: Clusterings, sample: Sample, options: FitSegmentsOptions): SegmentModel {
  const { version, fittedAtMs, previous, margin, dwellDays } = options;
  const { transforms, features } = sample;
  const kept = options.keepNames === false ? undefined : previous;
  const chosen = choose(clusterings, kept !== undefined);
  const { centroids, quality } = chosen;
  const medians = segmentMedians(features, quality.labels, centroids.length);
  const assigned =
    kept === undefined ? nameSegments(centroids, medians) : keepNames(centroids, transforms, kept, medians);
  // Listed by name, so that two fits that find the same clusters in another order are the same model.
  const order = segmentNames.map((name) => assigned.indexOf(name));
  const named = order.map((index) => medians[index] as SegmentFeatures);
  const { best } = clusterings;
  return {
    version,
    fittedAtMs,
    sampleSize: features.length,
    transforms,
    names: [...segmentNames],
    centroids: order.map((index) => centroids[index] ?? []),
    margin,
    ...(dwellDays === undefined || dwellDays === 0 ? {} : { dwellDays }),
    quality: {
      inertia: quality.inertia,
      sizes: order.map((index) => quality.sizes[index] ?? 0),
      silhouette: quality.silhouette,
      iterations: chosen.iterations,
      validation: {
        // Points that all lie on centroids leave nothing to compare.
        inertiaRatio: best.quality.inertia === 0 ? 1 : quality.inertia / best.quality.inertia,
        adjustedRandIndex: adjustedRandIndex(quality.labels, best.quality.labels),
        medians: named,
        meanings: checkMeanings(named),
      },
      population: profilePopulation(features, quality.squared),
    },
  };
}

function refuseSample(sample: readonly SegmentFeatures[]): FitRefusal | undefined {
  for (const [index, features] of sample.entries()) {
    const bad = segmentFeatureNames.find((name) => !Number.isFinite(features[name]));
    if (bad !== undefined) {
      return { code: 'sample-not-finite', detail: `${bad} of customer ${index} is ${features[bad]}` };
    }
  }
  if (sample.length >= segmentNames.length) return undefined;
  const detail = `${counted(sample.length, 'customer')}; ${segmentNames.length} different ones are needed`;
  return { code: 'too-few-distinct-customers', detail };
}

function requireUsable({ seeds, previous, margin, dwellDays = 0 }: FitSegmentsOptions): void {
  const problems: string[] = [];
  if (seeds.length === 0 && previous === undefined) problems.push('seeds: at least one, or a previous model');
  if (!seeds.every(Number.isSafeInteger)) problems.push('seeds: integers only');
  if (!(margin >= 0 && Number.isFinite(margin)))
    problems.push(`margin: a number of at least 0, not ${margin}`);
  if (!(dwellDays >= 0 && Number.isFinite(dwellDays)))
    problems.push(`dwellDays: a number of at least 0, not ${dwellDays}`);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Orders customers by what they are, so that no result depends on the order they were read in. */
export function compareFeatures(a: SegmentFeatures, b: SegmentFeatures): number {
  for (const name of segmentFeatureNames) {
    if (a[name] !== b[name]) return a[name] - b[name];
  }
  return 0;
}
