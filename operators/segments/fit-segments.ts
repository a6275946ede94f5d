import { kmeans } from 'ml-kmeans';
import { ConfigurationError } from '../errors.ts';
import { keepNames, nameSegments } from './name-segments.ts';
import { squaredDistance } from './segment-geometry.ts';
import {
  type FeatureTransform,
  type SegmentFeatures,
  type SegmentModel,
  type SegmentQuality,
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
}

/** Why a sample can't be fitted. */
export interface FitRefusal {
  readonly code: 'sample-not-finite' | 'too-few-distinct-customers' | 'empty-segment';
  readonly detail: string;
}

export type FitSegmentsResult =
  | { readonly ok: true; readonly model: SegmentModel }
  | { readonly ok: false; readonly reason: FitRefusal };

/** A start that hasn't settled after this many rounds is taken as it stands. */
const iterationsMax = 300;

/** Squared movement of every centroid below which a start has settled, transformed units. */
const settledTolerance = 1e-10;

/**
 * Fits the eight segments to a sample of customers: k-means (Lloyd) on the transformed, standardised features, from
 * several k-means++ starts and the previous model's centroids; the start with the least inertia wins.
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
  const best = bestClustering(points, transforms, options);
  if (best === undefined) {
    const detail = `every one of ${options.seeds.length} starts left a segment without customers`;
    return { ok: false, reason: { code: 'empty-segment', detail } };
  }
  return { ok: true, model: modelOf(best, transforms, sample.length, options) };
}

interface Clustering {
  readonly centroids: readonly (readonly number[])[];
  readonly quality: SegmentQuality;
}

function bestClustering(
  points: number[][],
  transforms: readonly FeatureTransform[],
  { seeds, previous }: FitSegmentsOptions,
): Clustering | undefined {
  const warm = previous?.centroids.map((z) => changeTransforms(z, previous.transforms, transforms));
  const starts = [
    ...(warm === undefined ? [] : [{ initialization: warm }]),
    ...seeds.map((seed) => ({ seed })),
  ];
  let best: Clustering | undefined;
  for (const start of starts) {
    const fit = kmeans(points, segmentNames.length, {
      ...start,
      maxIterations: iterationsMax,
      tolerance: settledTolerance,
    });
    const quality = measure(points, fit.centroids, fit.iterations);
    if (quality.sizes.includes(0)) continue;
    if (best === undefined || quality.inertia < best.quality.inertia)
      best = { centroids: fit.centroids, quality };
  }
  return best;
}

function modelOf(
  { centroids, quality }: Clustering,
  transforms: readonly FeatureTransform[],
  sampleSize: number,
  options: FitSegmentsOptions,
): SegmentModel {
  const { version, fittedAtMs, previous, margin } = options;
  const kept = options.keepNames === false ? undefined : previous;
  const assigned = kept === undefined ? nameSegments(centroids) : keepNames(centroids, transforms, kept);
  // Listed by name, so that two fits that find the same clusters in another order are the same model.
  const order = segmentNames.map((name) => assigned.indexOf(name));
  return {
    version,
    fittedAtMs,
    sampleSize,
    transforms,
    names: [...segmentNames],
    centroids: order.map((index) => centroids[index] ?? []),
    margin,
    quality: { ...quality, sizes: order.map((index) => quality.sizes[index] ?? 0) },
  };
}

/** Inertia, sizes and simplified silhouette of centroids on points; Vendramin, Campello, Hruschka 2010, section 3. */
function measure(
  points: readonly (readonly number[])[],
  centroids: readonly (readonly number[])[],
  iterations: number,
): SegmentQuality {
  const sizes = centroids.map(() => 0);
  let inertia = 0;
  let silhouette = 0;
  for (const point of points) {
    let own = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    let nearest = 0;
    centroids.forEach((centroid, index) => {
      const squared = squaredDistance(point, centroid);
      if (squared < own) {
        next = own;
        own = squared;
        nearest = index;
      } else if (squared < next) next = squared;
    });
    sizes[nearest] = (sizes[nearest] ?? 0) + 1;
    inertia += own;
    silhouette += next === 0 ? 0 : 1 - Math.sqrt(own / next);
  }
  return { inertia: inertia / points.length, sizes, silhouette: silhouette / points.length, iterations };
}

function refuseSample(sample: readonly SegmentFeatures[]): FitRefusal | undefined {
  for (const [index, features] of sample.entries()) {
    const bad = segmentFeatureNames.find((name) => !Number.isFinite(features[name]));
    if (bad !== undefined) {
      return { code: 'sample-not-finite', detail: `${bad} of customer ${index} is ${features[bad]}` };
    }
  }
  if (sample.length >= segmentNames.length) return undefined;
  const detail = `${sample.length} customers; ${segmentNames.length} different ones are needed`;
  return { code: 'too-few-distinct-customers', detail };
}

function requireUsable({ seeds, previous, margin }: FitSegmentsOptions): void {
  const problems: string[] = [];
  if (seeds.length === 0 && previous === undefined) problems.push('seeds: at least one, or a previous model');
  if (!seeds.every(Number.isSafeInteger)) problems.push('seeds: integers only');
  if (!(margin >= 0 && Number.isFinite(margin)))
    problems.push(`margin: a number of at least 0, not ${margin}`);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function compareFeatures(a: SegmentFeatures, b: SegmentFeatures): number {
  for (const name of segmentFeatureNames) {
    if (a[name] !== b[name]) return a[name] - b[name];
  }
  return 0;
}
