import { describe, expect, test } from 'vitest';
import {
  changeTransforms,
  fitTransforms,
  invertTransform,
  transformFeatures,
} from '../../../operators/segments/transform.ts';
import { typicalGapDays } from '../../../operators/segments/typical-gap.ts';
import { sampleOf } from './factories.ts';

describe('fitTransforms', () => {
  test('brings a sample to mean 0 and deviation 1 on every feature, spend to 0.7', () => {
    const sample = sampleOf(400, 3);
    const transforms = fitTransforms(sample);
    const points = sample.map((features) => transformFeatures(features, transforms));
    for (const feature of [0, 1, 2, 3]) {
      const column = points.map((point) => point[feature] as number);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const variance = column.reduce((sum, value) => sum + value ** 2, 0) / column.length;
      expect(mean).toBeCloseTo(0, 10);
      expect(Math.sqrt(variance)).toBeCloseTo(feature === 3 ? 0.7 : 1, 10);
    }
  });

  test('puts a feature that never varies at zero', () => {
    const sample = [1, 2, 3].map((recencyDays) => ({
      recencyDays,
      tenureDays: 0.1,
      orders365: 1,
      spend365: 1 / 3,
    }));
    const transforms = fitTransforms(sample);
    expect(transforms.map(({ deviation }) => deviation).slice(1)).toEqual([1, 1, 1]);
    const [, ...others] = transformFeatures(
      { recencyDays: 1, tenureDays: 0.1, orders365: 1, spend365: 1 / 3 },
      transforms,
    );
    for (const value of others) expect(value).toBeCloseTo(0, 12);
  });

  test('scales days, and only days, by the usual gap between orders', () => {
    const sample = sampleOf(400, 3);
    const scales = fitTransforms(sample).map(({ scale }) => scale);
    expect(scales).toEqual([typicalGapDays(sample), typicalGapDays(sample), undefined, undefined]);
    expect(scales[0]).toBeGreaterThan(10);
  });

  test('lets a feature that hardly varies decide hardly anything', () => {
    const sample = sampleOf(400, 3).map((features, index) => ({
      ...features,
      tenureDays: 400 + (index % 7),
    }));
    const tenure = fitTransforms(sample).find(({ feature }) => feature === 'tenureDays');
    expect(tenure?.deviation).toBe(0.5);
  });

  test('takes a negative spend as zero', () => {
    const features = { recencyDays: 1, tenureDays: 2, orders365: 0, spend365: -50 };
    const transforms = fitTransforms(sampleOf(50, 1));
    expect(transformFeatures(features, transforms)).toEqual(
      transformFeatures({ ...features, spend365: 0 }, transforms),
    );
  });
});

test('a transform can be inverted, and exchanged for another', () => {
  const first = fitTransforms(sampleOf(50, 1));
  const second = fitTransforms(sampleOf(90, 2));
  const features = { recencyDays: 12.5, tenureDays: 80, orders365: 3, spend365: 99.9 };
  const z = transformFeatures(features, first);
  const inverted = first.map((transform, index) => invertTransform(z[index] ?? Number.NaN, transform));
  expect(inverted).toEqual(Object.values(features).map((value) => expect.closeTo(value, 8)));
  expect(changeTransforms(z, first, second)).toEqual(
    transformFeatures(features, second).map((value) => expect.closeTo(value, 10)),
  );
});
