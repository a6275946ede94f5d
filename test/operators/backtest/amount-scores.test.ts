import { describe, expect, test } from 'vitest';
import { amountScores } from '../../../operators/backtest/amount-scores.ts';

describe('amount scores', () => {
  test('are what a calculation by hand gives', () => {
    const scores = amountScores([1, 2, 3, 4], [0, 2, 5, 3]);
    expect(scores.meanAbsoluteError).toBeCloseTo((1 + 0 + 2 + 1) / 4, 12);
    expect(scores.rootMeanSquaredError).toBeCloseTo(Math.sqrt((1 + 0 + 4 + 1) / 4), 12);
    expect(scores.predictedTotal).toBe(10);
    expect(scores.totalBias).toBe(0);
    // Deviations -1.5 -.5 .5 1.5 and -2.5 -.5 2.5 .5.
    expect(scores.correlation).toBeCloseTo(6 / Math.sqrt(5 * 13), 12);
  });

  test('have no correlation when predictions or outcomes do not vary', () => {
    expect(amountScores([0.1, 0.1, 0.1], [1, 2, 3]).correlation).toBeNull();
    expect(amountScores([1, 2, 3], [1 / 3, 1 / 3, 1 / 3]).correlation).toBeNull();
  });

  test('have no bias when nothing came, and no score at all for nobody', () => {
    expect(amountScores([1, 2], [0, 0]).totalBias).toBeNull();
    expect(Object.values(amountScores([], []))).toEqual([null, null, null, null, null]);
  });

  test('see a bias in the sign of the total', () => {
    expect(amountScores([0, 1], [1, 1]).totalBias).toBe(-0.5);
    expect(amountScores([2, 1], [1, 1]).totalBias).toBe(0.5);
  });

  test('survive outcomes below zero, as returns make them', () => {
    const scores = amountScores([5, 0], [-5, -1]);
    expect(scores.rootMeanSquaredError).toBeCloseTo(Math.sqrt((100 + 1) / 2), 12);
    expect(scores.totalBias).toBeNull();
  });
});
