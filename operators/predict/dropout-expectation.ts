import { logGamma, softplus } from './special-functions.ts';

/** Terms of the series after which the integral is cheaper. */
const seriesTermsMax = 2_000;
/** The first term is e^-this at the least, far from underflow. */
const seriesLogStartMin = -600;
const relativeTolerance = 1e-13;

/**
 * Expected number of transactions a customer who is alive makes before the end of the horizon or before dropping out.
 *
 * While alive, transactions come at a Poisson rate drawn from Gamma(shape, rate 1), over a time y; after each the customer
 * drops out with probability p drawn from Beta(a, b). Then K would-be transactions are negative binomial, and of k
 * of them w(k) = E[(1 - (1 - p)^k) / p] = sum over j < k of (b)_j / (a + b)_j really happen, so the answer is
 * sum over k of P(K = k) w(k). This equals the numerator of eq. 10 of Fader, Hardie, Lee (2005), where
 * (a + b - 1) / (a - 1) multiplies 1 - (1 - u)^shape 2F1(shape, b; a + b - 1; u), u = y / (1 + y), term by term
 * after (1 - u)^-shape is expanded too. Unlike that form it has only positive terms: nothing cancels for small y,
 * for large shape, or at a = 1, and a < 1 needs no care.
 *
 * Long series (large shape * y, or y far above 1) go to the integral over p instead.
 *
 * @param shape > 0: r + x
 * @param y >= 0: horizon / (alpha + T)
 * @param a > 0
 * @param b > 0: b + x
 */
export function expectedBeforeDropout(shape: number, y: number, a: number, b: number): number {
  if (!(y > 0)) return 0;
  const series = logStart(shape, y) > seriesLogStartMin ? dropoutSeries(shape, y, a, b) : undefined;
  return series ?? dropoutIntegral(shape, y, a, b);
}

function logStart(shape: number, y: number): number {
  return -shape * Math.log1p(y);
}

/** Undefined when the series has not converged within its bound of terms. */
export function dropoutSeries(shape: number, y: number, a: number, b: number): number | undefined {
  const ratio = y / (1 + y);
  let probability = Math.exp(logStart(shape, y));
  let survival = 1;
  let made = 0;
  let sum = 0;
  for (let k = 0; k < seriesTermsMax; k += 1) {
    made += survival;
    survival *= (b + k) / (a + b + k);
    probability *= ((shape + k) / (k + 1)) * ratio;
    sum += probability * made;
    // From here on each term is at most `decay` times the one before, the growth of `made` included.
    const decay = Math.max(1, (shape + k + 1) / (k + 2)) * ratio * (1 + survival / made);
    if (decay < 1 && probability * made * decay < relativeTolerance * (1 - decay) * sum) return sum;
  }
  return undefined;
}

/** Steps of the trapezoid rule at most; reached only where the integrand is no longer resolved in doubles. */
const trapezoidNodesMax = 1 << 16;

/**
 * The same by integration over p: E over p ~ Beta(a, b) of (1 - (1 + p y)^-shape) / p.
 * With p = 1 / (1 + e^-v) the integrand falls off exponentially on both sides and is analytic around the real line, where the
 * trapezoid rule converges exponentially; the step is halved until two results agree.
 */
export function dropoutIntegral(shape: number, y: number, a: number, b: number): number {
  const logNorm = logGamma(a + b) - logGamma(a) - logGamma(b);
  const integrand = (v: number): number => {
    const logP = -softplus(-v);
    const logQ = -softplus(v);
    const p = Math.exp(logP);
    const made = p > 0 ? -Math.expm1(-shape * Math.log1p(p * y)) / p : shape * y;
    return made * Math.exp(logNorm + a * logP + b * logQ);
  };
  // Ends where the integrand has fallen below e^-44 of its peak; small p weighs up to shape * y times more.
  const peak = Math.log(a / b);
  const deviation = Math.sqrt(1 / a + 1 / b);
  const low = peak - 44 / a - 10 * deviation - Math.log1p(shape * y);
  const high = peak + 44 / b + 10 * deviation;
  let nodes = 64;
  let step = (high - low) / nodes;
  let sum = 0;
  for (let node = 0; node <= nodes; node += 1) sum += integrand(low + node * step);
  let estimate = sum * step;
  while (nodes < trapezoidNodesMax) {
    for (let node = 0; node < nodes; node += 1) sum += integrand(low + (node + 0.5) * step);
    nodes *= 2;
    step /= 2;
    const refined = sum * step;
    const settled = Math.abs(refined - estimate) <= 1e-11 * refined;
    estimate = refined;
    if (settled) break;
  }
  return estimate;
}
