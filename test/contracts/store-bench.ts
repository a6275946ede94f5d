import { expect } from 'vitest';
import type { PurchaseItem } from '../../operators/event/purchase-event.ts';
import type { Page, PageRequest, Stores } from '../../sinks/stores.ts';

/** What a test works on: fresh stores, and the wall clock they go by, which it may set. */
export interface StoreBench {
  stores: Stores;
  nowMs: number;
}

export const dayMs = 86_400_000;

export function lines(count: number, productId: (index: number) => string): PurchaseItem[] {
  return Array.from({ length: count }, (_, index) => ({
    productId: productId(index),
    category: 'any',
    quantityMilli: 1_000,
    unitPriceMicros: 1_000_000,
  }));
}

/** Lines whose product ids can't be compressed much. */
export function noisyLines(count: number, idLength: number, seed: number): PurchaseItem[] {
  let state = seed;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 2).toString(36);
  };
  return lines(count, () => Array.from({ length: 26 }, noise).join('').slice(0, idLength));
}

/** Goes through a listing to its end. */
export async function allPages<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await list({ limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}
