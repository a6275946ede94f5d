import { describe, expect, test } from 'vitest';
import { predictCategories, predictProducts } from '../../../operators/predict/replenishment.ts';
import type { RepurchasePaces } from '../../../operators/predict/repurchase-paces.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { atDay, type Bought, customer, model } from './factories.ts';

function context(
  purchases: readonly Bought[],
  day: number,
  over: { top?: number; probabilityAlive?: number } = {},
) {
  return {
    state: customer(purchases),
    model,
    asOfMs: atDay(day),
    probabilityAlive: 0.9,
    purchaseRate: 0.14,
    top: 10,
    ...over,
  };
}

/** Tea every fourth week, milk every week, a gift once, bread until it was given up. */
const household: Bought[] = Array.from({ length: 24 }, (_, week) => ({
  day: week * 7,
  products: [
    'milk',
    ...(week % 4 === 0 ? ['tea'] : []),
    ...(week === 3 ? ['gift'] : []),
    ...(week < 9 ? ['bread'] : []),
  ],
}));

describe('replenishment', () => {
  test('lists what is bought again soonest first, with the time of its last purchase', () => {
    const products = predictProducts(context(household, 164));
    expect(products[0]).toMatchObject({
      productId: 'milk',
      purchases: 24,
      lastAtMs: atDay(161),
      category: 'kind of milk',
    });
    expect(products.map(({ productId }) => productId).indexOf('gift')).toBeGreaterThanOrEqual(2);
    const probabilities = products.map((product) => product.repurchaseProbability[30]);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
  });

  test('probabilities rise with the horizon and never exceed that the customer is there', () => {
    for (const product of predictProducts(context(household, 164))) {
      expect(product.repurchaseProbability[7]).toBeGreaterThan(0);
      expect(product.repurchaseProbability[7]).toBeLessThanOrEqual(product.repurchaseProbability[30]);
      expect(product.repurchaseProbability[30]).toBeLessThanOrEqual(0.9);
    }
    expect(
      predictProducts(context(household, 164, { probabilityAlive: 0 }))[0]?.repurchaseProbability[30],
    ).toBe(0);
  });

  test('a product bought every fourth week is due about four weeks after its last purchase', () => {
    const tea = predictProducts(context(household, 145)).find(({ productId }) => productId === 'tea');
    const waitDays = ((tea?.expectedAtMs ?? 0) - atDay(140)) / msPerDay;
    expect(waitDays).toBeGreaterThan(24);
    expect(waitDays).toBeLessThan(36);
  });

  test('a product passed over many times has been given up, though it was bought more often than another', () => {
    const products = predictProducts(context(household, 164));
    const of = (id: string) =>
      products.find(({ productId }) => productId === id)?.repurchaseProbability[30] ?? 0;
    expect(of('bread')).toBeLessThan(0.1);
    expect(of('tea')).toBeGreaterThan(0.5);
  });

  test('names the usual gap from two purchases on, and its evenness from three', () => {
    const products = predictProducts(context(household, 145));
    const of = (id: string) => products.find(({ productId }) => productId === id);
    expect(of('tea')?.usualGapDays).toBeGreaterThan(22);
    expect(of('tea')?.usualGapDays).toBeLessThan(34);
    expect(of('milk')?.usualGapDays).toBeLessThan(9);
    expect(of('tea')?.regularity).toBeGreaterThan(2);
    expect(of('gift')).toMatchObject({ usualGapDays: undefined, regularity: undefined });
  });

  test('a product bought once goes by the pace of itself, else of its category, else of all', () => {
    const present = (paces: RepurchasePaces | undefined) => {
      const { products, categories } = model.replenishment;
      const paced = { ...model, replenishment: { products: { ...products, paces }, categories } };
      const purchases = household.map(({ day, products = [] }, week) => {
        return { day, products: week === 20 ? [...products, 'present'] : products };
      });
      const found = predictProducts({ ...context(purchases, 164), model: paced });
      return found.find(({ productId }) => productId === 'present')?.repurchaseProbability[30] ?? 0;
    };
    const weights = { items: 1, categories: 1 };
    const ofItem = present({ items: [['present', 3]], categories: [['kind of present', 0.5]], weights });
    const ofCategory = present({ items: [['tea', 3]], categories: [['kind of present', 2]], weights });
    const ofAll = present(undefined);
    expect(ofItem).toBeGreaterThan(ofCategory);
    expect(ofCategory).toBeGreaterThan(ofAll);
    expect(present({ items: [], categories: [], weights })).toBe(ofAll);
  });

  test('what was bought once has no date', () => {
    const gift = predictProducts(context(household, 164)).find(({ productId }) => productId === 'gift');
    expect(gift).toMatchObject({ purchases: 1, expectedAtMs: undefined });
  });

  test('the quantity is the mean of a purchase, and never negative', () => {
    const state: Bought[] = [
      { day: 0, quantity: 2 },
      { day: 7, quantity: 4 },
      { day: 8, quantity: -100, spend: -10 },
    ];
    expect(predictProducts(context(state.slice(0, 2), 9))[0]?.expectedQuantityMilli).toBe(3000);
    expect(predictProducts(context(state, 9))[0]?.expectedQuantityMilli).toBe(0);
  });

  test('lists at most what was asked for, and nothing for nothing', () => {
    expect(predictProducts(context(household, 164, { top: 2 }))).toHaveLength(2);
    expect(predictProducts(context(household, 164, { top: 0 }))).toEqual([]);
    expect(predictProducts(context([], 1))).toEqual([]);
  });

  test('categories are predicted the same way', () => {
    const categories = predictCategories(context(household, 164));
    expect(categories[0]).toMatchObject({ category: 'kind of milk', purchases: 24 });
  });
});
