import { describe, expect, test } from 'vitest';
import { areaUnderCurve } from '../../../operators/backtest/concordance.ts';
import { candidateScores } from '../../../operators/predict/candidate-scores.ts';
import { draws } from './factories.ts';

describe('scores of candidates', () => {
  test('RMSE, Brier and AUC of a small table', () => {
    const { rmse, brier, auc } = candidateScores(
      [0, 2, 1, 0],
      [0, 1, 1, 1],
      [0.1, 0.9, 0.4, 0.4],
      [0.1, 0.9, 0.4, 0.4],
    );
    expect(rmse).toBeCloseTo(Math.sqrt(2 / 4), 12);
    expect(brier).toBeCloseTo((0.01 + 0.01 + 0.36 + 0.16) / 4, 12);
    // Four pairs: three in order, one tied.
    expect(auc).toBeCloseTo(3.5 / 4, 12);
  });

  test('without both outcomes there is no AUC', () => {
    expect(candidateScores([1, 2], [1, 1], [0, 1], [1, 1])).toMatchObject({ brier: 0, auc: null });
  });

  test('the AUC is the one that backtests show', () => {
    const random = draws(96);
    const ranks = Array.from({ length: 500 }, () => Math.round(random.uniform() * 40) / 40);
    const actual = ranks.map((rank) => (random.uniform() < rank ? 1 : 0));
    const { auc } = candidateScores(actual, ranks, ranks, ranks);
    expect(auc).toBeCloseTo(
      areaUnderCurve(
        ranks,
        actual.map((count) => count > 0),
      ) ?? 0,
      12,
    );
  });
});
