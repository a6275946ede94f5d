import { describe, expect, test } from 'vitest';
import { nameSegments } from '../../../operators/segments/name-segments.ts';
import { checkMeanings, segmentMedians } from '../../../operators/segments/segment-meanings.ts';
import { type SegmentFeatures, segmentNames } from '../../../operators/segments/segment-model.ts';

const features = (
  recencyDays: number,
  tenureDays: number,
  orders365: number,
  spend365: number,
): SegmentFeatures => ({ recencyDays, tenureDays, orders365, spend365 });

/** Medians of a real web shop's segments after a year, in the order of the names. */
const deserved = [
  features(7, 364, 15, 5812),
  features(17, 315, 6, 1858),
  features(17, 108, 3, 875),
  features(24, 30, 1, 309),
  features(83, 87, 1, 317),
  features(70, 286, 3, 780),
  features(242, 274, 1, 297),
  features(367, 367, 0, 0),
];

describe('checkMeanings', () => {
  test('finds names that are deserved', () => {
    expect(checkMeanings(deserved)).toEqual(segmentNames.map((name) => ({ name, holds: true, unmet: [] })));
  });

  test('says what a name promises and its members do not keep', () => {
    const cohort = deserved.map((one, index) => (index === 3 ? { ...one, tenureDays: 372 } : one));
    const [unmet, ...others] = checkMeanings(cohort).filter(({ holds }) => !holds);
    expect(others).toEqual([]);
    expect(unmet).toEqual({
      name: 'New',
      holds: false,
      unmet: ['days since the first order: 372, which is not among the 2 lowest'],
    });
  });

  test('finds champions and sleepers that were exchanged', () => {
    const exchanged = [deserved[7], ...deserved.slice(1, 7), deserved[0]] as SegmentFeatures[];
    const unmet = checkMeanings(exchanged).filter(({ holds }) => !holds);
    expect(unmet.map(({ name }) => name)).toEqual(expect.arrayContaining(['Champions', 'Hibernating']));
  });

  test('calls nobody at risk who has the least to lose', () => {
    const exchanged = [...deserved.slice(0, 6), deserved[7], deserved[6]] as SegmentFeatures[];
    const atRisk = checkMeanings(exchanged).find(({ name }) => name === 'At Risk');
    expect(atRisk?.unmet).toEqual([
      'orders of the last 365 days: 0, which is not among the 7 highest',
      'spend of the last 365 days: 0, which is not among the 7 highest',
    ]);
  });

  test('lets equal medians share the better rank', () => {
    const alike = deserved.map(() => features(10, 10, 1, 1));
    expect(checkMeanings(alike).every(({ holds }) => holds)).toBe(true);
  });
});

test('medians are those of the members alone, the lower of two in the middle', () => {
  const sample = [1, 2, 3, 4, 100].map((value) => features(value, value, value, value));
  const [even, odd, empty] = segmentMedians(sample, [0, 0, 0, 0, 1], 3);
  expect([even?.recencyDays, odd?.spend365, empty?.orders365]).toEqual([2, 100, 0]);
});

test('naming prefers names whose promises are kept', () => {
  const centroids = deserved.map((one) => Object.values(one).map((value) => Math.log1p(value)));
  expect(nameSegments(centroids, deserved)).toEqual([...segmentNames]);
});
