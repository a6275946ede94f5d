import { msPerDay } from '../state/customer-state.ts';
import { measureClusters } from './cluster-quality.ts';
import { compareFeatures } from './fit-segments.ts';
import { countBins, perFeature } from './population-drift.ts';
import type { SegmentFeatureName, SegmentFeatures, SegmentModel } from './segment-model.ts';
import { transformFeatures } from './transform.ts';

/** What the active model would have become, had it followed its customers, and what they look like by now. */
export interface SegmentCandidate {
  /** The active model that this one grows from; its transforms are this one's. */
  readonly baseVersion: string;
  /** Clock instant of the newest slice. */
  readonly atMs: number;
  /** Slices of the customers taken in since the base was fitted. */
  readonly slices: number;
  /** Shape [8][features], in the base's transformed units and the order of its names. */
  readonly centroids: readonly (readonly number[])[];
  /** Decayed number of customers that each centroid is the mean of. */
  readonly weights: readonly number[];
  readonly population: PopulationTally;
}

/** Decayed counts of the customers of the slices, measured with the base model. */
export interface PopulationTally {
  readonly customers: number;
  /** Of squared distances to the nearest of the base's centroids. */
  readonly squaredSum: number;
  /** Customers farther from every centroid than 99 % of the base's sample were. */
  readonly far: number;
  /** In the bins of the base's `PopulationProfile`. */
  readonly bins: Readonly<Record<SegmentFeatureName, readonly number[]>>;
}

export interface SliceOptions {
  /** Clock instant of the slice, after that of the one before, UTC milliseconds. */
  readonly atMs: number;
  /** Days after which a customer of a slice counts half, > 0. */
  readonly halfLifeDays: number;
  /** Usual days between slices: the base's own sample counts as much as slices at that pace would have come to. */
  readonly everyDays: number;
}

/** Rounds over one slice until its customers have settled with the centroids that they themselves move. */
const roundsMax = 10;

/**
 * Takes a slice of the customers into the candidate: a step of mini-batch k-means with forgetting. Each centroid is the
 * mean of its customers of all slices, every one of them weighted by one half for each half-life that has passed.
 * The same slice in any order gives the same candidate. With an empty slice only time passes.
 *
 * @param before undefined, or one of another base: starts from the model
 * @see Sculley 2010, "Web-scale k-means clustering"; Aggarwal et al. 2003 for the decay
 */
export function takeSlice(
  before: SegmentCandidate | undefined,
  model: SegmentModel,
  slice: readonly SegmentFeatures[],
  options: SliceOptions,
): SegmentCandidate {
  const { atMs, halfLifeDays } = options;
  const start = before?.baseVersion === model.version ? before : startCandidate(model, slice.length, options);
  const keep = decayOver((atMs - start.atMs) / msPerDay, halfLifeDays);
  const sorted = [...slice].sort(compareFeatures);
  const points = sorted.map((features) => transformFeatures(features, model.transforms));
  const moved = moveCentroids(points, start, keep);
  return {
    baseVersion: model.version,
    atMs,
    slices: start.slices + 1,
    ...moved,
    population: tallySlice(start.population, keep, model, sorted, points),
  };
}

function startCandidate(
  model: SegmentModel,
  sliceSize: number,
  { halfLifeDays, everyDays }: SliceOptions,
): SegmentCandidate {
  const { sizes, population } = model.quality;
  const mass = sliceSize / (1 - decayOver(everyDays, halfLifeDays));
  return {
    baseVersion: model.version,
    atMs: model.fittedAtMs,
    slices: 0,
    centroids: model.centroids,
    weights: sizes.map((size) => (mass * size) / Math.max(1, model.sampleSize)),
    population: {
      customers: 0,
      squaredSum: 0,
      far: 0,
      bins: perFeature((feature) => (population?.shares[feature] ?? []).map(() => 0)),
    },
  };
}

function decayOver(days: number, halfLifeDays: number): number {
  return 2 ** (-Math.max(0, days) / halfLifeDays);
}

function moveCentroids(
  points: readonly (readonly number[])[],
  start: SegmentCandidate,
  keep: number,
): Pick<SegmentCandidate, 'centroids' | 'weights'> {
  const kept = start.weights.map((weight) => weight * keep);
  let { centroids } = start;
  let weights: readonly number[] = kept;
  let labels: readonly number[] = [];
  for (let round = 0; round < roundsMax && points.length > 0; round += 1) {
    const measured = measureClusters(points, centroids);
    if (measured.labels.every((label, index) => label === labels[index])) break;
    labels = measured.labels;
    const sums = start.centroids.map((centroid, index) =>
      centroid.map((value) => value * (kept[index] ?? 0)),
    );
    points.forEach((point, index) => {
      const sum = sums[labels[index] as number] as number[];
      point.forEach((value, feature) => {
        sum[feature] = (sum[feature] as number) + value;
      });
    });
    weights = kept.map((weight, index) => weight + (measured.sizes[index] ?? 0));
    centroids = sums.map((sum, index) => {
      const weight = weights[index] as number;
      return weight > 0 ? sum.map((value) => value / weight) : (start.centroids[index] as readonly number[]);
    });
  }
  return { centroids, weights };
}

function tallySlice(
  before: PopulationTally,
  keep: number,
  model: SegmentModel,
  slice: readonly SegmentFeatures[],
  points: readonly (readonly number[])[],
): PopulationTally {
  const { squared } = measureClusters(points, model.centroids);
  const profile = model.quality.population;
  const farSquared = profile?.farSquared ?? Number.POSITIVE_INFINITY;
  return {
    customers: before.customers * keep + slice.length,
    squaredSum: before.squaredSum * keep + squared.reduce((sum, value) => sum + value, 0),
    far: before.far * keep + squared.filter((value) => value > farSquared).length,
    bins: perFeature((feature) => {
      const counts = countBins(
        slice.map((one) => one[feature]),
        profile?.edges[feature] ?? [],
      );
      return before.bins[feature].map((count, bin) => count * keep + (counts[bin] ?? 0));
    }),
  };
}
