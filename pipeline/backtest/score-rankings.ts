import type { RankingScores } from '../../operators/backtest/backtest-report.ts';
import type { ItemCounts, ItemHistories } from '../../operators/backtest/item-histories.ts';
import { RankingScorer } from '../../operators/backtest/ranking-scores.ts';

/** What was ranked for one customer, and what the customer then bought. */
export interface RankingCase {
  readonly customerId: string;
  /** By the model, likeliest first; undefined without a model. */
  readonly ranked: readonly RankedKey[] | undefined;
  /** Bought within the horizon. */
  readonly truth: ReadonlySet<string>;
}

interface RankedKey {
  readonly key: string;
  readonly isNew: boolean;
}

/** Items each ranking has. */
export const rankedTop = 20;

/**
 * Scores rankings beside the simple ones: what the customer bought on most days, of equally often bought the newest first
 * (`personal-frequency`); what the population bought most often (`popularity`); the first with the second behind it
 * (`personal-then-popular`).
 */
export function scoreRankings(
  cases: Iterable<RankingCase>,
  histories: ItemHistories,
): Record<string, RankingScores> {
  const popular = histories.mostPopular(10 * rankedTop);
  const scorers = {
    model: new RankingScorer(),
    'personal-frequency': new RankingScorer(),
    popularity: new RankingScorer(),
    'personal-then-popular': new RankingScorer(),
  };
  let modelled = false;
  for (const { customerId, ranked, truth } of cases) {
    const counts = histories.of(customerId);
    const personal = personalFrequency(counts);
    const others = popular.map((key) => ({ key, isNew: !counts.has(key) }));
    const filling = others.filter(({ key }) => !personal.some((own) => own.key === key));
    const combined = [...personal, ...filling].slice(0, rankedTop);
    if (ranked !== undefined) {
      modelled = true;
      scorers.model.add(ranked, truth, counts);
    }
    scorers['personal-frequency'].add(personal, truth, counts);
    scorers.popularity.add(others.slice(0, rankedTop), truth, counts);
    scorers['personal-then-popular'].add(combined, truth, counts);
  }
  const { model, ...baselines } = scorers;
  const entries = Object.entries(modelled ? { model, ...baselines } : baselines);
  return Object.fromEntries(entries.map(([name, scorer]) => [name, scorer.scores()]));
}

function personalFrequency(counts: ItemCounts): RankedKey[] {
  return [...counts]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || b.lastDay - a.lastDay || (keyA < keyB ? -1 : 1))
    .slice(0, rankedTop)
    .map(([key]) => ({ key, isNew: false }));
}
