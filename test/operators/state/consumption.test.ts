import { describe, expect, test } from 'vitest';
import { consumptionByCategory, consumptionByProduct } from '../../../operators/state/consumption.ts';
import { defaultStateOptions } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { boughtOn } from '../../fixtures/purchases.ts';

const tea = { productId: 'tea', category: 'drinks' };
const mug = { productId: 'mug' };

const byKey = <T extends { key: string }>(list: readonly T[]) => new Map(list.map((one) => [one.key, one]));

describe('consumptionByProduct', () => {
  test('counts purchases and net units, and the gaps between recent ones in days', () => {
    const events = [
      boughtOn(0, { lines: [tea, mug] }),
      boughtOn(10, { lines: [{ ...tea, quantity: 3 }] }),
      boughtOn(14, { lines: [tea] }),
    ];
    const products = byKey(consumptionByProduct(foldEvents(emptyState, events).state));
    expect(products.get('tea')).toMatchObject({
      count: 3,
      quantityMilli: 5_000,
      firstAtMs: boughtOn(0).occurredAtMs,
      lastAtMs: boughtOn(14).occurredAtMs,
    });
    expect(products.get('tea')?.gaps.count).toBe(2);
    expect(products.get('tea')?.gaps.sumDays).toBeCloseTo(14, 12);
    expect(products.get('tea')?.gaps.sumLogDays).toBeCloseTo(Math.log(40), 12);
    expect(products.get('mug')?.gaps).toEqual({ count: 0, sumDays: 0, sumLogDays: 0 });
  });

  test('takes a repeat within the hour for a gap of an hour', () => {
    const events = [boughtOn(0, { lines: [tea] }), boughtOn(0.001, { lines: [tea] })];
    const [product] = consumptionByProduct(foldEvents(emptyState, events).state);
    expect(product?.gaps.sumDays).toBeCloseTo(1 / 24, 12);
  });

  test('adds the recent purchases on top of what has settled, with gaps of the recent only', () => {
    const events = [0, 10, 20].map((day) => boughtOn(day, { lines: [tea] }));
    const { state } = foldEvents(emptyState, events, { ...defaultStateOptions, recentMin: 2 });
    expect(state.recent).toHaveLength(3);
    const settled = foldEvents(emptyState, events, {
      ...defaultStateOptions,
      recentMin: 2,
      recentDays: 5,
    }).state;
    expect(settled.recent).toHaveLength(2);
    const [product] = consumptionByProduct(settled);
    expect(product).toMatchObject({ count: 3, quantityMilli: 3_000, gaps: { count: 1 } });
    expect(product?.firstAtMs).toBe(boughtOn(0).occurredAtMs);
  });

  test('does not take a return for a purchase', () => {
    const events = [
      boughtOn(0, { lines: [tea] }),
      boughtOn(1, { lines: [{ ...tea, quantity: -1 }] }),
      boughtOn(2, { lines: [{ ...mug, quantity: -1 }] }),
    ];
    const products = consumptionByProduct(foldEvents(emptyState, events).state);
    expect(products).toMatchObject([{ key: 'tea', count: 1, quantityMilli: 0, gaps: { count: 0 } }]);
  });

  test('leaves the state as it was', () => {
    const { state } = foldEvents(emptyState, [boughtOn(0, { lines: [tea] })]);
    const before = structuredClone(state);
    consumptionByProduct(state);
    consumptionByCategory(state);
    expect(state).toEqual(before);
  });
});

describe('consumptionByCategory', () => {
  test('counts an order of several products of a category once, and items without one nowhere', () => {
    const lines = [tea, { productId: 'coffee', category: 'drinks', quantity: 2 }, mug];
    const { state } = foldEvents(emptyState, [boughtOn(0, { lines })]);
    expect(consumptionByCategory(state)).toMatchObject([{ key: 'drinks', count: 1, quantityMilli: 3_000 }]);
  });
});
