import type { AmountScores } from './backtest-report.ts';

/**
 * Scores expected counts (or amounts) against what came, customer by customer.
 * @param predicted,actual finite, of equal length
 * @returns all null for no customers
 */
export function amountScores(predicted: readonly number[], actual: readonly number[]): AmountScores {
  const customers = predicted.length;
  if (customers === 0) return noAmountScores;
  let absolute = 0;
  let squared = 0;
  let predictedTotal = 0;
  let actualTotal = 0;
  for (let index = 0; index < customers; index += 1) {
    const expected = predicted[index] as number;
    const came = actual[index] as number;
    absolute += Math.abs(expected - came);
    squared += (expected - came) ** 2;
    predictedTotal += expected;
    actualTotal += came;
  }
  return {
    meanAbsoluteError: absolute / customers,
    rootMeanSquaredError: Math.sqrt(squared / customers),
    correlation: pearson(predicted, actual, predictedTotal / customers, actualTotal / customers),
    predictedTotal,
    totalBias: actualTotal > 0 ? predictedTotal / actualTotal - 1 : null,
  };
}

/** Of a predictor that says nothing of the kind. */
export const noAmountScores: AmountScores = {
  meanAbsoluteError: null,
  rootMeanSquaredError: null,
  correlation: null,
  predictedTotal: null,
  totalBias: null,
};

function pearson(
  predicted: readonly number[],
  actual: readonly number[],
  predictedMean: number,
  actualMean: number,
): number | null {
  let product = 0;
  let predictedSquares = 0;
  let actualSquares = 0;
  for (let index = 0; index < predicted.length; index += 1) {
    const expected = (predicted[index] as number) - predictedMean;
    const came = (actual[index] as number) - actualMean;
    product += expected * came;
    predictedSquares += expected * expected;
    actualSquares += came * came;
  }
  // What is left of a constant after rounding is no variation.
  const flat = (squares: number, mean: number) => squares <= predicted.length * (1e-12 * mean) ** 2;
  if (flat(predictedSquares, predictedMean) || flat(actualSquares, actualMean)) return null;
  return product / Math.sqrt(predictedSquares * actualSquares);
}
