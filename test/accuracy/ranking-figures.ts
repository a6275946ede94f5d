import { join } from 'node:path';
import type { RankingScores } from '../../operators/backtest/backtest-report.ts';
import { backtestNextBasket } from '../../pipeline/backtest/next-basket.ts';
import { atLeast, type Figure, figureOf, fourDigits } from './figure.ts';
import { runOn } from './run-on.ts';

/** How much better than personal frequency a ranking has to be. */
const gainMin = 1.1;

/** Fifty supermarket cards, a week and a month ahead: products and categories. */
export async function coopFigures(dataFolder: string): Promise<Figure[]> {
  const found: Figure[] = [];
  for (const days of [7, 30]) {
    const { products, categories } = await runOn(join(dataFolder, 'coop-50.csv.gz'), '2013-01-01', days);
    found.push(
      ...rankingFigures(`${days} days, products`, products),
      ...rankingFigures(`${days} days, categories`, categories),
    );
  }
  return found;
}

function rankingFigures(what: string, rankings: Readonly<Record<string, RankingScores>> | null): Figure[] {
  return (['recall', 'ndcg'] as const).map((key) => {
    const personal = atTen(rankings?.['personal-frequency'], key);
    const beside = Object.entries(rankings ?? {})
      .filter(([name]) => name !== 'model')
      .map(([name, scores]) => `${name} ${fourDigits(atTen(scores, key) ?? 0)}`);
    const least = (personal ?? Number.POSITIVE_INFINITY) * gainMin;
    return figureOf(
      `${what} ${labels[key]}@10, to personal frequency + 10 %`,
      atTen(rankings?.model, key),
      atLeast(least, fourDigits(least)),
      { beside: beside.join(', ') },
    );
  });
}

/** The next basket of half of the Ta-Feng customers, from all baskets before it. */
export async function taFengFigures(dataFolder: string): Promise<Figure[]> {
  const { rankers } = await backtestNextBasket({
    historyPath: join(dataFolder, 'tafeng-baskets-history.csv.gz'),
    truthPath: join(dataFolder, 'tafeng-next-basket-dev.csv.gz'),
  });
  const model = rankers.find(({ name }) => name === 'model');
  const beside = (key: 'recall' | 'ndcg') => ({
    beside: rankers
      .filter(({ name }) => name !== 'model')
      .map(({ name, scores }) => `${name} ${fourDigits(atTen(scores, key) ?? 0)}`)
      .join(', '),
  });
  return [
    figureOf('Recall@10', atTen(model?.scores, 'recall'), atLeast(0.135), beside('recall')),
    figureOf('NDCG@10', atTen(model?.scores, 'ndcg'), atLeast(0.112), beside('ndcg')),
    {
      name: 'time for one customer',
      bound: 'said',
      figure: model === undefined ? 'none' : `${(model.microsPerCustomer / 1_000).toFixed(2)} ms`,
      ok: model !== undefined,
    },
  ];
}

const labels = { recall: 'Recall', ndcg: 'NDCG' } as const;

function atTen(scores: RankingScores | undefined, key: 'recall' | 'ndcg'): number | null {
  return scores?.all.find(({ k }) => k === 10)?.[key] ?? null;
}
