import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitRegularity } from '../../../operators/predict/fit-regularity.ts';
import {
  gapStatistics,
  gapUnevenness,
  purchaseGapDays,
  regularityShape,
  shapeMax,
  shapeMin,
} from '../../../operators/predict/gap-regularity.ts';
import { customer, draws } from './factories.ts';

const prior = { shape: 1.5, weightGaps: 6 };

describe('gap regularity', () => {
  test('gaps are between distinct purchase days, newest first', () => {
    expect(purchaseGapDays(customer([0, 0.5, 4, 11, 11.2, 25]))).toEqual([14, 7, 4]);
    expect(purchaseGapDays(customer([3]))).toEqual([]);
  });

  test('days that have left the single entries still count', () => {
    expect(purchaseGapDays(customer([0, 10, 500]))).toEqual([490, 10]);
  });

  test('no gap and a single gap leave the prior as it is', () => {
    expect(regularityShape(gapStatistics([]), prior)).toBeCloseTo(1.5, 4);
    expect(regularityShape(gapStatistics([30]), prior)).toBeCloseTo(1.5, 4);
  });

  test('even gaps raise the shape, uneven ones lower it, and more of them say it louder', () => {
    const even = (n: number) => regularityShape(gapStatistics(Array.from({ length: n }, () => 7)), prior);
    expect(even(3)).toBeGreaterThan(1.5);
    expect(even(30)).toBeGreaterThan(even(3));
    expect(even(64)).toBeLessThanOrEqual(shapeMax);
    expect(regularityShape(gapStatistics([1, 1, 1, 60, 1, 1, 90, 1]), prior)).toBeLessThan(1);
  });

  test('does not depend on the unit of time', () => {
    const gaps = [3, 9, 4, 6, 12];
    const weeks = gaps.map((gap) => gap / 7);
    expect(regularityShape(gapStatistics(weeks), prior)).toBeCloseTo(
      regularityShape(gapStatistics(gaps), prior),
      4,
    );
  });

  test('is within its bounds for any gaps and prior', () => {
    const gap = fc.double({ min: 1 / 24, max: 1e5, noNaN: true });
    const priors = fc.record({
      shape: fc.double({ min: 0.05, max: 200, noNaN: true }),
      weightGaps: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 64 }), priors, (gaps, any) => {
        const shape = regularityShape(gapStatistics(gaps), any);
        expect(shape).toBeGreaterThanOrEqual(shapeMin * 0.999999);
        expect(shape).toBeLessThanOrEqual(shapeMax * 1.000001);
      }),
    );
  });

  test.each([1, 3, 8])('the population prior finds the shape %d that gaps were simulated with', (truth) => {
    const random = draws(12 + truth);
    const rows = Array.from({ length: 600 }, (_, index) => {
      const rate = random.gamma(2, 10);
      const gaps = gapStatistics(
        Array.from({ length: 2 + (index % 8) }, () => random.gamma(truth, truth * rate)),
      );
      return { gaps: gaps.count, unevenness: gapUnevenness(gaps), count: 1 };
    });
    const result = fitRegularity(rows);
    if (!result.ok) throw new Error(result.reason);
    expect(Math.abs(result.prior.shape / truth - 1)).toBeLessThan(0.12);
    expect(result.prior.weightGaps).toBeGreaterThan(10);
  });

  test('customers who differ in regularity get a light prior', () => {
    const random = draws(13);
    const rows = Array.from({ length: 600 }, () => {
      const shape = random.uniform() < 0.5 ? 0.7 : 12;
      const gaps = gapStatistics(Array.from({ length: 8 }, () => random.gamma(shape, shape / 10)));
      return { gaps: gaps.count, unevenness: gapUnevenness(gaps), count: 1 };
    });
    const result = fitRegularity(rows);
    expect(result.ok && result.prior.weightGaps).toBeLessThan(4);
  });

  test('without data the prior is the assumed one: shape 1, 4 gaps', () => {
    const result = fitRegularity([]);
    if (!result.ok) throw new Error(result.reason);
    expect(result.prior.shape).toBeCloseTo(1, 4);
    expect(result.prior.weightGaps).toBeCloseTo(4, 3);
  });
});
