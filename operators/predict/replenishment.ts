import { consumptionByCategory, consumptionByProduct } from '../state/consumption.ts';
import { type Consumption, type CustomerState, msPerDay } from '../state/customer-state.ts';
import type {
  CategoryPrediction,
  ConsumptionModel,
  ProductPrediction,
  ReplenishmentPrior,
} from './consumption-model.ts';
import { regularityShape } from './gap-regularity.ts';
import { newestCategories } from './newest-categories.ts';
import {
  logGapSurvival,
  type RenewalGap,
  renewalGap,
  residualProbability,
  residualQuantileDays,
} from './renewal-gap.ts';
import { repurchaseHistoryOf } from './repurchase-history.ts';
import { repurchasePace } from './repurchase-paces.ts';
import { logistic } from './special-functions.ts';

/** Purchases of a product from which the evenness of its gaps is used. */
const purchasesForRegularity = 3;
/** Dates further ahead than this are no date of a reorder. */
const expectedDaysMax = 3_650;

/** The customer as the products see it. */
export interface ReplenishmentContext {
  readonly state: CustomerState;
  readonly model: ConsumptionModel;
  readonly asOfMs: number;
  readonly probabilityAlive: number;
  /** Expected purchase days a day while alive, > 0. */
  readonly purchaseRate: number;
  /** Products or categories listed at most. */
  readonly top: number;
}

interface Candidate {
  readonly consumption: Consumption;
  readonly gap: RenewalGap;
  readonly elapsedDays: number;
  /** That the customer is still there and has not given up the product. */
  readonly wanted: number;
  readonly within30: number;
}

/**
 * Products the customer will most likely buy again, by the probability of a repurchase within 30 days, highest first.
 *
 * Whether the product is still wanted follows from how long the customer has passed it over (see `probabilityWanted`).
 * Given that, its repurchase rate has the prior's gamma law, moved by the pace of the product (failing that of its category,
 * see `RepurchasePaces`), turned from purchase days into days by the customer's own rate of purchase, and the product's own
 * repurchases on top; gaps are gamma with the product's own regularity from
 * three purchases on, and without memory before (gamma-Poisson). The probability is that the running gap ends within
 * the horizon given how long it has lasted, times that the product is wanted and the customer still there. The date is
 * the median of the running gap given both, named from two purchases on. The quantity is the mean net quantity of a
 * purchase.
 */
export function predictProducts(context: ReplenishmentContext): ProductPrediction[] {
  const { state, model } = context;
  const categories = newestCategories(state);
  const candidates = ranked(consumptionByProduct(state), model.replenishment.products, context, categories);
  return candidates.map((candidate) => ({
    productId: candidate.consumption.key,
    category: categories.get(candidate.consumption.key),
    ...answer(candidate),
  }));
}

/** The same by category. */
export function predictCategories(context: ReplenishmentContext): CategoryPrediction[] {
  const { state, model } = context;
  const candidates = ranked(
    consumptionByCategory(state),
    model.replenishment.categories,
    context,
    new Map<string, string>(),
  );
  return candidates.map((candidate) => ({ category: candidate.consumption.key, ...answer(candidate) }));
}

function ranked(
  consumptions: readonly Consumption[],
  prior: ReplenishmentPrior,
  { state, asOfMs, probabilityAlive: alive, purchaseRate, top }: ReplenishmentContext,
  categoryOf: ReadonlyMap<string, string>,
): Candidate[] {
  const historyOf = repurchaseHistoryOf(state);
  const customerLastAtMs = state.lifetime.lastPurchaseAtMs ?? asOfMs;
  const candidates: Candidate[] = [];
  for (const consumption of consumptions) {
    if (consumption.count < 1) continue;
    const history = historyOf(consumption);
    const pace = repurchasePace(prior.paces, consumption.key, categoryOf.get(consumption.key));
    const gap = repurchaseGap(consumption, history.x, prior, pace * purchaseRate);
    const elapsedDays = Math.max(0, asOfMs - consumption.lastAtMs) / msPerDay;
    const wanted =
      alive *
      probabilityWanted(
        prior,
        gap,
        history.x,
        Math.max(0, customerLastAtMs - consumption.lastAtMs) / msPerDay,
      );
    const within30 = wanted * residualProbability(gap, elapsedDays, 30);
    candidates.push({ consumption, gap, elapsedDays, wanted, within30 });
  }
  return candidates.sort(byProbability).slice(0, Math.max(0, top));
}

/** Ties by key, so that the answer does not depend on the order of the state. */
function byProbability(a: Candidate, b: Candidate): number {
  return b.within30 - a.within30 || (a.consumption.key < b.consumption.key ? -1 : 1);
}

/**
 * Probability that the product has not been given up: P(alive) of BG/NBD with the survival of the running gap in the place
 * of the exponential's, which it equals for shape 1. The gap counts up to the customer's last purchase of anything; silence
 * after that says something about the customer, and `probabilityAlive` has it already.
 */
function probabilityWanted(
  prior: ReplenishmentPrior,
  gap: RenewalGap,
  x: number,
  passedOverDays: number,
): number {
  if (x === 0) return 1;
  return logistic(logGapSurvival(gap, passedOverDays) - Math.log(prior.a / (prior.b + x - 1)));
}

/**
 * Law of the gap, in days, between purchases of one product by one customer who is there and wants it.
 * @param rate purchase days a day of the customer, times the pace of the product
 */
export function repurchaseGap(
  consumption: Consumption,
  repurchases: number,
  prior: ReplenishmentPrior,
  rate: number,
): RenewalGap {
  const known = consumption.count >= purchasesForRegularity;
  const regularity = known ? regularityShape(consumption.gaps, prior.regularity) : 1;
  const spanDays = (consumption.lastAtMs - consumption.firstAtMs) / msPerDay;
  const ratePrior = { shape: prior.r, rateDays: prior.alphaPurchaseDays / rate };
  return renewalGap(ratePrior, regularity, repurchases, spanDays);
}

function answer({
  consumption,
  gap,
  elapsedDays,
  wanted,
  within30,
}: Candidate): Omit<ProductPrediction, 'productId' | 'category'> {
  const { count, lastAtMs, quantityMilli } = consumption;
  return {
    lastAtMs,
    purchases: count,
    repurchaseProbability: {
      7: wanted * residualProbability(gap, elapsedDays, 7),
      30: within30,
    },
    usualGapDays: count < 2 ? undefined : residualQuantileDays(gap, 0, 0.5),
    regularity: count < purchasesForRegularity ? undefined : gap.shape,
    expectedAtMs: count < 2 ? undefined : expectedInstant(gap, elapsedDays, lastAtMs),
    expectedQuantityMilli: Math.max(0, Math.round(quantityMilli / count)),
  };
}

function expectedInstant(gap: RenewalGap, elapsedDays: number, lastAtMs: number): number | undefined {
  const days = residualQuantileDays(gap, elapsedDays, 0.5);
  if (days - elapsedDays > expectedDaysMax) return undefined;
  return Math.round(lastAtMs + days * msPerDay);
}
