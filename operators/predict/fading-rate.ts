import type { TimelineView } from './purchase-timeline.ts';
import type { FadingRateParameters } from './purchasing-model.ts';

/** What is remembered of a customer's repeat purchase days, each fading with its age. */
export interface RateEvidence {
  /** Sum of 2^(-age / half-life) over repeat purchase days. */
  readonly purchases: number;
  /** The same integral over the days watched, days. */
  readonly days: number;
}

/** Gamma law of the rate of purchase days of one customer: mean `shape / days` a day. */
export interface PurchaseRate {
  readonly shape: number;
  /** Days. */
  readonly days: number;
}

/** @param halfLifeDays > 0; null where nothing fades */
export function rateEvidence(
  { timeline, asOfDay, known }: TimelineView,
  halfLifeDays: number | null,
): RateEvidence {
  const { days, daysDropped, firstDay } = timeline;
  const watched = Math.max(asOfDay, days[known - 1] as number) - firstDay;
  // Dropped days are the oldest, the first purchase among them.
  const from = daysDropped === 0 ? 1 : 0;
  const uncounted = Math.max(0, daysDropped - 1);
  if (halfLifeDays === null) return { purchases: known - from + uncounted, days: watched };
  const decay = -Math.LN2 / halfLifeDays;
  let purchases = 0;
  for (let index = from; index < known; index += 1) {
    purchases += Math.exp(decay * Math.max(0, asOfDay - (days[index] as number)));
  }
  if (uncounted > 0) purchases += uncountedPurchases(uncounted, firstDay, days[0] as number, asOfDay, decay);
  return { purchases, days: Math.expm1(decay * watched) / decay };
}

/** Days of which only the number is known, as if spread evenly from the first purchase to the oldest known day. */
function uncountedPurchases(
  count: number,
  firstDay: number,
  oldestDay: number,
  asOfDay: number,
  decay: number,
): number {
  const span = oldestDay - firstDay;
  if (span <= 0) return 0;
  const newest = Math.exp(decay * (asOfDay - oldestDay));
  const oldest = Math.exp(decay * (asOfDay - firstDay));
  return (count * (newest - oldest)) / (-decay * span);
}

/** The rate after the evidence; `tilt` is the sum of the covariates' effects: the prior mean is e^tilt times the common one. */
export function purchaseRate(
  { r, alphaDays }: Pick<FadingRateParameters, 'r' | 'alphaDays'>,
  evidence: RateEvidence,
  tilt: number,
): PurchaseRate {
  return { shape: r + evidence.purchases, days: alphaDays * Math.exp(-tilt) + evidence.days };
}

/** Expected purchase days within a horizon, the rate staying what it is. */
export function expectedAtRate({ shape, days }: PurchaseRate, horizonDays: number): number {
  return (shape / days) * horizonDays;
}

/** Probability of at least one purchase within a horizon: negative binomial. */
export function probabilityAtRate({ shape, days }: PurchaseRate, horizonDays: number): number {
  return -Math.expm1(-shape * Math.log1p(horizonDays / days));
}

/**
 * Probability of leaving for good at a purchase. One for all: fitted to a population it takes over what the fading of the rate is
 * there for (CDNOW: total bias -6.7 in place of -3 %), and from 0.0005 to 0.005 neither errors nor ranks differ.
 */
const dropout = 0.002;

/**
 * Probability that a customer silent for `silentDays` has not left for good: at each purchase one leaves with a small probability; while
 * here, the gap to the next is longer than that with the probability that the rate's gamma law gives (Pareto). Just below 1 right
 * after a purchase, and next to nothing once the silence is beyond all of the customer's own rhythm.
 *
 * @param atLastPurchase the rate as known right after the last purchase
 * @param silentDays >= 0
 * @see Fader, Hardie, Lee (2005), Counting Your Customers the Easy Way, Marketing Science 24(2), for P(alive) of BG/NBD, which this is
 *   with one dropout probability
 */
export function stillHere({ shape, days }: PurchaseRate, silentDays: number): number {
  const stayed = (1 - dropout) * Math.exp(-shape * Math.log1p(silentDays / days));
  return stayed / (stayed + dropout);
}
