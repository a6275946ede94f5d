import cephes from 'cephes';

await cephes.compiled;

/** ln of the gamma function. @param x > 0 */
export function logGamma(x: number): number {
  return cephes.lgam(x);
}

/** Derivative of ln of the gamma function. @param x > 0 */
export function digamma(x: number): number {
  return cephes.psi(x);
}

/** Second derivative of ln of the gamma function: the Hurwitz zeta function at 2. @param x > 0 */
export function trigamma(x: number): number {
  return cephes.zeta(2, x);
}

/** Whole steps up to which a sum of logarithms is both faster and more exact than a difference of ln gammas. */
const risingStepsMax = 12;

/**
 * ln(gamma(x + n) / gamma(x)), without the cancellation that large x causes.
 * @param x > 0
 * @param n >= 0
 */
export function logRising(x: number, n: number): number {
  if (n > risingStepsMax || !Number.isInteger(n)) return logGamma(x + n) - logGamma(x);
  let product = 1;
  for (let step = 0; step < n; step += 1) product *= x + step;
  return Number.isFinite(product) && product > 0 ? Math.log(product) : logGamma(x + n) - logGamma(x);
}

/** digamma(x + n) - digamma(x), the derivative of `logRising` by x. */
export function digammaRising(x: number, n: number): number {
  if (n > risingStepsMax || !Number.isInteger(n)) return digamma(x + n) - digamma(x);
  let sum = 0;
  for (let step = 0; step < n; step += 1) sum += 1 / (x + step);
  return sum;
}

/**
 * Regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is below x.
 * @param x any number; below 0 counts as 0, above 1 as 1
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return cephes.incbet(a, b, x);
}

/** The x with I_x(a, b) = probability. */
export function incompleteBetaInverse(a: number, b: number, probability: number): number {
  if (probability <= 0) return 0;
  if (probability >= 1) return 1;
  return cephes.incbi(a, b, probability);
}

/** ln(1 + e^x), without overflow. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** 1 / (1 + e^-x), exact in both tails. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}
