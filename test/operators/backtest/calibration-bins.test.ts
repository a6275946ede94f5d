import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationBins, expectedCalibrationError } from '../../../operators/backtest/calibration-bins.ts';
import { probabilityScores } from '../../../operators/backtest/probability-scores.ts';
import { anyOrderOf } from '../../fixtures/purchases.ts';

const customers = Array.from({ length: 23 }, (_, index) => ({
  probability: (index % 7) / 10,
  bought: index % 3 === 0,
}));

describe('calibration bins', () => {
  test('have equal sizes and keep the order of probabilities', () => {
    const bins = calibrationBins(
      customers.map(({ probability }) => probability),
      customers.map(({ bought }) => bought),
    );
    expect(bins.map((bin) => bin.customers)).toEqual([2, 2, 2, 3, 2, 2, 3, 2, 2, 3]);
    for (const [index, bin] of bins.entries()) {
      expect(bin.predicted).toBeGreaterThanOrEqual(bins[index - 1]?.predicted ?? 0);
    }
    const buyers = bins.reduce((sum, bin) => sum + bin.customers * bin.actual, 0);
    expect(buyers).toBeCloseTo(customers.filter(({ bought }) => bought).length, 9);
  });

  test('do not depend on the order of the customers, ties included', () => {
    const binsOf = (list: typeof customers) =>
      calibrationBins(
        list.map(({ probability }) => probability),
        list.map(({ bought }) => bought),
      );
    const expected = binsOf(customers);
    fc.assert(
      fc.property(anyOrderOf(customers), (shuffled) => {
        expect(binsOf(shuffled)).toEqual(expected);
      }),
    );
  });

  test('of fewer customers than bins are as many as customers', () => {
    expect(calibrationBins([0.2, 0.4], [false, true])).toEqual([
      { customers: 1, predicted: 0.2, actual: 0 },
      { customers: 1, predicted: 0.4, actual: 1 },
    ]);
    expect(calibrationBins([], [])).toEqual([]);
    expect(expectedCalibrationError([])).toBeNull();
  });

  test('give an error of 0 where each share is as predicted, and its size where all are off by as much', () => {
    const kept = Array.from({ length: 100 }, (_, index) => index % 4 === 0);
    const quarter = kept.map(() => 0.25);
    expect(expectedCalibrationError(calibrationBins(quarter, kept))).toBeCloseTo(0, 12);
    const half = kept.map(() => 0.5);
    expect(expectedCalibrationError(calibrationBins(half, kept))).toBeCloseTo(0.25, 12);
  });
});

describe('probability scores', () => {
  test('have the mean squared distance to what happened as Brier score', () => {
    const scores = probabilityScores([0.8, 0.3], [5, Number.POSITIVE_INFINITY]);
    expect(scores.brier).toBeCloseTo((0.04 + 0.09) / 2, 12);
    expect(scores.areaUnderCurve).toBe(1);
    expect(scores.concordance).toBe(1);
  });

  test('of nobody are none', () => {
    expect(Object.values(probabilityScores([], []))).toEqual([null, null, null, null]);
  });
});
