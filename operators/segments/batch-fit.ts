import { kmeans } from 'ml-kmeans';
import { type ClusterQuality, measureClusters } from './cluster-quality.ts';
import { segmentNames } from './segment-model.ts';

/** Eight centroids that Lloyd's algorithm has settled on, with no segment empty. */
export interface BatchFit {
  readonly centroids: readonly (readonly number[])[];
  readonly quality: ClusterQuality;
  readonly iterations: number;
}

/** A start that hasn't settled after this many rounds is taken as it stands. */
const iterationsMax = 300;

/** Squared movement of every centroid below which a start has settled, transformed units. */
const settledTolerance = 1e-10;

/**
 * One run of k-means from a k-means++ start or from given centroids; undefined when it leaves a segment without points.
 *
 * @param points at least eight different ones, shape [n][features]
 * @see Arthur, Vassilvitskii 2007, "k-means++: The Advantages of Careful Seeding"
 */
export function batchFit(
  points: number[][],
  start: { readonly seed: number } | { readonly initialization: number[][] },
): BatchFit | undefined {
  const fit = kmeans(points, segmentNames.length, {
    ...start,
    maxIterations: iterationsMax,
    tolerance: settledTolerance,
  });
  const quality = measureClusters(points, fit.centroids);
  if (quality.sizes.includes(0)) return undefined;
  return { centroids: fit.centroids, quality, iterations: fit.iterations };
}

/** The run with the least inertia, of one k-means++ start a seed; undefined when each left a segment without points. */
export function bestBatchFit(points: number[][], seeds: readonly number[]): BatchFit | undefined {
  let best: BatchFit | undefined;
  for (const seed of seeds) {
    const fit = batchFit(points, { seed });
    if (fit && (best === undefined || fit.quality.inertia < best.quality.inertia)) best = fit;
  }
  return best;
}
