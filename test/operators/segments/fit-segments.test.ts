import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../operators/errors.ts';
import { nearestSegment } from '../../../operators/segments/assign-segment.ts';
import { type FitSegmentsOptions, fitSegments } from '../../../operators/segments/fit-segments.ts';
import { checkMeanings } from '../../../operators/segments/segment-meanings.ts';
import {
  type SegmentFeatures,
  type SegmentModel,
  segmentNames,
} from '../../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../../operators/segments/transform.ts';
import { noon, sampleOf } from './factories.ts';

const options: FitSegmentsOptions = { version: 'v1', fittedAtMs: noon, seeds: [1, 2, 3], margin: 0.1 };

function fitted(sample: readonly SegmentFeatures[], over: Partial<FitSegmentsOptions> = {}): SegmentModel {
  const result = fitSegments(sample, { ...options, ...over });
  if (!result.ok) throw new Error(result.reason.detail);
  return result.model;
}

const namesOf = (sample: readonly SegmentFeatures[], model: SegmentModel) =>
  sample.map((features) => nearestSegment(transformFeatures(features, model.transforms), model));

describe('fitSegments', () => {
  const sample = sampleOf(800, 7);
  const model = fitted(sample);

  test('finds the eight groups the sample was made of, and names them for what they are', () => {
    const names = namesOf(sample, model);
    const namesOfGroup = (group: number) => names.filter((_, index) => index % 8 === group);
    const mostOf = (group: number, name: string) =>
      namesOfGroup(group).filter((other) => other === name).length / 100;
    expect(mostOf(0, 'Champions')).toBeGreaterThan(0.9);
    expect(mostOf(3, 'New')).toBeGreaterThan(0.9);
    expect(mostOf(7, 'Hibernating')).toBeGreaterThan(0.9);
  });

  test('tells its quality', () => {
    expect(model.sampleSize).toBe(800);
    expect(model.quality.sizes.reduce((sum, size) => sum + size, 0)).toBe(800);
    expect(Math.min(...model.quality.sizes)).toBeGreaterThan(0);
    const names = namesOf(sample, model);
    expect(model.quality.sizes).toEqual(
      model.names.map((name) => names.filter((other) => other === name).length),
    );
    expect(model.quality.silhouette).toBeGreaterThan(0.4);
    expect(model.quality.silhouette).toBeLessThanOrEqual(1);
    // Four standardised features have a mean squared distance of 4 to their common mean.
    expect(model.quality.inertia).toBeLessThan(1);
    expect(model.quality.iterations).toBeGreaterThan(0);
  });

  test('gives the same model for the sample in any order', () => {
    const reversed = [...sample].reverse();
    const shuffled = sample.map((_, index) => sample[(index * 367) % sample.length] as SegmentFeatures);
    expect(fitted(reversed)).toEqual(model);
    expect(fitted(shuffled)).toEqual(model);
  });

  test('leaves the sample as it was', () => {
    const copy = structuredClone(sample);
    fitted(sample);
    expect(sample).toEqual(copy);
  });

  test('keeps the names of every customer when refitted on the same sample', () => {
    const refit = fitted(sample, { version: 'v2', previous: model });
    expect(namesOf(sample, refit)).toEqual(namesOf(sample, model));
    expect(refit.quality.inertia).toBeLessThanOrEqual(model.quality.inertia + 1e-12);
  });

  test('moves next to nobody when refitted on the same sample from quite other starts', () => {
    for (const seeds of [[101, 102], [7], [55, 56, 57]]) {
      const refit = fitted(sample, { version: 'v2', previous: model, seeds });
      const before = namesOf(sample, model);
      const moved = namesOf(sample, refit).filter((name, index) => name !== before[index]).length;
      expect(moved / sample.length).toBeLessThanOrEqual(0.01);
    }
  });

  test('tells how far a refit is from the best fresh start, and takes that when it is clearly better', () => {
    const refit = fitted(sample, { version: 'v2', previous: model });
    expect(refit.quality.validation?.inertiaRatio).toBeLessThanOrEqual(1.03);
    const starts = Array.from({ length: 20 }, (_, seed) => seed);
    const singles = starts.map((seed) => fitted(sample, { seeds: [seed] }));
    singles.sort((a, b) => a.quality.inertia - b.quality.inertia);
    const [best, worst] = [singles[0], singles.at(-1)] as [SegmentModel, SegmentModel];
    expect(worst.quality.inertia).toBeGreaterThan(1.03 * best.quality.inertia);
    const freed = fitted(sample, { version: 'v3', previous: worst, seeds: starts });
    expect(freed.quality.inertia).toBeCloseTo(best.quality.inertia, 9);
    expect(freed.quality.validation).toMatchObject({ inertiaRatio: 1, adjustedRandIndex: 1 });
    const held = fitted(sample, { version: 'v4', previous: worst, seeds: [] });
    expect(held.quality.inertia).toBeCloseTo(worst.quality.inertia, 9);
  });

  test('stores what its quality rests on: medians, the meaning of names, the shape of the sample', () => {
    const { validation, population } = model.quality;
    expect(validation?.medians).toHaveLength(8);
    expect(validation?.medians[0]?.orders365).toBeGreaterThan(validation?.medians[7]?.orders365 ?? 0);
    expect(validation?.meanings.map(({ name }) => name)).toEqual([...segmentNames]);
    expect(population?.shares.recencyDays).toHaveLength(10);
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(fitted(sample, { dwellDays: 7 }).dwellDays).toBe(7);
  });

  test('follows the previous names, not the archetypes, in a refit', () => {
    // Each of the two keeps the other's promises.
    const [champions, loyal, potential, ...others] = model.centroids as [number[], number[], number[]];
    const odd: SegmentModel = { ...model, centroids: [champions, potential, loyal, ...others] };
    expect(namesOf(sample, odd)).not.toEqual(namesOf(sample, model));
    const refit = fitted(sample, { version: 'v2', previous: odd });
    const before = namesOf(sample, odd);
    const agreeing = namesOf(sample, refit).filter((name, index) => name === before[index]);
    expect(agreeing.length / sample.length).toBeGreaterThan(0.95);
  });

  test('mends names that fit nobody in a refit', () => {
    const absurd: SegmentModel = { ...model, centroids: [...model.centroids].reverse() };
    const refit = fitted(sample, { version: 'v2', previous: absurd });
    const heldBy = ({ quality }: SegmentModel) =>
      quality.validation?.meanings.filter(({ holds }) => holds).length ?? 0;
    expect(heldBy(model)).toBe(8);
    const reversed = [...(model.quality.validation?.medians ?? [])].reverse();
    expect(checkMeanings(reversed).filter(({ holds }) => holds).length).toBeLessThan(4);
    expect(heldBy(refit)).toBeGreaterThanOrEqual(7);
  });

  test('starts from the previous model alone when there are no seeds', () => {
    const refit = fitted(sampleOf(800, 8), { version: 'v2', previous: model, seeds: [] });
    expect(refit.names).toEqual(segmentNames);
  });

  test('never does worse with more seeds', () => {
    const one = fitted(sample, { seeds: [1] });
    const many = fitted(sample, { seeds: [1, 2, 3, 4, 5, 6] });
    expect(many.quality.inertia).toBeLessThanOrEqual(one.quality.inertia);
  });
});

describe('a sample that cannot be fitted', () => {
  const eight = sampleOf(8, 1);

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'is refused with the customer whose feature is %s',
    (bad) => {
      const broken = eight.map((features, index) =>
        index === 5 ? { ...features, spend365: bad } : features,
      );
      expect(fitSegments(broken, options)).toEqual({
        ok: false,
        reason: { code: 'sample-not-finite', detail: `spend365 of customer 5 is ${bad}` },
      });
    },
  );

  test('is refused below eight different customers, and accepted at eight', () => {
    const seven = [...eight.slice(0, 7), ...eight.slice(0, 7)];
    expect(fitSegments(seven, options)).toMatchObject({
      ok: false,
      reason: { code: 'too-few-distinct-customers' },
    });
    expect(fitSegments(eight.slice(0, 7), options)).toMatchObject({ ok: false });
    expect(fitSegments([], options)).toMatchObject({ ok: false });
    expect(fitted(eight).quality.sizes).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('counts customers as different only where their features differ after the transform', () => {
    const refunded = eight.map((_, index) => ({
      recencyDays: 3,
      tenureDays: 9,
      orders365: 1,
      spend365: -index,
    }));
    expect(fitSegments(refunded, options)).toMatchObject({
      ok: false,
      reason: { code: 'too-few-distinct-customers' },
    });
  });
});

test('options that cannot work throw, all problems at once', () => {
  expect(() => fitSegments(sampleOf(8, 1), { ...options, seeds: [], margin: -1 })).toThrow(
    ConfigurationError,
  );
  expect(() => fitSegments(sampleOf(8, 1), { ...options, seeds: [], margin: -1 })).toThrow(
    /seeds.*\n.*margin/,
  );
  expect(() => fitSegments(sampleOf(8, 1), { ...options, seeds: [1.5] })).toThrow(/integers/);
});
