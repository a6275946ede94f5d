import { linearSumAssignment } from 'linear-sum-assignment';
import { squaredDistance } from './segment-geometry.ts';
import { unmetPromises } from './segment-meanings.ts';
import {
  type FeatureTransform,
  type SegmentFeatureName,
  type SegmentFeatures,
  type SegmentModel,
  type SegmentName,
  segmentFeatureNames,
  segmentNames,
} from './segment-model.ts';
import { changeTransforms } from './transform.ts';

export interface SegmentArchetype {
  /** Where the segment typically ranks among the eight on each feature: 0 = lowest of all, 1 = highest. */
  readonly ranks: Readonly<Record<SegmentFeatureName, number>>;
  readonly because: string;
}

/**
 * What each name means. Ranks, not values, so that the table fits a business that sells daily and one that sells
 * yearly.
 */
export const segmentArchetypes: Readonly<Record<SegmentName, SegmentArchetype>> = {
  Champions: {
    ranks: { recencyDays: 0, tenureDays: 0.9, orders365: 1, spend365: 1 },
    because: 'bought last of all, most often and for the most, and have done so for long',
  },
  Loyal: {
    ranks: { recencyDays: 0.3, tenureDays: 0.85, orders365: 0.85, spend365: 0.85 },
    because: 'come back regularly over a long time and spend well, short of the very best',
  },
  'Potential Loyalists': {
    ranks: { recencyDays: 0.2, tenureDays: 0.4, orders365: 0.7, spend365: 0.7 },
    because: 'bought lately and more than once, but have not been customers for as long',
  },
  New: {
    ranks: { recencyDays: 0.15, tenureDays: 0, orders365: 0.3, spend365: 0.3 },
    because: 'made their first purchase only just now: least tenure of all, few orders',
  },
  Promising: {
    ranks: { recencyDays: 0.45, tenureDays: 0.15, orders365: 0.3, spend365: 0.35 },
    because: 'young customers with few orders whose second visit is due',
  },
  'Needs Attention': {
    ranks: { recencyDays: 0.65, tenureDays: 0.6, orders365: 0.5, spend365: 0.5 },
    because: 'middling orders and spend, longer silent than those who are doing well',
  },
  'At Risk': {
    ranks: { recencyDays: 0.85, tenureDays: 0.6, orders365: 0.2, spend365: 0.2 },
    because: 'have known us for some time, but their orders lie long back',
  },
  Hibernating: {
    ranks: { recencyDays: 1, tenureDays: 0.65, orders365: 0, spend365: 0 },
    because: 'silent longest of all, and hardly anything left in the last year',
  },
};

/** Orders and spend count double: whoever buys most and for most is the best customer, even if not the very latest. */
const featureWeights: Readonly<Record<SegmentFeatureName, number>> = {
  recencyDays: 1,
  tenureDays: 1,
  orders365: 2,
  spend365: 2,
};

/** What an unmet promise of a name costs, in squared ranks: more than any usual difference between two namings. */
const unmetCost = 0.5;

/**
 * Names eight centroids by least total cost, each name once: the weighted squared distance between their ranks and the
 * archetypes', and for each promise of a name that the members' medians don't keep, a fixed cost.
 *
 * @param centroids shape [8][features], any one monotone scale
 * @param medians of the members of each, plain units; the promises are left out without them
 * @returns the name of each centroid, in the order given
 * @see Crouse 2016, "On implementing 2D rectangular assignment algorithms"
 */
export function nameSegments(
  centroids: readonly (readonly number[])[],
  medians?: readonly SegmentFeatures[],
): SegmentName[] {
  const weighted = (ranks: readonly number[]) =>
    segmentFeatureNames.map(
      (feature, index) => Math.sqrt(featureWeights[feature]) * (ranks[index] as number),
    );
  const ranks = centroids.map((centroid) =>
    centroid.map((value, feature) => rankAmong(value, feature, centroids)),
  );
  const targets = segmentNames.map((name) =>
    segmentFeatureNames.map((feature) => segmentArchetypes[name].ranks[feature]),
  );
  const unmet = medians?.map((_, index) =>
    segmentNames.map((name) => unmetCost * unmetPromises(name, index, medians).length),
  );
  return assign(ranks.map(weighted), targets.map(weighted), segmentNames, unmet);
}

/**
 * Names the centroids of a refit by least total squared distance to the previous model's named centroids, both on
 * the logarithmic scale in the previous model's standard deviations: who is called what changes as little as it can.
 *
 * @param transforms those the centroids are expressed in
 */
export function keepNames(
  centroids: readonly (readonly number[])[],
  transforms: readonly FeatureTransform[],
  previous: SegmentModel,
): SegmentName[] {
  const moved = centroids.map((centroid) => changeTransforms(centroid, transforms, previous.transforms));
  return assign(moved, previous.centroids, previous.names);
}

/** For each source the name of its target, at least total squared distance and extra cost. */
function assign(
  sources: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  names: readonly SegmentName[],
  extra?: readonly (readonly number[])[],
): SegmentName[] {
  const costs = sources.map((source, row) =>
    targets.map((target, column) => squaredDistance(source, target) + (extra?.[row]?.[column] ?? 0)),
  );
  const { rowAssignments } = linearSumAssignment(costs, { maximaze: false });
  return Array.from(rowAssignments, (column) => names[column] as SegmentName);
}

/** Share of the other centroids that lie below, from 0 to 1; equal ones count half. */
function rankAmong(value: number, feature: number, centroids: readonly (readonly number[])[]): number {
  let below = -0.5;
  for (const centroid of centroids) {
    const other = centroid[feature] as number;
    if (other < value) below += 1;
    else if (other === value) below += 0.5;
  }
  return below / (centroids.length - 1);
}
