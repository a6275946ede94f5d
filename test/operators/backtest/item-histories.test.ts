import { describe, expect, test } from 'vitest';
import {
  boughtCategories,
  boughtProducts,
  ItemHistories,
} from '../../../operators/backtest/item-histories.ts';
import { utcDay } from '../../../operators/state/customer-state.ts';
import { baseMs, boughtOn, type Line } from '../../fixtures/purchases.ts';

const lines: Line[] = [
  { productId: 'tea', category: 'drink' },
  { productId: 'rice', category: 'grain' },
  { productId: 'oats', category: 'grain' },
  { productId: 'cup', category: 'kitchen', quantity: -1 },
  { productId: 'bag' },
];

describe('item histories', () => {
  test('count days, not orders, and remember the newest', () => {
    const histories = new ItemHistories(boughtProducts);
    for (const day of [0, 0.2, 3]) histories.add(boughtOn(day, { lines: [{ productId: 'tea' }] }), true);
    expect(histories.of('c-1').get('tea')).toMatchObject({ count: 2, lastDay: utcDay(baseMs) + 3 });
    expect(histories.of('nobody').size).toBe(0);
  });

  test('count each day once in whatever order the orders come', () => {
    const histories = new ItemHistories(boughtProducts);
    for (const day of [5, 3, 5.1, 0, 3.2, 0.1]) {
      histories.add(boughtOn(day, { lines: [{ productId: 'tea' }] }), true);
    }
    expect(histories.of('c-1').get('tea')).toMatchObject({ count: 3, lastDay: utcDay(baseMs) + 5 });
  });

  test('take what was bought for an item, and not what was returned or has no category', () => {
    const event = boughtOn(0, { lines });
    expect([...boughtProducts(event)]).toEqual(['tea', 'rice', 'oats', 'bag']);
    expect([...boughtCategories(event)]).toEqual(['drink', 'grain']);
  });

  test('know what is popular also of customers that are not remembered', () => {
    const histories = new ItemHistories(boughtProducts);
    histories.add(
      boughtOn(0, { customerId: 'a', lines: [{ productId: 'tea' }, { productId: 'rice' }] }),
      true,
    );
    histories.add(boughtOn(1, { customerId: 'b', lines: [{ productId: 'rice' }] }), false);
    histories.add(boughtOn(2, { customerId: 'b', lines: [{ productId: 'bag' }] }), false);
    expect(histories.of('b').size).toBe(0);
    expect(histories.items).toBe(3);
    expect(histories.mostPopular(3)).toEqual(['rice', 'bag', 'tea']);
    expect(histories.mostPopular(1)).toEqual(['rice']);
  });
});
