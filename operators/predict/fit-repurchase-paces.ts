import { consumptionByCategory, consumptionByProduct } from '../state/consumption.ts';
import type { CustomerState } from '../state/customer-state.ts';
import type { RankedKind } from './basket-history.ts';
import { type BgNbd, expectedTransactionsOfNewCustomer } from './bg-nbd.ts';
import { type LogLikelihood, maximiseLikelihood } from './maximise-likelihood.ts';
import { newestCategories } from './newest-categories.ts';
import { repurchaseHistoryOf } from './repurchase-history.ts';
import type { RepurchasePaces } from './repurchase-paces.ts';
import { digamma, logGamma } from './special-functions.ts';
import { withWeakPrior } from './weak-prior.ts';
import { withinBytes } from './within-bytes.ts';

/** Repurchases of one item (or category) by all customers seen, and how many the population's law expects. */
export interface PaceEvidence {
  readonly key: string;
  /** Of a product; undefined without one. */
  readonly category?: string | undefined;
  readonly observed: number;
  readonly expected: number;
}

const itemsMax = 1_500;
const categoriesMax = 500;
/** Bytes of their ids: with long ids fewer have a pace of their own, so that the model can be stored. */
const itemBytesMax = 54_000;
const categoryBytesMax = 12_000;
/** Fewer items than this can't tell how much items differ. */
const itemsMin = 10;

/**
 * Paces by empirical Bayes: the repurchases of an item are Poisson around pace x expected, the pace of an item is gamma around
 * that of its category, and a category's around 1; how widely paces spread is fitted by maximum marginal likelihood. Counts are
 * divided by their dispersion first, since the customers of an item differ among themselves.
 *
 * @param dispersion mean of (observed - expected)^2 / expected over pairs of customer and item, taken as at least 1
 */
export function fitRepurchasePaces(
  evidence: readonly PaceEvidence[],
  dispersion: number,
): RepurchasePaces | undefined {
  const scale = Math.max(1, dispersion);
  const items = evidence.map((item) => {
    return { ...item, observed: item.observed / scale, expected: item.expected / scale };
  });
  const byCategory = new Map<string, { key: string; observed: number; expected: number }>();
  for (const { category, observed, expected } of items) {
    if (category === undefined) continue;
    const sum = byCategory.get(category) ?? { key: category, observed: 0, expected: 0 };
    byCategory.set(category, {
      key: category,
      observed: sum.observed + observed,
      expected: sum.expected + expected,
    });
  }
  const categories = [...byCategory.values()];
  const categoryWeight = fitWeight(categories);
  const paceOfCategory = new Map(categories.map((sum) => [sum.key, shrunk(sum, categoryWeight)]));
  const within = items.map((item) => {
    const pace = paceOfCategory.get(item.category ?? '') ?? 1;
    return { ...item, pace, expected: item.expected * pace };
  });
  const itemWeight = fitWeight(within);
  if (itemWeight === undefined && categoryWeight === undefined) return undefined;
  return {
    items: strongest(within, itemsMax, itemBytesMax).map((item) => [
      item.key,
      rounded(item.pace * shrunk(item, itemWeight)),
    ]),
    categories: strongest(categories, categoriesMax, categoryBytesMax).map((sum) => [
      sum.key,
      rounded(paceOfCategory.get(sum.key) ?? 1),
    ]),
    weights: { items: rounded(itemWeight ?? 0), categories: rounded(categoryWeight ?? 0) },
  };
}

/** Gathers the evidence over customers; memory is one entry for each item they bought. */
export function paceEvidence(
  states: Iterable<CustomerState>,
  kind: RankedKind,
  law: BgNbd,
): { evidence: PaceEvidence[]; dispersion: number } {
  const byItem = new Map<string, { observed: number; expected: number; category: string | undefined }>();
  const expectedAfter = new Map<number, number>();
  let pairs = 0;
  let squares = 0;
  for (const state of states) {
    const historyOf = repurchaseHistoryOf(state);
    const categories = kind === 'products' ? newestCategories(state) : new Map<string, string>();
    const consumptions = kind === 'products' ? consumptionByProduct(state) : consumptionByCategory(state);
    for (const consumption of consumptions) {
      const { x, T } = historyOf(consumption);
      if (T <= 0) continue;
      const expected = expectedAfter.get(T) ?? expectedTransactionsOfNewCustomer(law, T);
      expectedAfter.set(T, expected);
      pairs += 1;
      squares += (x - expected) ** 2 / expected;
      const item = byItem.get(consumption.key) ?? { observed: 0, expected: 0, category: undefined };
      item.observed += x;
      item.expected += expected;
      item.category = categories.get(consumption.key) ?? item.category;
      byItem.set(consumption.key, item);
    }
  }
  return {
    evidence: Array.from(byItem, ([key, item]) => ({ key, ...item })),
    dispersion: pairs === 0 ? 1 : squares / pairs,
  };
}

/** Posterior mean of a pace whose prior has mean 1; without a weight nothing is known to differ. */
function shrunk(
  { observed, expected }: { observed: number; expected: number },
  weight: number | undefined,
): number {
  return weight === undefined ? 1 : (observed + weight) / (expected + weight);
}

/** Weight of the prior in expected repurchases: the larger, the more alike items are. */
function fitWeight(
  groups: readonly { readonly observed: number; readonly expected: number }[],
): number | undefined {
  if (groups.length < itemsMin) return undefined;
  const result = maximiseLikelihood(withWeakPrior(negativeBinomial(groups), [5], 1.5), [[5], [0.5], [50]]);
  return result.ok ? result.maximum.parameters[0] : undefined;
}

/** Log-likelihood of Poisson counts whose paces are Gamma(weight, weight), less what does not depend on the weight. */
function negativeBinomial(
  groups: readonly { readonly observed: number; readonly expected: number }[],
): LogLikelihood {
  return ([logWeight = 0], gradient) => {
    const weight = Math.exp(logWeight);
    let value = 0;
    let slope = 0;
    for (const { observed, expected } of groups) {
      const total = observed + weight;
      const rate = expected + weight;
      value += logGamma(total) - logGamma(weight) + weight * logWeight - total * Math.log(rate);
      slope += digamma(total) - digamma(weight) + logWeight + 1 - Math.log(rate) - total / rate;
    }
    gradient[0] = weight * slope;
    return value;
  };
}

function strongest<T extends { readonly key: string; readonly expected: number }>(
  groups: readonly T[],
  max: number,
  bytesMax: number,
): T[] {
  const sorted = [...groups].sort((a, b) => b.expected - a.expected || (a.key < b.key ? -1 : 1));
  return withinBytes(sorted.slice(0, max), ({ key }) => [key], bytesMax);
}

/** Three digits are more than is known, and keep the stored model small; never 0. */
function rounded(value: number): number {
  return Math.max(1e-3, Number(value.toPrecision(3)));
}
