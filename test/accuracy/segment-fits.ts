import { nearestSegment } from '../../operators/segments/assign-segment.ts';
import { fitSegments } from '../../operators/segments/fit-segments.ts';
import type { SegmentFeatures, SegmentModel, SegmentName } from '../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../operators/segments/transform.ts';
import { flappingGuards, seeds } from '../../pipeline/jobs/fit-models.ts';

/** A fit as the product makes it; a refit that keeps names where a previous model is given. */
export function fitModel(
  sample: readonly SegmentFeatures[],
  fittedAtMs: number,
  previous?: SegmentModel,
  starts: readonly number[] = seeds,
): SegmentModel {
  const version = `fit-${fittedAtMs}-${previous ? 'again' : 'first'}`;
  const fitted = fitSegments(sample, { version, fittedAtMs, seeds: starts, previous, ...flappingGuards });
  if (!fitted.ok) throw new Error(fitted.reason.detail);
  return fitted.model;
}

export function labelsOf(population: readonly SegmentFeatures[], model: SegmentModel): SegmentName[] {
  return population.map((features) => nearestSegment(transformFeatures(features, model.transforms), model));
}

export function shareDiffering<T>(a: readonly T[], b: readonly T[]): number {
  return a.filter((label, index) => label !== b[index]).length / Math.max(1, a.length);
}
