import { expect, test } from 'vitest';
import type { AmountScores } from '../../../operators/backtest/backtest-report.ts';
import {
  amountMeasures,
  bestPredictors,
  purchaseMeasures,
  verdicts,
} from '../../../operators/backtest/backtest-verdicts.ts';
import { backtestReport } from '../../fixtures/backtest-report.ts';

const [rmse, mae, correlation, totalBias] = amountMeasures as [
  (typeof amountMeasures)[number],
  (typeof amountMeasures)[number],
  (typeof amountMeasures)[number],
  (typeof amountMeasures)[number],
];

function scores(overrides: Partial<AmountScores>): AmountScores {
  return {
    meanAbsoluteError: 1,
    rootMeanSquaredError: 1,
    correlation: 0.5,
    predictedTotal: 10,
    totalBias: 0.1,
    ...overrides,
  };
}

test('the model is best where every baseline is worse, behind where one is better', () => {
  const found = verdicts(backtestReport().purchases, purchaseMeasures);
  expect(found.map(({ measure, standing }) => [measure, standing])).toEqual([
    ['RMSE', 'best'],
    ['MAE', 'behind'],
    ['Correlation', 'best'],
    ['Total bias', 'best'],
    ['Brier', 'best'],
    ['Calibration error', 'best'],
    ['AUC', 'best'],
    ['C-index', 'best'],
  ]);
  expect(found[1]).toMatchObject({ model: 0.75, rival: { predictor: 'zero', value: 0.7 } });
});

test.each([
  [0.9, 'best'],
  [1, 'shared'],
  [1.1, 'behind'],
] as const)('an error of %d against 1 is %s', (error, standing) => {
  const [verdict] = verdicts({ model: scores({ rootMeanSquaredError: error }), zero: scores({}) }, [rmse]);
  expect(verdict?.standing).toBe(standing);
});

test('of correlations the higher is better, of biases the one nearer to zero, whatever its sign', () => {
  const field = {
    model: scores({ correlation: 0.6, totalBias: -0.2 }),
    zero: scores({ correlation: 0.4, totalBias: 0.1 }),
    recency: scores({ correlation: null, totalBias: -0.1 }),
  };
  expect(bestPredictors(field, correlation)).toEqual(['model']);
  expect(bestPredictors(field, totalBias)).toEqual(['zero', 'recency']);
  expect(verdicts(field, [totalBias])[0]).toMatchObject({ standing: 'behind', model: -0.2 });
});

test('who has no score neither wins nor loses', () => {
  const field = { model: scores({ meanAbsoluteError: null }), zero: scores({}) };
  expect(verdicts(field, [mae])[0]).toMatchObject({ standing: 'none', model: null });
  expect(bestPredictors({ model: scores({ meanAbsoluteError: null }) }, mae)).toEqual([]);
  expect(verdicts({ model: scores({}) }, [mae])[0]).toMatchObject({ standing: 'best', rival: undefined });
});
