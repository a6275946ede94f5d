import {
  type FeatureTransform,
  type SegmentFeatureName,
  type SegmentFeatures,
  segmentFeatureNames,
} from './segment-model.ts';

/**
 * Fits one transform a feature: mean and standard deviation (over n) of ln(1 + x), x below 0 taken as 0.
 * A feature that is the same for the whole sample gets deviation 1, so that it stands at 0 and decides nothing.
 *
 * @param sample at least one customer, all features finite
 */
export function fitTransforms(sample: readonly SegmentFeatures[]): FeatureTransform[] {
  return segmentFeatureNames.map((feature) => fitTransform(feature, sample));
}

function fitTransform(feature: SegmentFeatureName, sample: readonly SegmentFeatures[]): FeatureTransform {
  const logs = sample.map((features) => logOf(features[feature]));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
  const deviation = Math.sqrt(variance);
  // Below this, what is left of a constant feature is rounding, and dividing by it would blow the rounding up.
  const isConstant = deviation <= 1e-9 * Math.max(1, Math.abs(mean));
  return { feature, kind: 'log1p', mean, deviation: isConstant ? 1 : deviation };
}

/** Transformed features in the order of `transforms`; shape [features], in standard deviations from the mean. */
export function transformFeatures(
  features: SegmentFeatures,
  transforms: readonly FeatureTransform[],
): number[] {
  return transforms.map((transform) => transformValue(features[transform.feature], transform));
}

/** One transformed value: `(ln(1 + max(x, 0)) - mean) / deviation`. */
export function transformValue(value: number, { mean, deviation }: FeatureTransform): number {
  return (logOf(value) - mean) / deviation;
}

/** The plain value that stands at `z` under a transform. */
export function invertTransform(z: number, { mean, deviation }: FeatureTransform): number {
  return Math.expm1(z * deviation + mean);
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
    return (value * source.deviation + source.mean - target.mean) / target.deviation;
  });
}

function logOf(value: number): number {
  return Math.log1p(Math.max(value, 0));
}
