import { describe, expect, test } from 'vitest';
import {
  expectedAtRate,
  probabilityAtRate,
  purchaseRate,
  rateEvidence,
} from '../../../operators/predict/fading-rate.ts';
import { purchaseTimeline, timelineAsOf } from '../../../operators/predict/purchase-timeline.ts';
import { customer, dayZeroMs } from './factories.ts';

const dayZero = dayZeroMs / 86_400_000;

function viewAt(day: number, bought: readonly number[]) {
  const timeline = purchaseTimeline(customer(bought));
  if (timeline === undefined) throw new Error('no timeline');
  return timelineAsOf(timeline, dayZero + day);
}

describe('fading rate', () => {
  test('without fading the evidence is repeats and days since the first purchase', () => {
    expect(rateEvidence(viewAt(50, [0, 10, 20, 30]), null)).toEqual({ purchases: 3, days: 50 });
  });

  test('with fading a repeat counts half after each half-life, and so do days', () => {
    const { purchases, days } = rateEvidence(viewAt(50, [0, 10, 30]), 20);
    expect(purchases).toBeCloseTo(2 ** -2 + 2 ** -1, 12);
    expect(days).toBeCloseTo(((1 - 2 ** -2.5) * 20) / Math.LN2, 12);
  });

  test('a very long half-life is no fading', () => {
    const view = viewAt(50, [0, 10, 30]);
    const slow = rateEvidence(view, 1e9);
    expect(slow.purchases).toBeCloseTo(2, 6);
    expect(slow.days).toBeCloseTo(50, 5);
  });

  test('days of which only the number is known count as spread evenly', () => {
    const daily = Array.from({ length: 1_000 }, (_, day) => day);
    for (const halfLife of [40, 400]) {
      const { purchases, days } = rateEvidence(viewAt(1_000, daily), halfLife);
      // One purchase every day: as many purchases as days, but for half a day at the end.
      expect(purchases / days).toBeGreaterThan(0.98);
      expect(purchases / days).toBeLessThan(1.01);
    }
    expect(rateEvidence(viewAt(1_000, daily), null).purchases).toBe(999);
  });

  test('expected purchases grow in proportion to the horizon, the probability towards 1', () => {
    const rate = purchaseRate({ r: 0.5, alphaDays: 60 }, { purchases: 3, days: 90 }, 0);
    expect(expectedAtRate(rate, 30)).toBeCloseTo((3.5 / 150) * 30, 12);
    expect(probabilityAtRate(rate, 30)).toBeCloseTo(1 - (150 / 180) ** 3.5, 12);
    expect(probabilityAtRate(rate, 1e9)).toBeCloseTo(1, 9);
    expect(probabilityAtRate(rate, 1e-9)).toBeLessThanOrEqual(expectedAtRate(rate, 1e-9) * (1 + 1e-12));
  });

  test('a tilt raises the rate of who is little known more than of who is well known', () => {
    const gain = (purchases: number, days: number) =>
      expectedAtRate(purchaseRate({ r: 0.5, alphaDays: 60 }, { purchases, days }, 0.5), 30) /
      expectedAtRate(purchaseRate({ r: 0.5, alphaDays: 60 }, { purchases, days }, 0), 30);
    expect(gain(0, 0)).toBeCloseTo(Math.exp(0.5), 9);
    expect(gain(30, 300)).toBeLessThan(1.1);
  });
});
