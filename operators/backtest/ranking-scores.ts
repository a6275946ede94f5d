import type { RankingScores, RankingScoresAtK } from './backtest-report.ts';

/** Lengths of the head of a ranking that is scored. */
export const rankingCutoffs = [5, 10, 20] as const;

/** An item of a ranking, likeliest first. */
export interface ScoredItem {
  readonly key: string;
  /** True for one the customer had not bought before. */
  readonly isNew: boolean;
}

interface Sums {
  customers: number;
  /** By cutoff. */
  readonly recall: number[];
  readonly ndcg: number[];
  readonly phr: number[];
}

/**
 * Means over customers of how well rankings hit what was bought.
 *
 * Recall@k is hits among the first k / items bought. NDCG@k divides the discounted hits by those of an ideal ranking of
 * everything bought (min(k, bought) hits at the top). PHR@k is the share of customers with at least one hit.
 * `all` scores the ranking as it is against everything bought; `repeat` its known items against those of the truth that were
 * bought before, `new` its new items against the others. A customer with nothing to hit counts in no mean.
 *
 * @see Li, Jullien, Ariannezhad, de Rijke (2023), A Next Basket Recommendation Reality Check, section 4
 */
export class RankingScorer {
  private readonly all = noSums();
  private readonly repeat = noSums();
  private readonly new = noSums();

  /**
   * @param ranked likeliest first, each key once; 20 or more items for all cutoffs to be filled
   * @param truth what was bought
   * @param bought what the customer had bought before
   */
  add(
    ranked: readonly ScoredItem[],
    truth: ReadonlySet<string>,
    bought: { has(key: string): boolean },
  ): void {
    let repeats = 0;
    for (const key of truth) if (bought.has(key)) repeats += 1;
    const known = ranked.filter(({ key }) => bought.has(key));
    const unknown = ranked.filter(({ key }) => !bought.has(key));
    score(this.all, ranked, truth, truth.size);
    score(this.repeat, known, truth, repeats);
    score(this.new, unknown, truth, truth.size - repeats);
  }

  /** Without any cutoff where no customer had anything to hit: there is no mean of nobody. */
  scores(): RankingScores {
    return {
      customers: this.all.customers,
      all: means(this.all),
      repeat: means(this.repeat),
      new: means(this.new),
    };
  }
}

function noSums(): Sums {
  return {
    customers: 0,
    recall: rankingCutoffs.map(() => 0),
    ndcg: rankingCutoffs.map(() => 0),
    phr: rankingCutoffs.map(() => 0),
  };
}

function score(sums: Sums, ranked: readonly ScoredItem[], truth: ReadonlySet<string>, toHit: number): void {
  if (toHit === 0) return;
  sums.customers += 1;
  for (const [index, k] of rankingCutoffs.entries()) {
    let hits = 0;
    let gain = 0;
    for (let rank = 0; rank < Math.min(k, ranked.length); rank += 1) {
      if (!truth.has((ranked[rank] as ScoredItem).key)) continue;
      hits += 1;
      gain += discount(rank);
    }
    let ideal = 0;
    for (let rank = 0; rank < Math.min(k, toHit); rank += 1) ideal += discount(rank);
    sums.recall[index] = (sums.recall[index] as number) + hits / toHit;
    sums.ndcg[index] = (sums.ndcg[index] as number) + gain / ideal;
    sums.phr[index] = (sums.phr[index] as number) + (hits > 0 ? 1 : 0);
  }
}

function discount(rank: number): number {
  return 1 / Math.log2(rank + 2);
}

function means({ customers, recall, ndcg, phr }: Sums): RankingScoresAtK[] {
  if (customers === 0) return [];
  const mean = (sums: readonly number[], index: number) => (sums[index] as number) / customers;
  return rankingCutoffs.map((k, index) => ({
    k,
    recall: mean(recall, index),
    ndcg: mean(ndcg, index),
    phr: mean(phr, index),
  }));
}
