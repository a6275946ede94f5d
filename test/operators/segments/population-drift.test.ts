import { describe, expect, test } from 'vitest';
import {
  countBins,
  profilePopulation,
  stabilityIndex,
} from '../../../operators/segments/population-drift.ts';
import { typicalGapDays } from '../../../operators/segments/typical-gap.ts';
import { sampleOf } from './factories.ts';

describe('profilePopulation', () => {
  const sample = sampleOf(1_000, 8);
  const profile = profilePopulation(
    sample,
    sample.map((_, index) => index),
  );

  test('cuts a feature that varies into ten bins of about equal size', () => {
    expect(profile.edges.recencyDays).toHaveLength(9);
    for (const share of profile.shares.recencyDays) expect(share).toBeCloseTo(0.1, 2);
    expect(profile.farSquared).toBe(990);
  });

  test('joins bins where values repeat, and shares always sum to 1', () => {
    expect(profile.edges.orders365.length).toBeLessThan(9);
    expect([...profile.edges.orders365]).toEqual([...new Set(profile.edges.orders365)].sort((a, b) => a - b));
    for (const shares of Object.values(profile.shares)) {
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
    const alike = sample.map((features) => ({ ...features, tenureDays: 7 }));
    expect(profilePopulation(alike, [1]).shares.tenureDays).toEqual([1]);
  });
});

test('a value on an edge lies below it', () => {
  expect(countBins([0, 1, 1.5, 2, 3], [1, 2])).toEqual([2, 2, 1]);
  expect(countBins([5], [])).toEqual([1]);
});

describe('stabilityIndex', () => {
  test('is 0 for the same shares and what the formula says for others', () => {
    expect(stabilityIndex([500, 500], [0.5, 0.5], 1_000)).toBe(0);
    const byChance = 1 / 1_000 + 1 / 10_000;
    const expected = 0.3 * Math.log(0.8 / 0.5) - 0.3 * Math.log(0.2 / 0.5) - byChance;
    expect(stabilityIndex([800, 200], [0.5, 0.5], 10_000)).toBeCloseTo(expected, 12);
  });

  test('stays finite where a bin is empty or new, and is 0 of nobody', () => {
    expect(stabilityIndex([100, 0], [0, 1], 1_000)).toBeGreaterThan(1);
    expect(Number.isFinite(stabilityIndex([100, 0], [0, 1], 1_000))).toBe(true);
    expect(stabilityIndex([0, 0], [0.5, 0.5], 1_000)).toBe(0);
  });
});

describe('typicalGapDays', () => {
  const repeaters = (count: number, gapDays: number) =>
    Array.from({ length: count }, (_, index) => ({
      recencyDays: index,
      tenureDays: index + 3 * gapDays,
      orders365: 4,
      spend365: 50,
    }));

  test('is the median gap of those who came back', () => {
    expect(typicalGapDays([...repeaters(30, 21), ...repeaters(10, 3)])).toBe(21);
  });

  test('is held within 1 and 60, and 1 where hardly anybody has come back', () => {
    expect(typicalGapDays(repeaters(30, 90))).toBe(60);
    expect(typicalGapDays(repeaters(30, 0.2))).toBe(1);
    expect(typicalGapDays(repeaters(19, 21))).toBe(1);
    expect(typicalGapDays(repeaters(20, 21))).toBe(21);
  });

  test('takes the beginning of the year for the first order of those from before', () => {
    const old = Array.from({ length: 20 }, () => ({
      recencyDays: 20,
      tenureDays: 900,
      orders365: 12,
      spend365: 9,
    }));
    expect(typicalGapDays(old)).toBeCloseTo(345 / 11.5, 12);
  });
});
