import { digamma, logGamma, logRising } from './special-functions.ts';

/** Gamma-Gamma: transaction values of a customer are Gamma(p, rate nu), nu is Gamma(q, rate v) over customers. */
export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  /** In the unit of money. */
  readonly v: number;
}

export interface SpendHistory {
  /** Transactions averaged over, a whole number >= 0. */
  readonly x: number;
  /** Mean value of these transactions; at or below 0 (returns outweigh) it counts as 0. */
  readonly meanSpend: number;
}

/** The part of the log-likelihood that depends on the number of transactions alone; a fit computes it once for many. */
export interface TransactionTerms {
  /** -ln B(p x, q). */
  readonly logValue: number;
  readonly byP: number;
  readonly byQ: number;
}

export function transactionTerms({ p, q }: GammaGamma, x: number): TransactionTerms {
  const px = p * x;
  const both = digamma(px + q);
  return {
    logValue: logRising(q, px) - logGamma(px),
    byP: x * (both - digamma(px)),
    byQ: both - digamma(q),
  };
}

/**
 * Log-likelihood of one customer with x >= 1 transactions of mean value above 0.
 *
 * @param gradient when given, the derivatives by p, q, v times `weight` are added to it
 * @param weight customers that share this history
 * @param terms `transactionTerms(model, history.x)`, when the caller has it already
 * @see Fader, Hardie (2013), The Gamma-Gamma Model of Monetary Value, eq. 1a
 */
export function gammaGammaLogLikelihood(
  model: GammaGamma,
  { x, meanSpend }: SpendHistory,
  gradient?: number[],
  weight = 1,
  terms = transactionTerms(model, x),
): number {
  const { p, q, v } = model;
  const px = p * x;
  const total = x * meanSpend;
  const logRest = -Math.log1p(total / v);
  const logShare = Math.log(total / v) + logRest;
  if (gradient) {
    gradient[0] = (gradient[0] ?? 0) + weight * (terms.byP + x * logShare);
    gradient[1] = (gradient[1] ?? 0) + weight * (terms.byQ + logRest);
    gradient[2] = (gradient[2] ?? 0) + weight * ((q * total - px * v) / (v * (v + total)));
  }
  return terms.logValue + px * logShare + q * logRest - Math.log(meanSpend);
}

/**
 * Expected value of the customer's next transaction: the customer's own mean drawn towards the population's.
 * Undefined where the expectation is infinite (p x + q <= 1, possible only for q <= 1 and few transactions).
 *
 * @see Fader, Hardie (2013), eq. 5
 */
export function expectedTransactionValue(
  { p, q, v }: GammaGamma,
  { x, meanSpend }: SpendHistory,
): number | undefined {
  const shape = p * x + q - 1;
  if (!(shape > 0)) return undefined;
  return (p * (v + x * Math.max(0, meanSpend))) / shape;
}
