import { describe, expect, test } from 'vitest';
import { basketHabits, decayedCount, slowHalfLife } from '../../../operators/predict/basket-habits.ts';
import { basketHistory, historyBefore } from '../../../operators/predict/basket-history.ts';
import { type Bought, customer } from './factories.ts';

const weekly: Bought[] = Array.from({ length: 30 }, (_, week) => ({
  day: week * 7,
  products: ['milk', ...(week % 5 === 4 ? ['tea'] : [])],
}));

describe('habits by basket', () => {
  test('count in purchase days, over settled and recent purchases together', () => {
    const { items, days } = basketHabits(basketHistory(customer(weekly), 'products'));
    expect(days).toBe(30);
    expect(items.get('milk')).toMatchObject({ count: 30, since: 0, age: 29 });
    expect(items.get('tea')).toMatchObject({ count: 6, since: 0, age: 25 });
  });

  test('a daily and a monthly buyer of the same baskets have the same habits', () => {
    // As many as are kept with their items, however often somebody buys.
    const few = weekly.slice(0, 20);
    const daily = few.map(({ products }, day) => ({ day, products: products ?? [] }));
    const of = (purchases: readonly Bought[]) => basketHabits(basketHistory(customer(purchases), 'products'));
    expect(of(daily)).toEqual(of(few));
  });

  test('what settled counts as if spread evenly between its first and last purchase', () => {
    let sum = 0;
    for (let age = 5; age <= 25; age += 4) sum += 0.5 ** (age / slowHalfLife);
    expect(decayedCount(6, 5, 25, slowHalfLife)).toBeCloseTo(sum, 12);
    expect(decayedCount(1, 5, 5, slowHalfLife)).toBeCloseTo(0.5 ** (5 / slowHalfLife), 12);
  });

  test('an item bought at every chance has the greatest habit there is', () => {
    const { items, slowMax, fastMax } = basketHabits(basketHistory(customer(weekly), 'products'));
    expect(items.get('milk')?.slow).toBeCloseTo(slowMax, 6);
    expect(items.get('milk')?.fast).toBeCloseTo(fastMax, 6);
  });

  test('a history before the newest baskets is the one the customer had then', () => {
    const now = basketHistory(customer(weekly.slice(0, 18)), 'products');
    const then = basketHistory(customer(weekly.slice(0, 15)), 'products');
    const before = historyBefore(now, 3);
    expect(before.days).toEqual(then.days);
    expect(before.baskets).toEqual(then.baskets);
  });

  test('returns are no purchases', () => {
    const state = customer([
      { day: 0, products: ['milk'] },
      { day: 1, products: ['tea'], quantity: -1, spend: -3 },
    ]);
    expect([...basketHabits(basketHistory(state, 'products')).items.keys()]).toEqual(['milk']);
  });
});
