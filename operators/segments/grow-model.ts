import { adjustedRandIndex } from './adjusted-rand-index.ts';
import { bestBatchFit } from './batch-fit.ts';
import { measureClusters } from './cluster-quality.ts';
import { compareFeatures } from './fit-segments.ts';
import { profilePopulation } from './population-drift.ts';
import type { SegmentCandidate } from './segment-candidate.ts';
import { checkMeanings, segmentMedians } from './segment-meanings.ts';
import type { SegmentFeatures, SegmentModel } from './segment-model.ts';
import { transformFeatures } from './transform.ts';

/**
 * The model that a candidate has grown into, to take its base's place: transforms, names and margins are the base's, the
 * quality is measured on the newest slice.
 *
 * @param slice at least eight customers
 */
export function growModel(
  candidate: SegmentCandidate,
  base: SegmentModel,
  slice: readonly SegmentFeatures[],
  { version, seeds }: { readonly version: string; readonly seeds: readonly number[] },
): SegmentModel {
  const sorted = [...slice].sort(compareFeatures);
  const points = sorted.map((features) => transformFeatures(features, base.transforms));
  const { centroids } = candidate;
  const { labels, squared, ...measured } = measureClusters(points, centroids);
  const batch = bestBatchFit(points, seeds);
  const medians = segmentMedians(sorted, labels, centroids.length);
  return {
    ...base,
    version,
    fittedAtMs: candidate.atMs,
    sampleSize: sorted.length,
    centroids,
    grownFrom: base.grownFrom ?? { version: base.version, fittedAtMs: base.fittedAtMs },
    quality: {
      ...measured,
      iterations: candidate.slices,
      validation: {
        inertiaRatio: batch && batch.quality.inertia > 0 ? measured.inertia / batch.quality.inertia : 1,
        adjustedRandIndex: batch ? adjustedRandIndex(labels, batch.quality.labels) : 1,
        medians,
        meanings: checkMeanings(medians, base.names),
      },
      population: profilePopulation(sorted, squared),
    },
  };
}
