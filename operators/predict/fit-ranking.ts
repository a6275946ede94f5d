import {
  type Basket,
  type BasketHistory,
  basketHistory,
  historyBefore,
  type RankedKind,
} from './basket-history.ts';
import { fitLogistic, LogisticExamples } from './fit-logistic.ts';
import { ItemCounts, type ItemPopulation, noItemPopulation } from './item-population.ts';
import { knownItemFeatures, newItemFeatures, placesOf, RankingFeatures } from './ranking-features.ts';
import type { ItemRanking, RankingModel, RankingWeights } from './ranking-model.ts';
import type { RankingSample } from './ranking-sample.ts';
import { withinBytes } from './within-bytes.ts';

/** Popular items a ranking knows of; more cost memory of their square in the fit, and bytes of the stored model. */
const popularMax = 1_500;
/** Bytes of the ids of those, and of their categories: with long ids fewer are known, so that the model can be stored. */
const idBytesMax = { products: 64_000, categories: 32_000 } as const;
/** New items looked at for each example customer, spread evenly over the popular ones. */
const newItemsPerExample = 60;
/** Examples the weights are fitted to; customers beyond it teach only what is popular and what follows what. */
const examplesMax = 80_000;
/** Bought ones among the examples below which the built-in weights stand. */
const boughtMin = 50;

/** Newest baskets left out as the answer, and the baskets needed for it. */
const answers = [
  { baskets: 1, of: 2 },
  { baskets: 2, of: 6 },
  { baskets: 4, of: 12 },
  { baskets: 8, of: 18 },
] as const;

/** What the weights are drawn towards: about what they came to on supermarket, wholesale and mixed data alike. */
const knownPrior = {
  intercept: 0,
  weights: [0.7, 0.1, 0.2, 0, 0, -0.05, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.8, 0, 0],
  precision: 10,
};
const newPrior = { intercept: -1, weights: [0.2, 0.4, 0.5, 0.4, -0.1, -0.1, 0.8], precision: 10 };

/** Ranks by the built-in weights, known items only. */
export const assumedRanking: ItemRanking = {
  population: noItemPopulation,
  known: fitWeights(new LogisticExamples(knownItemFeatures.length), knownPrior),
  new: fitWeights(new LogisticExamples(newItemFeatures.length), newPrior),
};

/**
 * Learns to rank from the customers' own newest purchase days: the state as it stood before them gives the features, what
 * was bought on them the answer. Answers of one to eight purchase days teach how the horizon matters. What the population
 * does is counted without the answers while weights are learned, and with them for the ranking itself.
 */
export function fitRanking(sample: RankingSample): RankingModel {
  return { products: fitItems(sample, 'products'), categories: fitItems(sample, 'categories') };
}

function fitItems(sample: RankingSample, kind: RankedKind): ItemRanking {
  const { keys, categoryOf } = popularItems(sample, kind);
  if (keys.length === 0) return assumedRanking;
  const counts = new ItemCounts(keys);
  const countsBefore = new ItemCounts(keys);
  for (const state of sample.states()) {
    const history = basketHistory(state, kind);
    addBaskets(counts, history.baskets);
    addBaskets(countsBefore, history.baskets.slice(longestAnswer(history)));
  }
  const before = countsBefore.population(categoryOf);
  const known = new LogisticExamples(knownItemFeatures.length);
  const fresh = new LogisticExamples(newItemFeatures.length);
  let customer = 0;
  for (const state of sample.states()) {
    if (Math.max(known.rows, fresh.rows) >= examplesMax) break;
    customer += 1;
    addExamples(basketHistory(state, kind), before, { known, fresh, offset: customer });
  }
  return {
    population: counts.population(categoryOf),
    known: fitWeights(known, knownPrior),
    new: fitWeights(fresh, newPrior),
  };
}

function popularItems(sample: RankingSample, kind: RankedKind) {
  const counts = new Map<string, number>();
  const categoryOf = new Map<string, string>();
  for (const state of sample.states()) {
    const history = basketHistory(state, kind);
    for (const { keys } of history.baskets) {
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [key, category] of history.categoryOf) categoryOf.set(key, category);
  }
  const keys = [...counts]
    .sort(([keyA, a], [keyB, b]) => b - a || (keyA < keyB ? -1 : 1))
    .slice(0, popularMax)
    .map(([key]) => key);
  return { keys: withinBytes(keys, (key) => [key, categoryOf.get(key)], idBytesMax[kind]), categoryOf };
}

/** @param baskets newest first */
function addBaskets(counts: ItemCounts, baskets: readonly Basket[]): void {
  for (const [index, { keys }] of baskets.entries()) counts.add(keys, baskets[index + 1]?.keys);
}

function longestAnswer({ baskets }: BasketHistory): number {
  return answers.findLast(({ of }) => baskets.length >= of)?.baskets ?? 0;
}

interface Examples {
  readonly known: LogisticExamples;
  readonly fresh: LogisticExamples;
  /** Where among the popular items the sample of new ones starts. */
  readonly offset: number;
}

function addExamples(
  history: BasketHistory,
  population: ItemPopulation,
  { known, fresh, offset }: Examples,
): void {
  const places = placesOf(population);
  const stride = Math.max(1, Math.ceil(population.keys.length / newItemsPerExample));
  for (const { baskets, of } of answers) {
    if (history.baskets.length < of) continue;
    const bought = new Set(history.baskets.slice(0, baskets).flatMap(({ keys }) => keys));
    const features = new RankingFeatures(historyBefore(history, baskets), population, baskets);
    const { items } = features.habits;
    for (const [key, habit] of items) known.add(features.ofKnown(key, habit), bought.has(key));
    for (const key of bought) {
      const place = places.get(key);
      if (place !== undefined && !items.has(key)) fresh.add(features.ofNew(place), true);
    }
    for (let place = offset % stride; place < population.keys.length; place += stride) {
      const key = population.keys[place] as string;
      if (!items.has(key) && !bought.has(key)) fresh.add(features.ofNew(place), false, stride);
    }
  }
}

function fitWeights(
  examples: LogisticExamples,
  prior: { intercept: number; weights: readonly number[]; precision: number },
): RankingWeights {
  const seen = { examples: examples.rows, bought: examples.hits };
  const fit = examples.hits >= boughtMin ? fitLogistic(examples, prior) : undefined;
  if (fit === undefined) {
    return { intercept: prior.intercept, weights: prior.weights, method: 'assumed', ...seen };
  }
  return { ...fit, method: 'penalised', ...seen };
}
