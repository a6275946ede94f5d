import { lastKeptBy, type SegmentHistory, segmentFeatures, segmentWindowMs } from './segment-features.ts';
import { segmentGeometry } from './segment-geometry.ts';
import {
  type SegmentFeatureName,
  type SegmentFeatures,
  type SegmentModel,
  type SegmentName,
  type SegmentReason,
  segmentFeatureNames,
  segmentNames,
} from './segment-model.ts';
import { transformFeatures } from './transform.ts';

/** Reasons shown for one assignment at most. */
const reasonsMax = 3;

/**
 * Why a customer stands nearer to one segment than to another, at most three reasons. First what changed towards the
 * segment, weighed by how much the change brought; then what stayed as it was or is not known from before, weighed by
 * what it adds now. What changed the other way is no reason. The strongest first in each.
 *
 * @param other the segment left, or for a first assignment the next nearest
 * @param before features at the previous assignment, as far as known
 */
export function explainMove(
  other: SegmentName,
  present: SegmentName,
  features: SegmentFeatures,
  before: Partial<SegmentFeatures>,
  model: SegmentModel,
): SegmentReason[] {
  const now = contributions(other, present, features, model);
  const then = contributions(other, present, { ...features, ...before }, model);
  const reasons = segmentFeatureNames.map((feature) => {
    const hasChanged = before[feature] !== undefined && before[feature] !== features[feature];
    const weight = hasChanged ? now[feature] - then[feature] : now[feature];
    return { hasChanged, reason: { feature, value: features[feature], before: before[feature], weight } };
  });
  return reasons
    .filter(({ reason }) => reason.weight > 0)
    .sort((a, b) => Number(b.hasChanged) - Number(a.hasChanged) || b.reason.weight - a.reason.weight)
    .slice(0, reasonsMax)
    .map(({ reason }) => reason);
}

/**
 * What each feature adds to `|z - other|² - |z - present|²`. The squared distance is a sum over features, so the
 * contributions are exact and add up.
 */
export function contributions(
  other: SegmentName,
  present: SegmentName,
  features: SegmentFeatures,
  model: SegmentModel,
): Record<SegmentFeatureName, number> {
  const { centroids } = segmentGeometry(model);
  const otherCentroid = centroids[segmentNames.indexOf(other)] ?? [];
  const presentCentroid = centroids[segmentNames.indexOf(present)] ?? [];
  const z = transformFeatures(features, model.transforms);
  const entries = segmentFeatureNames.map((feature, index) => {
    const value = z[index] as number;
    const toOther = (value - (otherCentroid[index] as number)) ** 2;
    const toPresent = (value - (presentCentroid[index] as number)) ** 2;
    return [feature, toOther - toPresent];
  });
  return Object.fromEntries(entries) as Record<SegmentFeatureName, number>;
}

/**
 * The features as of an earlier instant, as far as the kept history still tells: the year before that instant may
 * reach back beyond the year that is kept.
 */
export function featuresThen(history: SegmentHistory, atMs: number): Partial<SegmentFeatures> {
  const { firstEventAtMs, lastEventAtMs, lastPurchaseAtMs } = history.lifetime;
  const features = segmentFeatures(history, atMs);
  const nothingLeft = atMs >= lastEventAtMs || firstEventAtMs > lastEventAtMs - segmentWindowMs;
  const lastKnown = atMs >= (lastPurchaseAtMs ?? lastEventAtMs) || lastKeptBy(history, atMs) !== undefined;
  return {
    tenureDays: features.tenureDays,
    ...(lastKnown && { recencyDays: features.recencyDays }),
    ...(nothingLeft && { orders365: features.orders365, spend365: features.spend365 }),
  };
}

/**
 * One reason as a person reads it.
 *
 * @example
 * describeReason({ feature: 'recencyDays', value: 94.2, before: 31.7, weight: 1.2 });
 * // 'last order 94 days ago (was 31)'
 */
export function describeReason({ feature, value, before }: SegmentReason): string {
  const { text, plain } = readings[feature];
  const was = before === undefined || plain(before) === plain(value) ? '' : ` (was ${plain(before)})`;
  return text(plain(value)) + was;
}

interface Reading {
  readonly plain: (value: number) => string;
  readonly text: (plain: string) => string;
}

const wholeDays = (value: number) => String(Math.floor(value));

const counted = (plain: string, noun: string) => `${plain} ${noun}${plain === '1' ? '' : 's'}`;

const readings: Readonly<Record<SegmentFeatureName, Reading>> = {
  recencyDays: {
    plain: wholeDays,
    text: (plain) =>
      plain === '0' ? 'last order less than a day ago' : `last order ${counted(plain, 'day')} ago`,
  },
  tenureDays: {
    plain: wholeDays,
    text: (plain) =>
      plain === '0' ? 'customer for less than a day' : `customer for ${counted(plain, 'day')}`,
  },
  orders365: {
    plain: (value) => String(value),
    text: (plain) => `${counted(plain, 'order')} in the last 365 days`,
  },
  spend365: {
    plain: (value) => value.toFixed(2),
    text: (plain) => `${plain} spent in the last 365 days`,
  },
};
