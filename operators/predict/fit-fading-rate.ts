import { rateEvidence } from './fading-rate.ts';
import type { InnerCase } from './inner-periods.ts';
import { type LogLikelihood, maximiseLikelihood } from './maximise-likelihood.ts';
import { covariateNames, covariateValues, standardised } from './purchase-covariates.ts';
import type { Covariate, FadingRateParameters } from './purchasing-model.ts';
import { digammaRising, logRising } from './special-functions.ts';

export type FitFadingRateResult =
  | { readonly ok: true; readonly fit: FadingRateParameters }
  | { readonly ok: false; readonly reason: string };

/** Half-lives tried, days; null = evidence does not fade. */
const halfLives: readonly (number | null)[] = [10, 14, 20, 28, 40, 60, 90, 135, 200, 400, null];
/** Cases the half-life is chosen on, at most. */
const halfLifeCasesMax = 6_000;
/** Standard deviation of the prior of each covariate's effect: mostly within a factor of 1.3 a standard deviation. */
const coefficientDeviation = 0.3;
/** Standard deviation of the weak prior of ln r and ln alpha. */
const priorDeviation = 2;
/** Cases with a purchase below which nothing is fitted. */
const buyersMin = 10;

/**
 * Fits the fading rate to what came within inner periods: the parameters are those under which the observed numbers of purchase
 * days were likeliest (negative binomial), the half-life the likeliest of eleven, under weak priors.
 */
export function fitFadingRate(cases: readonly InnerCase[]): FitFadingRateResult {
  const buyers = cases.filter(({ purchases }) => purchases > 0).length;
  if (buyers < buyersMin) {
    return { ok: false, reason: `${buyers} bought within the inner periods, ${buyersMin} are needed` };
  }
  let best: { halfLifeDays: number | null; prior: readonly number[]; value: number } | undefined;
  const some = thinned(cases);
  for (const halfLifeDays of halfLives) {
    const columns = rateColumns(some, halfLifeDays);
    const start = best?.prior ?? [0.5, 0.5 / meanRate(cases)];
    const result = maximiseLikelihood(
      withPriors(countLogLikelihood(columns, []), centreOf(cases), []),
      [start],
      {
        gainMin: 0.01,
      },
    );
    if (!result.ok) continue;
    const { parameters, logLikelihood } = result.maximum;
    if (best === undefined || logLikelihood > best.value) {
      best = { halfLifeDays, prior: parameters, value: logLikelihood };
    }
  }
  if (best === undefined) return { ok: false, reason: 'the fading rate has no interior maximum' };
  return withCovariates(cases, best.halfLifeDays, best.prior);
}

/** Every so manieth case: the half-life is coarse, and looked for by many fits. */
function thinned(cases: readonly InnerCase[]): InnerCase[] {
  const step = Math.ceil(cases.length / halfLifeCasesMax);
  return cases.filter((_, index) => index % step === 0);
}

function withCovariates(
  cases: readonly InnerCase[],
  halfLifeDays: number | null,
  prior: readonly number[],
): FitFadingRateResult {
  const { scales, values } = standardisedCovariates(cases);
  const columns = rateColumns(cases, halfLifeDays);
  const likelihood = withPriors(countLogLikelihood(columns, values), centreOf(cases), scales);
  // Covariates are on the scale of logarithms already: their start, 0, is the logarithm of 1.
  const result = maximiseLikelihood(likelihood, [[...prior, ...scales.map(() => 1)]]);
  if (!result.ok) return { ok: false, reason: `fading rate: ${result.reason}` };
  const [r = 0, alphaDays = 0, ...factors] = result.maximum.parameters;
  const covariates = scales.map((scale, index): Covariate => {
    return { ...scale, coefficient: Math.log(factors[index] as number) };
  });
  const horizonDays = cases.reduce((most, inner) => Math.max(most, inner.horizonDays), 0);
  return {
    ok: true,
    fit: { r, alphaDays, halfLifeDays, covariates, method: 'penalised', cases: cases.length, horizonDays },
  };
}

/** The cases as columns, which a likelihood runs over many times. */
interface RateColumns {
  readonly purchases: Float64Array;
  readonly days: Float64Array;
  readonly purchasesWithin: Float64Array;
  readonly horizonDays: Float64Array;
  readonly weight: Float64Array;
}

function rateColumns(cases: readonly InnerCase[], halfLifeDays: number | null): RateColumns {
  const evidence = cases.map(({ view }) => rateEvidence(view, halfLifeDays));
  return {
    purchases: Float64Array.from(evidence, ({ purchases }) => purchases),
    days: Float64Array.from(evidence, ({ days }) => days),
    purchasesWithin: Float64Array.from(cases, ({ purchases }) => purchases),
    horizonDays: Float64Array.from(cases, ({ horizonDays }) => horizonDays),
    weight: Float64Array.from(cases, ({ weight }) => weight),
  };
}

/**
 * Of ln r, ln alpha and the covariates' coefficients.
 * @param covariates standardised, by covariate and row; a constant prior without any
 */
function countLogLikelihood(columns: RateColumns, covariates: readonly Float64Array[]): LogLikelihood {
  const { purchases, days, purchasesWithin, horizonDays, weight } = columns;
  return (logParameters, gradient) => {
    gradient.fill(0);
    const [logR = 0, logAlpha = 0] = logParameters;
    const r = Math.exp(logR);
    let sum = 0;
    let byLogR = 0;
    let byLogAlphaSum = 0;
    for (let row = 0; row < purchases.length; row += 1) {
      let tilt = 0;
      for (let index = 0; index < covariates.length; index += 1) {
        tilt += (logParameters[index + 2] as number) * ((covariates[index] as Float64Array)[row] as number);
      }
      const n = purchasesWithin[row] as number;
      const h = horizonDays[row] as number;
      const priorDays = Math.exp(logAlpha - tilt);
      const A = priorDays + (days[row] as number);
      const R = r + (purchases[row] as number);
      const logGrow = Math.log1p(h / A);
      const none = n === 0;
      sum += (weight[row] as number) * ((none ? 0 : logRising(R, n) - n * Math.log1p(A / h)) - R * logGrow);
      byLogR += (weight[row] as number) * ((none ? 0 : digammaRising(R, n)) - logGrow);
      const byLogAlpha = ((weight[row] as number) * priorDays * ((R * h) / A - n)) / (A + h);
      byLogAlphaSum += byLogAlpha;
      for (let index = 0; index < covariates.length; index += 1) {
        const value = (covariates[index] as Float64Array)[row] as number;
        gradient[index + 2] = (gradient[index + 2] as number) - value * byLogAlpha;
      }
    }
    gradient[0] = r * byLogR;
    gradient[1] = byLogAlphaSum;
    return sum;
  };
}

function withPriors(
  likelihood: LogLikelihood,
  centre: readonly number[],
  scales: readonly unknown[],
): LogLikelihood {
  const deviations = [priorDeviation, priorDeviation, ...scales.map(() => coefficientDeviation)];
  return (logParameters, gradient) => {
    let value = likelihood(logParameters, gradient);
    for (let index = 0; index < deviations.length; index += 1) {
      const deviation = deviations[index] as number;
      const distance = ((logParameters[index] as number) - (centre[index] ?? 0)) / deviation;
      value -= 0.5 * distance * distance;
      gradient[index] = (gradient[index] as number) - distance / deviation;
    }
    return value;
  };
}

/** Logarithms of a prior shape of 1 and of the observed mean rate. */
function centreOf(cases: readonly InnerCase[]): number[] {
  return [0, -Math.log(meanRate(cases))];
}

function meanRate(cases: readonly InnerCase[]): number {
  let purchases = 0;
  let days = 0;
  for (const inner of cases) {
    purchases += inner.weight * inner.purchases;
    days += inner.weight * inner.horizonDays;
  }
  return purchases / days;
}

/** Scales of the covariates and their standardised values by case, leaving out those that do not vary. */
export function standardisedCovariates(cases: readonly InnerCase[]): {
  scales: Pick<Covariate, 'name' | 'mean' | 'deviation'>[];
  values: Float64Array[];
} {
  const byCase = cases.map(({ view }) => covariateValues(view));
  const scales: Pick<Covariate, 'name' | 'mean' | 'deviation'>[] = [];
  const values: Float64Array[] = [];
  for (const name of covariateNames) {
    const known = byCase.flatMap((of) => of[name] ?? []);
    if (known.length === 0) continue;
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
    const deviation = Math.sqrt(variance);
    if (!(deviation > 1e-6 * Math.max(1, Math.abs(mean)))) continue;
    scales.push({ name, mean, deviation });
    values.push(Float64Array.from(byCase, (of) => standardised(of[name], { mean, deviation })));
  }
  return { scales, values };
}
