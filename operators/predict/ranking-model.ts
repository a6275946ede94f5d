import type { ItemPopulation } from './item-population.ts';

/** How products, and categories, are ranked by how likely a customer buys them next. */
export interface RankingModel {
  readonly products: ItemRanking;
  readonly categories: ItemRanking;
}

/**
 * Logistic weights over what one customer does with an item and what the population does with it; fitted to what customers bought
 * on their newest purchase days given what they had bought before.
 */
export interface ItemRanking {
  readonly population: ItemPopulation;
  /** For items the customer bought before; see `knownItemFeatures`. */
  readonly known: RankingWeights;
  /** For popular items the customer did not buy before; see `newItemFeatures`. */
  readonly new: RankingWeights;
}

export interface RankingWeights {
  readonly intercept: number;
  /** In the order of the features, per unit of each. */
  readonly weights: readonly number[];
  /** `assumed`: too little data to move the built-in weights. */
  readonly method: 'penalised' | 'assumed';
  /** Pairs of customer and item learned from, and how many of them were bought. */
  readonly examples: number;
  readonly bought: number;
}
