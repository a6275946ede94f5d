import type { PurchaseEvent } from '../event/purchase-event.ts';
import { addPurchase } from './consumption.ts';
import {
  type CustomerState,
  msPerDay,
  type RecentItem,
  type RecentPurchase,
  type SettledConsumption,
  type StateOptions,
} from './customer-state.ts';
import { insertSorted } from './sorted.ts';

export type RecentConsumption = Pick<CustomerState, 'recent' | 'products' | 'categories' | 'evicted'>;

/**
 * Adds events to the purchases kept with items, and settles those that no longer fit, oldest first, into consumption
 * by product and category. Bounded consumption can only be exact in order of time, so `recent` is the reorder buffer
 * in front of it: any disorder within the last 20 purchases, or 28 days (up to 64 purchases), changes nothing.
 */
export function foldRecent(
  before: RecentConsumption,
  events: readonly PurchaseEvent[],
  newestAtMs: number,
  options: StateOptions,
): RecentConsumption {
  let recent = before.recent;
  let evicted = before.evicted;
  for (const event of events) {
    const purchase = recentPurchase(event, options);
    recent = insertSorted(recent, purchase.purchase);
    evicted += purchase.dropped;
  }
  const settleCount = countToSettle(recent, newestAtMs, options);
  if (settleCount === 0) return { recent, products: before.products, categories: before.categories, evicted };
  const leaving = recent.slice(0, settleCount);
  const products = settle(before.products, leaving, (item) => item.productId, options.consumptionMax);
  const categories = settle(before.categories, leaving, (item) => item.category, options.consumptionMax);
  return {
    recent: recent.slice(settleCount),
    products: products.kept,
    categories: categories.kept,
    evicted: evicted + products.evicted + categories.evicted,
  };
}

function countToSettle(recent: readonly RecentPurchase[], newestAtMs: number, options: StateOptions): number {
  const oldestMs = newestAtMs - options.recentDays * msPerDay;
  let leaving = Math.max(0, recent.length - options.recentMax);
  while (
    recent.length - leaving > options.recentMin &&
    (recent[leaving] as RecentPurchase).atMs <= oldestMs
  ) {
    leaving += 1;
  }
  return leaving;
}

function settle(
  settled: readonly SettledConsumption[],
  purchases: readonly RecentPurchase[],
  keyOf: (item: RecentItem) => string | undefined,
  consumptionMax: number,
): { kept: readonly SettledConsumption[]; evicted: number } {
  const byKey = new Map(settled.map((consumption) => [consumption.key, consumption]));
  let evicted = 0;
  // The bound is applied after each purchase, so that the result doesn't depend on how purchases were batched.
  for (const purchase of purchases) {
    addPurchase(byKey, purchase, keyOf);
    evicted += evictLeastUsed(byKey, consumptionMax);
  }
  const kept = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { kept, evicted };
}

/** Evicts the least often bought beyond the bound; among equals the least recent, then by key. */
function evictLeastUsed(byKey: Map<string, SettledConsumption>, consumptionMax: number): number {
  const excess = byKey.size - consumptionMax;
  if (excess <= 0) return 0;
  const order = [...byKey.values()].sort(
    (a, b) => a.count - b.count || a.lastAtMs - b.lastAtMs || (a.key < b.key ? -1 : 1),
  );
  for (const consumption of order.slice(0, excess)) byKey.delete(consumption.key);
  return excess;
}

function recentPurchase(
  event: PurchaseEvent,
  options: StateOptions,
): { purchase: RecentPurchase; dropped: number } {
  const byProduct = new Map<
    string,
    { productId: string; category: string | undefined; quantityMilli: number }
  >();
  let dropped = 0;
  let bytes = 0;
  for (const { productId, category, quantityMilli } of event.items) {
    const known = byProduct.get(productId);
    if (known) {
      known.quantityMilli += quantityMilli;
      continue;
    }
    bytes += Buffer.byteLength(productId) + Buffer.byteLength(category ?? '');
    if (byProduct.size >= options.itemsPerPurchaseMax || bytes > options.itemBytesPerPurchaseMax)
      dropped += 1;
    else byProduct.set(productId, { productId, category, quantityMilli });
  }
  const items: RecentItem[] = [...byProduct.values()];
  return { purchase: { atMs: event.occurredAtMs, hash: event.eventHash, items }, dropped };
}
