import { probabilityAtRate, purchaseRate, rateEvidence } from './fading-rate.ts';
import { standardisedCovariates } from './fit-fading-rate.ts';
import type { InnerCase } from './inner-periods.ts';
import { type LogLikelihood, maximiseLikelihood } from './maximise-likelihood.ts';
import { covariateValues, tiltOf } from './purchase-covariates.ts';
import type { FadingRateParameters, ProbabilityCalibration } from './purchasing-model.ts';
import { logistic, softplus } from './special-functions.ts';

/** Standard deviations of the priors around "as the rate says": of the intercept, ln slope and the covariates. */
const interceptDeviation = 0.5;
const slopeDeviation = 0.3;
const coefficientDeviation = 0.2;
/**
 * Of the correction found, this much is made: part of it belongs to the season of the inner periods and to their length, and
 * horizons asked for are other seasons and often longer.
 */
const correctionShare = 0.5;

/**
 * Learns how P(buys) differs from what the fading rate says: ridge-penalised logistic regression on its logit and the
 * covariates, over the same inner periods. The slope is fitted as a logarithm, so that it stays positive.
 * Undefined where the fit fails: the rate's own probability then stands.
 */
export function fitProbabilityCalibration(
  cases: readonly InnerCase[],
  fading: FadingRateParameters,
): ProbabilityCalibration | undefined {
  const { scales, values } = standardisedCovariates(cases);
  const logits = Float64Array.from(cases, ({ view, horizonDays }) => {
    const rate = purchaseRate(
      fading,
      rateEvidence(view, fading.halfLifeDays),
      tiltOf(fading.covariates, covariateValues(view)),
    );
    return logit(probabilityAtRate(rate, horizonDays));
  });
  const likelihood = buyingLogLikelihood(cases, logits, values);
  const result = maximiseLikelihood(likelihood, [[1, 1, ...scales.map(() => 1)]]);
  if (!result.ok) return undefined;
  const [intercept = 0, logSlope = 0, ...coefficients] = result.maximum.parameters.map(Math.log);
  return {
    intercept: correctionShare * intercept,
    slope: 1 + correctionShare * (Math.exp(logSlope) - 1),
    covariates: scales.map((scale, index) => {
      return { ...scale, coefficient: correctionShare * (coefficients[index] as number) };
    }),
  };
}

/** Probabilities nearer to 0 or 1 than this count as this. */
const probabilityMin = 1e-9;

export function logit(probability: number): number {
  const held = Math.min(1 - probabilityMin, Math.max(probabilityMin, probability));
  return Math.log(held / (1 - held));
}

/** Of the intercept, the logarithm of the slope and the coefficients, with their priors. */
function buyingLogLikelihood(
  cases: readonly InnerCase[],
  logits: Float64Array,
  values: readonly Float64Array[],
): LogLikelihood {
  const deviations = [interceptDeviation, slopeDeviation, ...values.map(() => coefficientDeviation)];
  return (parameters, gradient) => {
    const [intercept = 0, logSlope = 0] = parameters;
    const slope = Math.exp(logSlope);
    let sum = 0;
    gradient.fill(0);
    for (let row = 0; row < cases.length; row += 1) {
      const { purchases, weight } = cases[row] as InnerCase;
      const own = slope * (logits[row] as number);
      let score = intercept + own;
      for (let index = 0; index < values.length; index += 1) {
        score += (parameters[index + 2] as number) * ((values[index] as Float64Array)[row] as number);
      }
      const bought = purchases > 0 ? 1 : 0;
      sum += weight * (bought * score - softplus(score));
      const residual = weight * (bought - logistic(score));
      gradient[0] = (gradient[0] as number) + residual;
      gradient[1] = (gradient[1] as number) + residual * own;
      for (let index = 0; index < values.length; index += 1) {
        const value = (values[index] as Float64Array)[row] as number;
        gradient[index + 2] = (gradient[index + 2] as number) + residual * value;
      }
    }
    for (let index = 0; index < deviations.length; index += 1) {
      const deviation = deviations[index] as number;
      const distance = (parameters[index] as number) / deviation;
      sum -= 0.5 * distance * distance;
      gradient[index] = (gradient[index] as number) - distance / deviation;
    }
    return sum;
  };
}
