import { describe, expect, test } from 'vitest';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { type CustomerState, defaultStateOptions } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { boughtOn, type Line } from '../../fixtures/purchases.ts';

function fold(
  events: readonly PurchaseEvent[],
  options: Partial<typeof defaultStateOptions> = {},
): CustomerState {
  return foldEvents(emptyState, events, { ...defaultStateOptions, ...options }).state;
}

const onDays = (count: number, gapDays: number) =>
  Array.from({ length: count }, (_, index) => boughtOn(index * gapDays));

const withLines = (day: number, lines: readonly Line[]) => fold([boughtOn(day, { lines })]).recent[0];

describe('the recent purchases', () => {
  test('hold the newest 20 however old they are, and settle the 21st', () => {
    expect(fold(onDays(20, 40)).recent).toHaveLength(20);
    expect(fold(onDays(20, 40)).products).toEqual([]);
    const { recent, products } = fold(onDays(21, 40));
    expect(recent).toHaveLength(20);
    expect(recent[0]?.atMs).toBe(boughtOn(40).occurredAtMs);
    expect(products).toMatchObject([{ key: 'tea', count: 1 }]);
  });

  test('hold those of the last 28 days up to 64, and no more', () => {
    expect(fold(onDays(64, 0.25)).recent).toHaveLength(64);
    expect(fold(onDays(65, 0.25)).recent).toHaveLength(64);
    expect(fold(onDays(40, 1)).recent).toHaveLength(28);
  });

  test('settle a purchase exactly 28 days older than the newest, and keep one a moment younger', () => {
    const busy = Array.from({ length: 20 }, (_, index) => boughtOn(20 + index / 100));
    const last = boughtOn(28);
    expect(fold([boughtOn(0), ...busy, last]).recent).toHaveLength(21);
    expect(fold([boughtOn(0.001), ...busy, last]).recent).toHaveLength(22);
  });

  test('add up the lines of one product and sort by product, whatever the order of the lines', () => {
    const lines = [
      { productId: 'tea', category: 'other', quantity: 2 },
      { productId: 'mug', quantity: 1 },
      { productId: 'tea', quantity: 4 },
      { productId: 'tea', category: 'drinks', quantity: -3 },
    ];
    const items = [
      { productId: 'mug', category: undefined, quantityMilli: 1_000 },
      { productId: 'tea', category: 'drinks', quantityMilli: 3_000 },
    ];
    expect(withLines(0, lines)?.items).toEqual(items);
    expect(withLines(0, [...lines].reverse())?.items).toEqual(items);
  });

  test('keep the bound of distinct products, and count the rest as evicted', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ productId: `p${index}`, category: 'c' }));
    const options = { itemsPerPurchaseMax: 3 };
    const full = fold([boughtOn(0, { lines: lines(3) })], options);
    expect([full.recent[0]?.items.length, full.evicted]).toEqual([3, 0]);
    const over = fold([boughtOn(0, { lines: lines(5) })], options);
    expect([over.recent[0]?.items.length, over.evicted]).toEqual([3, 2]);
    const again = [...lines(3), { productId: 'p0' }];
    expect(fold([boughtOn(0, { lines: again })], options).evicted).toBe(0);
  });

  test('keep the bound of characters, of products and their categories', () => {
    const lines = [
      { productId: 'aaaa', category: 'cc' },
      { productId: 'bb', category: undefined },
      { productId: 'c', category: undefined },
    ];
    const kept = (itemCharactersPerPurchaseMax: number) => {
      const { recent, evicted } = fold([boughtOn(0, { lines })], { itemCharactersPerPurchaseMax });
      return [recent[0]?.items.length, evicted];
    };
    expect([kept(9), kept(8), kept(7), kept(5)]).toEqual([
      [3, 0],
      [2, 1],
      [1, 2],
      [0, 3],
    ]);
  });
});

describe('settled consumption', () => {
  const options = { recentMin: 1, recentDays: 0, consumptionMax: 2 };
  const bought = (day: number, ...products: string[]) =>
    boughtOn(day, { lines: products.map((productId) => ({ productId, category: 'all' })) });

  test('counts purchases, net units, first and last, sorted by key', () => {
    const { products, categories } = fold([bought(0, 'b'), bought(1, 'a', 'b'), bought(2, 'z')], options);
    expect(products).toEqual([
      {
        key: 'a',
        count: 1,
        quantityMilli: 1_000,
        firstAtMs: boughtOn(1).occurredAtMs,
        lastAtMs: boughtOn(1).occurredAtMs,
      },
      {
        key: 'b',
        count: 2,
        quantityMilli: 2_000,
        firstAtMs: boughtOn(0).occurredAtMs,
        lastAtMs: boughtOn(1).occurredAtMs,
      },
    ]);
    expect(categories).toMatchObject([{ key: 'all', count: 2, quantityMilli: 3_000 }]);
  });

  test('evicts the least often bought beyond its bound, and counts it', () => {
    const state = fold(
      [bought(0, 'a'), bought(1, 'a'), bought(2, 'b'), bought(3, 'c'), bought(4, 'z')],
      options,
    );
    expect(state.products.map(({ key }) => key)).toEqual(['a', 'c']);
    expect(state.evicted).toBe(1);
  });

  test('evicts among equals the least recently bought, then the first by key', () => {
    const oldest = fold([bought(0, 'b'), bought(1, 'a'), bought(2, 'c'), bought(3, 'z')], options);
    expect(oldest.products.map(({ key }) => key)).toEqual(['a', 'c']);
    const tied = fold([bought(0, 'c', 'a', 'b'), bought(3, 'z')], options);
    expect(tied.products.map(({ key }) => key)).toEqual(['b', 'c']);
  });

  test('is lowered by returns, whether they settle before the purchase or after it', () => {
    const returned = (day: number, productId: string) =>
      boughtOn(day, { lines: [{ productId, quantity: -1 }] });
    const events = [returned(0, 'a'), bought(1, 'a'), returned(2, 'a'), returned(3, 'b'), bought(4, 'z')];
    const { products } = fold(events, options);
    expect(products).toMatchObject([
      { key: 'a', count: 1, quantityMilli: -1_000 },
      { key: 'b', count: 0, quantityMilli: -1_000, firstAtMs: boughtOn(3).occurredAtMs },
    ]);
    expect(products[0]).toMatchObject({
      firstAtMs: boughtOn(1).occurredAtMs,
      lastAtMs: boughtOn(1).occurredAtMs,
    });
  });
});
