import type { CustomerState } from '../state/customer-state.ts';
import { type BasketHistory, basketHistory } from './basket-history.ts';
import type { ConsumptionModel } from './consumption-model.ts';
import { assumedRanking } from './fit-ranking.ts';
import { purchaseOutlook } from './purchase-outlook.ts';
import { RankingFeatures } from './ranking-features.ts';
import type { ItemRanking, RankingWeights } from './ranking-model.ts';
import { logistic } from './special-functions.ts';

/** A product (or category) the customer may buy next. */
export interface RankedItem {
  /** Product id or category. */
  readonly key: string;
  /** Higher is likelier; comparable within one ranking only. */
  readonly score: number;
  /** True for one the customer has not bought before, as far as the state remembers. */
  readonly isNew: boolean;
}

export interface RankingOptions {
  /** Days ahead that the ranking is for, > 0. */
  readonly horizonDays: number;
  /** Items given at most, 1..100. */
  readonly top: number;
}

/**
 * Products by how likely the customer buys them within the horizon, likeliest first; new ones among them.
 *
 * The horizon counts as the purchase days expected within it, at least one: given that the customer comes at all.
 * Of products not bought before only the population's most popular ones are looked at. Ties by key.
 */
export function rankProducts(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  options: RankingOptions,
): RankedItem[] {
  const ahead = basketsAhead(state, model, asOfMs, options.horizonDays);
  return rank(
    basketHistory(state, 'products'),
    model.ranking?.products ?? assumedRanking,
    ahead,
    options.top,
  );
}

/** The same by category. */
export function rankCategories(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  options: RankingOptions,
): RankedItem[] {
  const ahead = basketsAhead(state, model, asOfMs, options.horizonDays);
  return rank(
    basketHistory(state, 'categories'),
    model.ranking?.categories ?? assumedRanking,
    ahead,
    options.top,
  );
}

function rank(
  history: BasketHistory,
  { population, known, new: fresh }: ItemRanking,
  ahead: number,
  top: number,
): RankedItem[] {
  if (history.days.length === 0) return [];
  const features = new RankingFeatures(history, population, ahead);
  const ranked: RankedItem[] = [];
  for (const [key, habit] of features.habits.items) {
    ranked.push({ key, score: score(known, features.ofKnown(key, habit)), isNew: false });
  }
  for (const [place, key] of population.keys.entries()) {
    if (features.habits.items.has(key)) continue;
    ranked.push({ key, score: score(fresh, features.ofNew(place)), isNew: true });
  }
  return ranked.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1)).slice(0, Math.max(0, top));
}

/** Probability by the weights. */
function score({ intercept, weights }: RankingWeights, features: readonly number[]): number {
  let sum = intercept;
  for (let index = 0; index < weights.length; index += 1) {
    sum += (weights[index] as number) * (features[index] as number);
  }
  return logistic(sum);
}

function basketsAhead(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  horizonDays: number,
): number {
  return Math.max(1, purchaseOutlook(state, model, asOfMs, horizonDays)?.expectedPurchases ?? 1);
}
