import { type CustomerState, msPerDay, utcDay } from '../state/customer-state.ts';
import type { ConsumptionModel, NextOrderPrediction } from './consumption-model.ts';
import { gapStatistics, purchaseGapDays, regularityShape } from './gap-regularity.ts';
import { type PurchaseStatistics, purchaseStatistics } from './purchase-statistics.ts';
import { type RenewalGap, renewalGap, residualQuantileDays } from './renewal-gap.ts';

/** Purchase days below which no date is named. */
export const purchaseDaysMin = 3;
/** No date is named to who comes within a year with a smaller probability. */
const yearProbabilityMin = 0.2;
/** Probability the interval is to hold. */
export const intervalLevelDefault = 0.8;
/** No date is named further ahead than this, so that every date stays one a calendar can show. */
const horizonDaysMax = 36_500;

export type NextOrderResult =
  | { readonly ok: true; readonly nextOrder: NextOrderPrediction; readonly gap: RenewalGap }
  | { readonly ok: false; readonly reason: string; readonly gap?: RenewalGap };

/**
 * When the customer will order next, given that the customer is still there: the median and the bounds of an 80 % interval.
 *
 * The personal rate is the BG/NBD posterior given alive, which is gamma; gaps between purchase days are gamma with the
 * customer's regularity (shape k) instead of exponential (k = 1). Bounds are the 10 % and 90 % quantiles (or those at which, in this population, 80 % were held: `nextOrderLevel`) of what remains of
 * the running gap, given that it has lasted until `asOfMs` and, since gaps are between days, at least to the end of the day of
 * the last purchase. The uncertainty of the rate is included (see `RenewalGap`), that of k is not.
 *
 * Abstains below three purchase days and for who is all but certainly gone, and says so. Nothing is named further ahead than
 * 100 years.
 *
 * @param yearProbability of a purchase within a year from `asOfMs`, 0..1
 */
export function predictNextOrder(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  yearProbability = 1,
): NextOrderResult {
  const statistics = purchaseStatistics(state, asOfMs);
  const lastAtMs = state.lifetime.lastPurchaseAtMs;
  if (statistics === undefined || lastAtMs === undefined)
    return { ok: false, reason: 'Never bought anything.' };
  const days = statistics.repeatPurchases + 1;
  if (days < purchaseDaysMin) {
    const seen = days === 1 ? 'one day' : `${days} days`;
    return { ok: false, reason: `Bought on ${seen} only; a date needs at least ${purchaseDaysMin}.` };
  }
  const gap = purchaseGapLaw(state, model, statistics);
  if (yearProbability < yearProbabilityMin) {
    return { ok: false, reason: 'Probably gone: a purchase within a year is unlikely.', gap };
  }
  const elapsedDays = Math.max(asOfMs - lastAtMs, (utcDay(lastAtMs) + 1) * msPerDay - lastAtMs) / msPerDay;
  const instantMs = (probability: number): number => {
    const wholeGapDays = residualQuantileDays(gap, elapsedDays, probability);
    return Math.round(lastAtMs + Math.min(wholeGapDays, elapsedDays + horizonDaysMax) * msPerDay);
  };
  const tail = (1 - (model.nextOrderLevel ?? intervalLevelDefault)) / 2;
  return {
    ok: true,
    gap,
    nextOrder: { fromMs: instantMs(tail), atMs: instantMs(0.5), toMs: instantMs(1 - tail) },
  };
}

function purchaseGapLaw(
  state: CustomerState,
  model: ConsumptionModel,
  statistics: PurchaseStatistics,
): RenewalGap {
  const regularity = regularityShape(gapStatistics(purchaseGapDays(state)), model.regularity);
  const ratePrior = { shape: model.bgNbd.r, rateDays: model.bgNbd.alphaDays };
  return renewalGap(ratePrior, regularity, statistics.repeatPurchases, statistics.recencyDays);
}
