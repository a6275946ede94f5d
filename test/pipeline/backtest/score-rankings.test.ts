import { expect, test } from 'vitest';
import { boughtProducts, ItemHistories } from '../../../operators/backtest/item-histories.ts';
import { type RankingCase, scoreRankings } from '../../../pipeline/backtest/score-rankings.ts';
import { boughtOn } from '../../fixtures/purchases.ts';

/** The customer bought tea on two days, then rice and oats on one each; all others buy bags. */
function histories(): ItemHistories {
  const found = new ItemHistories(boughtProducts);
  const buy = (customerId: string, day: number, ...products: string[]) =>
    found.add(boughtOn(day, { customerId, lines: products.map((productId) => ({ productId })) }), true);
  buy('c-1', 0, 'tea', 'oats');
  buy('c-1', 1, 'tea');
  buy('c-1', 2, 'rice');
  for (const customerId of ['a', 'b', 'c']) buy(customerId, 0, 'bag');
  return found;
}

function scoresOf(truth: readonly string[], ranked?: RankingCase['ranked']) {
  return scoreRankings([{ customerId: 'c-1', ranked, truth: new Set(truth) }], histories());
}

/** NDCG of a single hit tells its place: 1 for the first, .6309 for the second, .5 for the third, .4307 for the fourth. */
function ndcg(scores: ReturnType<typeof scoresOf>, name: string): number | undefined {
  return scores[name]?.all[0]?.ndcg;
}

test('personal frequency ranks by days, of equally often bought the newest first', () => {
  expect(ndcg(scoresOf(['tea']), 'personal-frequency')).toBe(1);
  expect(ndcg(scoresOf(['rice']), 'personal-frequency')).toBeCloseTo(1 / Math.log2(3), 12);
  expect(ndcg(scoresOf(['oats']), 'personal-frequency')).toBe(0.5);
  expect(ndcg(scoresOf(['bag']), 'personal-frequency')).toBe(0);
});

test('popular items come first for everyone, or behind the customer’s own', () => {
  expect(ndcg(scoresOf(['bag']), 'popularity')).toBe(1);
  expect(ndcg(scoresOf(['bag']), 'personal-then-popular')).toBeCloseTo(1 / Math.log2(5), 12);
  expect(ndcg(scoresOf(['tea']), 'personal-then-popular')).toBe(1);
});

test('what is new to the customer is scored apart', () => {
  const scores = scoresOf(['bag', 'tea']);
  expect(scores.popularity?.new[0]).toMatchObject({ recall: 1, ndcg: 1, phr: 1 });
  expect(scores['personal-frequency']?.new[0]).toMatchObject({ recall: 0 });
  expect(scores['personal-frequency']?.repeat[0]).toMatchObject({ recall: 1, ndcg: 1 });
});

test('without a model there are no scores of one', () => {
  expect(scoresOf(['tea']).model).toBeUndefined();
  expect(scoresOf(['tea'], [{ key: 'tea', isNew: false }]).model?.all[0]?.recall).toBe(1);
});
