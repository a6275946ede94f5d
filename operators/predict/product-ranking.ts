import type { CustomerState } from '../state/customer-state.ts';
import type { ConsumptionModel } from './consumption-model.ts';
import { predictCustomer } from './predict-consumption.ts';

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

/** Products by how likely the customer buys them within the horizon, likeliest first. */
export function rankProducts(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  { top }: RankingOptions,
): RankedItem[] {
  const products = predictCustomer(state, model, asOfMs, { top })?.products ?? [];
  return products.map(({ productId, repurchaseProbability }) => {
    return { key: productId, score: repurchaseProbability[30], isNew: false };
  });
}

/** The same by category. */
export function rankCategories(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  { top }: RankingOptions,
): RankedItem[] {
  const categories = predictCustomer(state, model, asOfMs, { top })?.categories ?? [];
  return categories.map(({ category, repurchaseProbability }) => {
    return { key: category, score: repurchaseProbability[30], isNew: false };
  });
}
