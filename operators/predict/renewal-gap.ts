import { incompleteBeta, incompleteBetaInverse, logGamma } from './special-functions.ts';

/**
 * Predictive law of the gap to the next purchase when gaps are Gamma(shape k, rate k lambda), mean 1 / lambda, and lambda
 * itself is only known as Gamma(rateShape, rateDays). Integrated over lambda in closed form: k gap / (k gap + rateDays) is
 * Beta(k, rateShape). So the uncertainty of the personal rate is in every figure, with no numerical integration.
 * For k = 1 it is the Pareto (Lomax) law of BG/NBD while alive.
 */
export interface RenewalGap {
  /** k: regularity of the gaps. */
  readonly shape: number;
  /** Posterior shape of the rate. */
  readonly rateShape: number;
  /** Posterior rate of the rate, days. */
  readonly rateDays: number;
}

/** The law after `gaps` complete gaps that took `sumDays`: a gamma prior of the rate is conjugate for any k. */
export function renewalGap(
  prior: { readonly shape: number; readonly rateDays: number },
  regularity: number,
  gaps: number,
  sumDays: number,
): RenewalGap {
  return {
    shape: regularity,
    rateShape: prior.shape + regularity * gaps,
    rateDays: prior.rateDays + regularity * sumDays,
  };
}

/** Below this the incomplete beta function has lost its digits or is near underflow. */
const survivalMin = 1e-250;

/** Below this the inverse of the incomplete beta function is off by more than a thousandth of the survival asked for. */
const quantileSurvivalMin = 1e-9;

/** ln of the probability that the gap is longer than `days`. */
export function logGapSurvival({ shape, rateShape, rateDays }: RenewalGap, days: number): number {
  if (days <= 0) return 0;
  if (shape === 1) return -rateShape * Math.log1p(days / rateDays);
  const share = rateDays / (rateDays + shape * days);
  const survival = incompleteBeta(rateShape, shape, share);
  if (survival > survivalMin) return Math.log(survival);
  return logUpperTail(rateShape, shape, share);
}

/**
 * ln I_x(a, b) far below the mean of Beta(a, b), where the function itself underflows: x^a (1 - x)^b / (a B(a, b)) times a
 * power series whose terms fall from the first on, because x (a + b) / (a + 1) < 1 there.
 * @see Abramowitz, Stegun, 26.5.4
 */
function logUpperTail(a: number, b: number, x: number): number {
  let term = 1;
  let series = 1;
  for (let index = 0; index < 500 && term > 1e-12 * series; index += 1) {
    term *= ((a + b + index) / (a + 1 + index)) * x;
    series += term;
  }
  const logNorm = logGamma(a + b) - logGamma(a + 1) - logGamma(b);
  return a * Math.log(x) + b * Math.log1p(-x) + logNorm + Math.log(series);
}

/** Probability that a gap that has lasted `elapsedDays` ends within `horizonDays` more. */
export function residualProbability(gap: RenewalGap, elapsedDays: number, horizonDays: number): number {
  const logRatio = logGapSurvival(gap, elapsedDays + horizonDays) - logGapSurvival(gap, elapsedDays);
  return Math.min(1, Math.max(0, -Math.expm1(logRatio)));
}

/**
 * Length of the whole gap, days, at which a gap that has lasted `elapsedDays` has ended with the given probability:
 * a quantile of the residual law, not of the law of whole gaps.
 * @param probability 0 < probability < 1
 * @returns >= elapsedDays, finite
 */
export function residualQuantileDays(gap: RenewalGap, elapsedDays: number, probability: number): number {
  const logTarget = logGapSurvival(gap, elapsedDays) + Math.log1p(-probability);
  const days =
    gap.shape === 1 || logTarget > Math.log(quantileSurvivalMin)
      ? quantile(gap, logTarget)
      : tailQuantile(gap, elapsedDays, logTarget);
  return Math.max(elapsedDays, days);
}

function quantile({ shape, rateShape, rateDays }: RenewalGap, logTarget: number): number {
  if (shape === 1) return rateDays * Math.expm1(-logTarget / rateShape);
  const target = Math.exp(logTarget);
  if (target > 0.5) {
    // Solved for the complement, which is the small one here and keeps its digits.
    const part = incompleteBetaInverse(shape, rateShape, -Math.expm1(logTarget));
    return (rateDays * part) / (shape * (1 - part));
  }
  const share = incompleteBetaInverse(rateShape, shape, target);
  return (rateDays * (1 - share)) / (shape * share);
}

/** Bisection on the logarithm: reached only after silences that the law holds for next to impossible. */
function tailQuantile(gap: RenewalGap, elapsedDays: number, logTarget: number): number {
  let low = Math.max(elapsedDays, gap.rateDays * 1e-9);
  let high = low;
  for (let step = 0; step < 200 && logGapSurvival(gap, high) > logTarget; step += 1) high *= 2;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (logGapSurvival(gap, middle) > logTarget) low = middle;
    else high = middle;
  }
  return high;
}
