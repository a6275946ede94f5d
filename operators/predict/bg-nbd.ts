import type { BgNbdParameters } from './consumption-model.ts';
import { expectedBeforeDropout } from './dropout-expectation.ts';
import { digammaRising, logistic, logRising, softplus } from './special-functions.ts';

/** What the BG/NBD model knows of one customer; any unit of time, the same as alpha's. */
export interface RepeatHistory {
  /** Repeat transactions (transactions after the first), a whole number >= 0. */
  readonly x: number;
  /** Time of the last transaction after the first, 0 <= tx <= T. */
  readonly tx: number;
  /** Time observed since the first transaction. */
  readonly T: number;
}

/** The four parameters; `alpha` in the unit of time of the histories. */
export interface BgNbd {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

export function bgNbdInDays(parameters: BgNbdParameters): BgNbd {
  return { r: parameters.r, alpha: parameters.alphaDays, a: parameters.a, b: parameters.b };
}

/** The part of the log-likelihood that depends on the number of repeats alone, so that a fit computes it once for many. */
export interface RepeatTerms {
  /** ln of gamma(r + x) gamma(b + x) gamma(a + b) / (gamma(r) gamma(b) gamma(a + b + x)). */
  readonly logValue: number;
  readonly byR: number;
  readonly byA: number;
  readonly byB: number;
}

export function repeatTerms({ r, a, b }: BgNbd, x: number): RepeatTerms {
  const byAB = digammaRising(a + b, x);
  return {
    logValue: logRising(r, x) + logRising(b, x) - logRising(a + b, x),
    byR: digammaRising(r, x),
    byA: -byAB,
    byB: digammaRising(b, x) - byAB,
  };
}

/**
 * Log-likelihood of one customer, exact to rounding for any x and T (everything is kept as logarithms).
 *
 * @param gradient when given, the four derivatives by r, alpha, a, b times `weight` are added to it
 * @param weight customers that share this history
 * @param terms `repeatTerms(model, history.x)`, when the caller has it already
 * @returns the log-likelihood of one customer, not weighted
 * @see Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2), eq. 6
 */
export function bgNbdLogLikelihood(
  model: BgNbd,
  { x, tx, T }: RepeatHistory,
  gradient?: number[],
  weight = 1,
  terms = repeatTerms(model, x),
): number {
  const { r, alpha, a, b } = model;
  const repeats = x > 0;
  const logGrow = Math.log1p(T / alpha);
  const logShrink = repeats ? Math.log1p((T - tx) / (alpha + tx)) : 0;
  const logOdds = repeats ? Math.log(a / (b + x - 1)) + (r + x) * logShrink : 0;
  if (gradient) {
    const dropped = repeats ? logistic(logOdds) : 0;
    add(gradient, 0, weight * (terms.byR - logGrow + dropped * logShrink));
    // r / alpha - (r + x) / (alpha + T), with the two r terms joined so that a large alpha does not cancel.
    const byAlpha = ((r * T) / alpha - x) / (alpha + T);
    const byAlphaDropped = (dropped * (r + x) * (T - tx)) / ((alpha + T) * (alpha + tx));
    add(gradient, 1, weight * (byAlpha - byAlphaDropped));
    add(gradient, 2, weight * (terms.byA + dropped / a));
    add(gradient, 3, weight * (terms.byB - (repeats ? dropped / (b + x - 1) : 0)));
  }
  const logRate = (r + x) * logGrow + x * Math.log(alpha);
  return terms.logValue - logRate + (repeats ? softplus(logOdds) : 0);
}

function add(target: number[], index: number, amount: number): void {
  target[index] = (target[index] ?? 0) + amount;
}

/**
 * Probability that the customer has not dropped out by T.
 *
 * A customer without a repeat transaction (x = 0) is alive with certainty under BG/NBD, because dropping out happens
 * only right after a repeat transaction; what falls with T is then the expected number of purchases.
 *
 * @returns 0..1, falling with T for x > 0
 * @see Fader, Hardie, Lee (2008), Computing P(alive) Using the BG/NBD Model, eq. 1
 */
export function probabilityAlive({ r, alpha, a, b }: BgNbd, { x, tx, T }: RepeatHistory): number {
  if (x === 0) return 1;
  const logOddsDropped = Math.log(a) - Math.log(b + x - 1) + (r + x) * Math.log1p((T - tx) / (alpha + tx));
  return logistic(-logOddsDropped);
}

/**
 * Expected number of transactions in (T, T + t], given the history.
 *
 * @param t horizon >= 0, in the unit of the history
 * @returns 0 for t = 0, rising with t, at most (r + x) t / (alpha + T)
 * @see Fader, Hardie, Lee (2005), eq. 10, in the form that `expectedBeforeDropout` documents
 */
export function expectedTransactions(model: BgNbd, history: RepeatHistory, t: number): number {
  const { r, alpha, a, b } = model;
  const { x, T } = history;
  return probabilityAlive(model, history) * expectedBeforeDropout(r + x, t / (alpha + T), a, b + x);
}

/**
 * Expected number of repeat transactions of a new customer in (0, t].
 * @see Fader, Hardie, Lee (2005), eq. 9
 */
export function expectedTransactionsOfNewCustomer(model: BgNbd, t: number): number {
  return expectedTransactions(model, { x: 0, tx: 0, T: 0 }, t);
}
