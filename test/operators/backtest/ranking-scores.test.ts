import { describe, expect, test } from 'vitest';
import { RankingScorer } from '../../../operators/backtest/ranking-scores.ts';

const discount = (rank: number) => 1 / Math.log2(rank + 1);

function scored(ranked: readonly string[], truth: readonly string[], bought: readonly string[]) {
  const known = new Set(bought);
  const scorer = new RankingScorer();
  scorer.add(
    ranked.map((key) => ({ key, isNew: !known.has(key) })),
    new Set(truth),
    known,
  );
  return scorer.scores();
}

describe('scores of a ranking', () => {
  test('count hits at their ranks, against an ideal over everything bought', () => {
    const { all } = scored(['a', 'x', 'b', 'y', 'z', 'c'], ['a', 'b', 'c', 'd'], []);
    const ideal = discount(1) + discount(2) + discount(3) + discount(4);
    expect(all[0]).toEqual({ k: 5, recall: 0.5, ndcg: (discount(1) + discount(3)) / ideal, phr: 1 });
    expect(all[1]?.recall).toBe(0.75);
    expect(all[1]?.ndcg).toBeCloseTo((discount(1) + discount(3) + discount(6)) / ideal, 12);
  });

  test('the ideal has no more hits than places', () => {
    const everything = Array.from({ length: 30 }, (_, index) => `p${index}`);
    const { all } = scored(everything, everything, []);
    expect(all.map(({ k, recall, ndcg }) => [k, recall, ndcg])).toEqual([
      [5, 5 / 30, 1],
      [10, 10 / 30, 1],
      [20, 20 / 30, 1],
    ]);
  });

  test('known and new items are scored apart, each against its part of the truth and by its own ranks', () => {
    const { repeat, new: fresh } = scored(['n1', 'r1', 'n2', 'r2'], ['r1', 'n2'], ['r1', 'r2', 'r3']);
    expect(repeat[0]).toEqual({ k: 5, recall: 1, ndcg: 1, phr: 1 });
    expect(fresh[0]).toEqual({ k: 5, recall: 1, ndcg: discount(2), phr: 1 });
  });

  test('a customer with nothing to hit counts in no mean', () => {
    const scorer = new RankingScorer();
    scorer.add([{ key: 'a', isNew: false }], new Set(), new Set(['a']));
    scorer.add([{ key: 'a', isNew: false }], new Set(['a']), new Set(['a']));
    const { customers, all, new: fresh } = scorer.scores();
    expect(customers).toBe(1);
    expect(all[1]).toEqual({ k: 10, recall: 1, ndcg: 1, phr: 1 });
    // Nobody bought anything new: there is no mean of nobody, rather than one of 0.
    expect(fresh).toEqual([]);
  });

  test('an empty ranking hits nothing', () => {
    expect(scored([], ['a'], []).all[2]).toEqual({ k: 20, recall: 0, ndcg: 0, phr: 0 });
  });
});
