import type { ProbabilityScores } from './backtest-report.ts';
import { calibrationBins, expectedCalibrationError } from './calibration-bins.ts';
import { areaUnderCurve, concordance } from './concordance.ts';

/**
 * Scores the probability of at least one purchase within the horizon.
 *
 * @param probabilities 0..1
 * @param waits time from the cut to the first purchase, any unit; Infinity for who did not buy within the horizon
 * @returns all null for no customers
 */
export function probabilityScores(
  probabilities: readonly number[],
  waits: readonly number[],
): ProbabilityScores {
  const customers = probabilities.length;
  if (customers === 0) return noProbabilityScores;
  const bought = waits.map(Number.isFinite);
  let squared = 0;
  for (let index = 0; index < customers; index += 1) {
    squared += ((probabilities[index] as number) - (bought[index] ? 1 : 0)) ** 2;
  }
  return {
    brier: squared / customers,
    expectedCalibrationError: expectedCalibrationError(calibrationBins(probabilities, bought)),
    areaUnderCurve: areaUnderCurve(probabilities, bought),
    concordance: concordance(probabilities, waits),
  };
}

/** Of a predictor that says nothing of the kind. */
export const noProbabilityScores: ProbabilityScores = {
  brier: null,
  expectedCalibrationError: null,
  areaUnderCurve: null,
  concordance: null,
};
