import {
  type FeatureTransform,
  type SegmentFeatureName,
  type SegmentFeatures,
  segmentFeatureNames,
} from './segment-model.ts';
import { typicalGapDays } from './typical-gap.ts';

/**
 * Orders and spend say nearly the same, and together would count a customer's worth twice. At 0.7 for spend the labels
 * of two halves of a population agree better on every set measured, at no loss of what segments tell of the future.
 */
const featureWeights: Readonly<Record<SegmentFeatureName, number>> = {
  recencyDays: 1,
  tenureDays: 1,
  orders365: 1,
  spend365: 0.7,
};

/**
 * Least spread of the logarithm that counts as a whole unit. Where a population differs by less, such as in tenure when
 * all came within a few weeks, a feature must not decide by differences that mean nothing.
 */
const deviationMin = 0.5;

/**
 * Fits one transform a feature: mean and standard deviation (over n) of ln(1 + x / scale), x below 0 taken as 0. Days
 * are scaled by the population's usual gap between orders: until about one has passed, silence says little.
 * A feature that is the same for the whole sample gets deviation 1, so that it stands at 0 and decides nothing.
 *
 * @param sample at least one customer, all features finite
 */
export function fitTransforms(sample: readonly SegmentFeatures[]): FeatureTransform[] {
  const gapDays = typicalGapDays(sample);
  const scales = { recencyDays: gapDays, tenureDays: gapDays, orders365: 1, spend365: 1 };
  return segmentFeatureNames.map((feature) => fitTransform(feature, scales[feature], sample));
}

function fitTransform(
  feature: SegmentFeatureName,
  scale: number,
  sample: readonly SegmentFeatures[],
): FeatureTransform {
  const logs = sample.map((features) => logOf(features[feature], scale));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
  const deviation = Math.sqrt(variance);
  // Below this, what is left of a constant feature is rounding, and dividing by it would blow the rounding up.
  const isConstant = deviation <= 1e-9 * Math.max(1, Math.abs(mean));
  return {
    feature,
    kind: 'log1p',
    ...(scale === 1 ? {} : { scale }),
    mean,
    deviation: isConstant ? 1 : Math.max(deviation, deviationMin) / featureWeights[feature],
  };
}

/** Transformed features in the order of `transforms`; shape [features], in weighted standard deviations from the mean. */
export function transformFeatures(
  features: SegmentFeatures,
  transforms: readonly FeatureTransform[],
): number[] {
  return transforms.map((transform) => transformValue(features[transform.feature], transform));
}

/** One transformed value: `(ln(1 + max(x, 0) / scale) - mean) / deviation`. */
export function transformValue(value: number, { mean, deviation, scale = 1 }: FeatureTransform): number {
  return (logOf(value, scale) - mean) / deviation;
}

/** The plain value that stands at `z` under a transform. */
export function invertTransform(z: number, { mean, deviation, scale = 1 }: FeatureTransform): number {
  return scale * Math.expm1(z * deviation + mean);
}

/** Moves a vector from the space of one set of transforms to that of another; both in the same feature order. */
export function changeTransforms(
  z: readonly number[],
  from: readonly FeatureTransform[],
  to: readonly FeatureTransform[],
): number[] {
  return z.map((value, index) => {
    const source = from[index];
    const target = to[index];
    if (source === undefined || target === undefined) return value;
    const { scale: before = 1 } = source;
    const { scale: after = 1 } = target;
    const log = value * source.deviation + source.mean;
    const changed = before === after ? log : logOf(before * Math.expm1(log), after);
    return (changed - target.mean) / target.deviation;
  });
}

function logOf(value: number, scale: number): number {
  return Math.log1p(Math.max(value, 0) / scale);
}
