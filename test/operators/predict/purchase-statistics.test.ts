import { describe, expect, test } from 'vitest';
import { purchaseStatistics } from '../../../operators/predict/purchase-statistics.ts';
import { atDay, customer } from './factories.ts';

describe('purchase statistics', () => {
  test('count distinct purchase days after the first, and time in days', () => {
    const state = customer([
      { day: 0.5, spend: 10 },
      { day: 3.25, spend: 20 },
      { day: 3.75, spend: 30 },
      { day: 10.9, spend: 40 },
    ]);
    expect(purchaseStatistics(state, atDay(20.5))).toEqual({
      repeatPurchases: 2,
      recencyDays: 10,
      ageDays: 20.5,
      meanRepeatSpend: 45,
    });
  });

  test('two orders of the first day are no repeat and leave no repeat spend', () => {
    const state = customer([0.1, 0.9]);
    expect(purchaseStatistics(state, atDay(5))).toEqual({ repeatPurchases: 0, recencyDays: 0, ageDays: 5 });
  });

  test('an instant before the last purchase counts as the last purchase', () => {
    const state = customer([0, 10.5]);
    expect(purchaseStatistics(state, atDay(4))).toEqual(purchaseStatistics(state, atDay(10.5)));
  });

  test('age is never below recency, also at the instant of the last purchase', () => {
    const statistics = purchaseStatistics(customer([0.99, 7]), atDay(7));
    expect(statistics).toMatchObject({ recencyDays: 7, ageDays: 7 });
  });

  test('returns are no purchases; a customer who only returned has no statistics', () => {
    expect(purchaseStatistics(customer([{ day: 1, quantity: -1, spend: -9 }]), atDay(2))).toBeUndefined();
    const state = customer([0, 5, { day: 9, quantity: -1, spend: -9 }]);
    expect(purchaseStatistics(state, atDay(9))).toMatchObject({
      repeatPurchases: 1,
      recencyDays: 5,
      meanRepeatSpend: 20,
    });
  });
});
