import { describe, expect, test } from 'vitest';
import { fitRanking } from '../../../operators/predict/fit-ranking.ts';
import { rankCategories, rankProducts } from '../../../operators/predict/product-ranking.ts';
import { RankingSample } from '../../../operators/predict/ranking-sample.ts';
import { atDay, type Bought, customer, type Draws, draws, model } from './factories.ts';

/** Each buys two staples of ten often, and gives one of them up after some weeks; whoever bought `printer` comes back for `ink`. */
function shopper(index: number, random: Draws): Bought[] {
  let printer = false;
  return Array.from({ length: 12 }, (_, week) => {
    const products: string[] = [];
    if (random.uniform() < 0.8) products.push(`staple ${index % 10}`);
    if (random.uniform() < (week < 2 + (index % 8) ? 0.8 : 0.05)) products.push(`staple ${(index + 3) % 10}`);
    if (printer) products.push('ink');
    printer = random.uniform() < 0.1;
    if (printer) products.push('printer');
    return { day: week * 7, products: products.length > 0 ? products : ['bag'] };
  });
}

function learned(seed: number) {
  const random = draws(seed);
  const sample = new RankingSample();
  for (let index = 0; index < 200; index += 1) {
    sample.add(customer(shopper(index, random)));
  }
  return { ...model, ranking: fitRanking(sample) };
}

describe('ranking', () => {
  const trained = learned(21);
  const regular: Bought[] = Array.from({ length: 8 }, (_, week) => ({
    day: week * 7,
    products: ['staple 1', ...(week < 2 ? ['staple 2'] : [])],
  }));

  test('is learned from the newest baskets, not assumed, and survives JSON', () => {
    expect(trained.ranking.products.known.method).toBe('penalised');
    expect(trained.ranking.products.new.method).toBe('penalised');
    expect(JSON.parse(JSON.stringify(trained.ranking))).toEqual(trained.ranking);
  });

  test('puts the habit before what was given up, likeliest first, each item once', () => {
    const ranked = rankProducts(customer(regular), trained, atDay(50), { horizonDays: 7, top: 20 });
    expect(ranked[0]).toMatchObject({ key: 'staple 1', isNew: false });
    const keys = ranked.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const scores = ranked.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const score of scores) expect(score).toBeGreaterThan(0);
  });

  test('what follows the last basket in others comes first among what is new', () => {
    const state = customer([...regular, { day: 56, products: ['staple 1', 'printer'] }]);
    const ranked = rankProducts(state, trained, atDay(57), { horizonDays: 7, top: 20 });
    expect(ranked.find(({ isNew }) => isNew)?.key).toBe('ink');
    const scoreOfInk = (items: typeof ranked) => items.find(({ key }) => key === 'ink')?.score ?? 0;
    const without = rankProducts(customer(regular), trained, atDay(57), { horizonDays: 7, top: 20 });
    expect(scoreOfInk(ranked)).toBeGreaterThan(2 * scoreOfInk(without));
  });

  test('lists at most what was asked for, and nothing for a customer who never purchased', () => {
    expect(rankProducts(customer(regular), trained, atDay(50), { horizonDays: 7, top: 2 })).toHaveLength(2);
    expect(rankProducts(customer([]), trained, atDay(50), { horizonDays: 7, top: 2 })).toEqual([]);
  });

  test('categories are ranked the same way', () => {
    const [first] = rankCategories(customer(regular), trained, atDay(50), { horizonDays: 7, top: 3 });
    expect(first).toMatchObject({ key: 'kind of staple 1', isNew: false });
  });

  test('a model without a ranking goes by built-in weights over known items', () => {
    const ranked = rankProducts(customer(regular), model, atDay(50), { horizonDays: 7, top: 5 });
    expect(ranked.map(({ key }) => key)).toEqual(['staple 1', 'staple 2']);
  });

  test('too few customers leave the built-in weights, and say so', () => {
    const sample = new RankingSample();
    sample.add(customer(regular));
    expect(fitRanking(sample).products.known.method).toBe('assumed');
  });
});
