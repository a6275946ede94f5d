import {
  type SegmentFeatureName,
  type SegmentFeatures,
  type SegmentName,
  segmentFeatureNames,
  segmentNames,
} from './segment-model.ts';

/** What a name promises of its members' median, as a rank among the medians of the eight segments. */
export interface RankPromise {
  readonly feature: SegmentFeatureName;
  readonly among: 'lowest' | 'highest';
  /** Of the eight, 1..8; medians that are equal share the better rank. */
  readonly count: number;
}

const lowest = (feature: SegmentFeatureName, count: number): RankPromise => ({
  feature,
  among: 'lowest',
  count,
});
const highest = (feature: SegmentFeatureName, count: number): RankPromise => ({
  feature,
  among: 'highest',
  count,
});

/** What each name means in plain language, as conditions that a population can break. */
export const segmentPromises: Readonly<Record<SegmentName, readonly RankPromise[]>> = {
  Champions: [lowest('recencyDays', 3), highest('orders365', 1), highest('spend365', 2)],
  Loyal: [lowest('recencyDays', 5), highest('orders365', 3), highest('spend365', 3)],
  // Among the upper five: two kinds of customers who were good and have gone silent may still count more orders.
  'Potential Loyalists': [lowest('recencyDays', 4), highest('orders365', 5), highest('spend365', 5)],
  New: [lowest('recencyDays', 4), lowest('tenureDays', 2), lowest('orders365', 5)],
  Promising: [lowest('recencyDays', 6), lowest('tenureDays', 4), lowest('orders365', 5)],
  'Needs Attention': [highest('recencyDays', 5), highest('orders365', 5)],
  'At Risk': [
    highest('recencyDays', 3),
    highest('tenureDays', 6),
    // There is something to lose: neither the fewest orders nor the least spend of all.
    highest('orders365', 7),
    highest('spend365', 7),
  ],
  Hibernating: [highest('recencyDays', 3), lowest('orders365', 2), lowest('spend365', 2)],
};

/** Whether the members of one segment are what its name says. */
export interface MeaningCheck {
  readonly name: SegmentName;
  readonly holds: boolean;
  /** What the name promises and the median member does not keep, each as a sentence; empty when it holds. */
  readonly unmet: readonly string[];
}

/**
 * Checks for each name whether its members fit its plain meaning: rank conditions on the medians of the eight.
 *
 * @param medians of each segment's members, plain units, in the order of `names`
 */
export function checkMeanings(
  medians: readonly SegmentFeatures[],
  names: readonly SegmentName[] = segmentNames,
): MeaningCheck[] {
  return names.map((name, index) => {
    const unmet = unmetPromises(name, index, medians).map(({ feature, among, count }) => {
      const own = (medians[index] as SegmentFeatures)[feature];
      return `${wording[feature]} ${plain(own)}, which is not among the ${count} ${among}`;
    });
    return { name, holds: unmet.length === 0, unmet };
  });
}

/**
 * The promises of a name that one of the segments doesn't keep.
 *
 * @param tolerance share by which another median has to differ to count as better, 0 or more
 */
export function unmetPromises(
  name: SegmentName,
  index: number,
  medians: readonly SegmentFeatures[],
  tolerance = 0,
): RankPromise[] {
  return segmentPromises[name].filter(({ feature, among, count }) => {
    const own = (medians[index] as SegmentFeatures)[feature];
    const slack = tolerance * Math.abs(own);
    const better = medians.filter((other) =>
      among === 'lowest' ? other[feature] < own - slack : other[feature] > own + slack,
    );
    return better.length >= count;
  });
}

/** Medians of each segment's members, plain units; zeros for a segment without any. */
export function segmentMedians(
  sample: readonly SegmentFeatures[],
  labels: readonly number[],
  segments: number,
): SegmentFeatures[] {
  const members = Array.from({ length: segments }, (): SegmentFeatures[] => []);
  sample.forEach((features, index) => {
    members[labels[index] as number]?.push(features);
  });
  return members.map((held) => {
    const medians = segmentFeatureNames.map((feature) => [feature, median(held.map((one) => one[feature]))]);
    return Object.fromEntries(medians) as Record<SegmentFeatureName, number>;
  });
}

/** The lower of the two in the middle of an even number. */
function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[(values.length - 1) >> 1] ?? 0;
}

const wording: Readonly<Record<SegmentFeatureName, string>> = {
  recencyDays: 'days since the last order:',
  tenureDays: 'days since the first order:',
  orders365: 'orders of the last 365 days:',
  spend365: 'spend of the last 365 days:',
};

function plain(value: number): string {
  return String(Number(value.toFixed(1)));
}
