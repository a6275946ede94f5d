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
    ranks: { recencyDays: 0.8, tenureDays: 0.7, orders365: 0.45, spend365: 0.45 },
    because: 'have known us for some time and bought more than those asleep, but their orders lie long back',
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

/** Medians that differ by less than this share break no promise clearly: a tenth more or less is no other kind of customer. */
const clearShare = 0.1;

/**
 * What broken promises cost a first naming, in squared ranks. A clearly broken one costs more than two namings of eight can
 * differ by in all else, so that as few are as can be; of the others few give way to a likeness of ranks.
 */
const firstCosts = { clearlyBroken: 100, broken: 2 };

/**
 * What a promise clearly broken by a kept name costs, in squared standard deviations: enough for neighbours to exchange names. In
 * refits of simulated shops all names that can then hold, also from a bad start, and more would rename no others. What is
 * broken by little costs nothing, so that a refit to the same customers finds nothing to mend.
 */
const keptCosts = { clearlyBroken: 8, broken: 0 };

/**
 * Names eight centroids, each name once, so that as few promises of names as possible are clearly broken by the members' medians; of
 * such namings the one with the least weighted squared distance between their ranks and the archetypes'.
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
  const broken = medians && brokenPromises(segmentNames, medians, firstCosts);
  return assign(ranks.map(weighted), targets.map(weighted), segmentNames, broken);
}

/**
 * Names the centroids of a refit by least total squared distance to the previous model's named centroids, both on
 * the logarithmic scale in the previous model's standard deviations: who is called what changes as little as it can. Each
 * promise that a kept name would clearly break has its price, so a name whose owners have become something else moves on.
 *
 * @param transforms those the centroids are expressed in
 * @param medians of the members of each, plain units; the promises are left out without them
 */
export function keepNames(
  centroids: readonly (readonly number[])[],
  transforms: readonly FeatureTransform[],
  previous: SegmentModel,
  medians?: readonly SegmentFeatures[],
): SegmentName[] {
  const moved = centroids.map((centroid) => changeTransforms(centroid, transforms, previous.transforms));
  const broken = medians && brokenPromises(previous.names, medians, keptCosts);
  return assign(moved, previous.centroids, previous.names, broken);
}

/** For each segment and name what the promises cost that it would break. */
function brokenPromises(
  names: readonly SegmentName[],
  medians: readonly SegmentFeatures[],
  costs: typeof keptCosts,
): number[][] {
  return medians.map((_, index) =>
    names.map(
      (name) =>
        costs.clearlyBroken * unmetPromises(name, index, medians, clearShare).length +
        costs.broken * unmetPromises(name, index, medians).length,
    ),
  );
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
