import { boundaryExcess, segmentGeometry, squaredDistance } from './segment-geometry.ts';
import { type SegmentModel, type SegmentName, segmentNames } from './segment-model.ts';

/** A segment with the distance of the customer to every centroid, transformed units. */
export interface SegmentAssignment {
  readonly segment: SegmentName;
  readonly distances: Readonly<Record<SegmentName, number>>;
}

/** The segment whose centroid is nearest; of equally near ones the first in `segmentNames`. */
export function nearestSegment(z: readonly number[], model: SegmentModel): SegmentName {
  return nearestOf(z, model, () => true) ?? segmentNames[0];
}

/**
 * The segment of a customer who now stands in `current`: the nearest centroid among those whose boundary with the
 * present one the customer has passed by more than the margin, else the present segment.
 *
 * The margin is measured along the line between the two centroids, so the moved boundary is a hyperplane as well.
 * Assigning again at the same point changes nothing, and moving back takes crossing twice the margin.
 *
 * @param current undefined for a customer without a segment: the nearest centroid then, with no margin.
 * @param z transformed features; with a value that isn't finite the customer stays
 */
export function reassign(
  current: SegmentName | undefined,
  z: readonly number[],
  model: SegmentModel,
): SegmentAssignment {
  return { segment: segmentAfter(current, z, model), distances: distancesTo(z, model) };
}

/** The segment that `reassign` gives, without the distances. */
export function segmentAfter(
  current: SegmentName | undefined,
  z: readonly number[],
  model: SegmentModel,
): SegmentName {
  if (current === undefined) return nearestSegment(z, model);
  const boundaries = segmentGeometry(model).boundaries[segmentNames.indexOf(current)] ?? [];
  const isPast = (index: number) => {
    const boundary = boundaries[index];
    return boundary !== undefined && boundaryExcess(boundary, z) > 0;
  };
  return nearestOf(z, model, isPast) ?? current;
}

/** The nearest centroid's segment other than `segment`: what a first assignment is explained against. */
export function runnerUp(segment: SegmentName, z: readonly number[], model: SegmentModel): SegmentName {
  return nearestOf(z, model, (index) => segmentNames[index] !== segment) ?? segment;
}

function nearestOf(
  z: readonly number[],
  model: SegmentModel,
  isEligible: (index: number) => boolean,
): SegmentName | undefined {
  const { centroids } = segmentGeometry(model);
  let nearest: SegmentName | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < centroids.length; index++) {
    if (!isEligible(index)) continue;
    const squared = squaredDistance(z, centroids[index] ?? []);
    if (squared < least) {
      least = squared;
      nearest = segmentNames[index];
    }
  }
  return nearest;
}

function distancesTo(z: readonly number[], model: SegmentModel): Record<SegmentName, number> {
  const { centroids } = segmentGeometry(model);
  const entries = segmentNames.map((name, index) => [
    name,
    Math.sqrt(squaredDistance(z, centroids[index] ?? [])),
  ]);
  return Object.fromEntries(entries) as Record<SegmentName, number>;
}
