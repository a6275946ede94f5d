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

/** The lines of an order added up by product, sorted by it: the sequence of lines says nothing. */
function recentPurchase(
  event: PurchaseEvent,
  options: StateOptions,
): { purchase: RecentPurchase; dropped: number } {
  const byProduct = new Map<string, RecentItem>();
  for (const { productId, category, quantityMilli } of event.items) {
    const known = byProduct.get(productId);
    byProduct.set(productId, {
      productId,
      category: known ? firstText(known.category, category) : category,
      quantityMilli: (known?.quantityMilli ?? 0) + quantityMilli,
    });
  }
  const sorted = [...byProduct.values()].sort((a, b) => (a.productId < b.productId ? -1 : 1));
  const items: RecentItem[] = [];
  let characters = 0;
  for (const item of sorted) {
    characters += item.productId.length + (item.category?.length ?? 0);
    if (items.length >= options.itemsPerPurchaseMax || characters > options.itemCharactersPerPurchaseMax)
      break;
    items.push(item);
  }
  const purchase = { atMs: event.occurredAtMs, hash: event.eventHash, items };
  return { purchase, dropped: sorted.length - items.length };
}

function firstText(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
