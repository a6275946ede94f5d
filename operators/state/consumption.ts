import {
  type Consumption,
  type CustomerState,
  type GapStatistics,
  msPerDay,
  type RecentItem,
  type RecentPurchase,
  type SettledConsumption,
} from './customer-state.ts';
import { safeSum } from './safe-sum.ts';

/** Shortest gap that counts for regularity: repeats within the hour are one shopping trip. */
const gapDaysMin = 1 / 24;

const noGaps: GapStatistics = { count: 0, sumDays: 0, sumLogDays: 0 };

type KeyOf = (item: RecentItem) => string | undefined;

/** Consumption of every product still remembered: what has settled, and the recent purchases on top. */
export function consumptionByProduct(state: CustomerState): Consumption[] {
  return consumptionBy(state.recent, state.products, (item) => item.productId);
}

/** The same by category; items without one count nowhere. */
export function consumptionByCategory(state: CustomerState): Consumption[] {
  return consumptionBy(state.recent, state.categories, (item) => item.category);
}

function consumptionBy(
  recent: readonly RecentPurchase[],
  settled: readonly SettledConsumption[],
  keyOf: KeyOf,
): Consumption[] {
  const byKey = new Map(settled.map((consumption) => [consumption.key, consumption]));
  const gapsByKey = new Map<string, GapStatistics>();
  const lastRecentByKey = new Map<string, number>();
  for (const purchase of recent) {
    const quantities = quantityByKey(purchase.items, keyOf);
    addQuantities(byKey, quantities, purchase.atMs);
    for (const [key, quantityMilli] of quantities) {
      if (quantityMilli <= 0) continue;
      const lastMs = lastRecentByKey.get(key);
      if (lastMs !== undefined)
        gapsByKey.set(key, addGap(gapsByKey.get(key) ?? noGaps, purchase.atMs - lastMs));
      lastRecentByKey.set(key, purchase.atMs);
    }
  }
  // What was only returned has not been consumed.
  const consumed: Consumption[] = [];
  for (const { key, count, quantityMilli, firstAtMs, lastAtMs } of byKey.values()) {
    if (count === 0) continue;
    consumed.push({ key, count, quantityMilli, firstAtMs, lastAtMs, gaps: gapsByKey.get(key) ?? noGaps });
  }
  return consumed;
}

/** Adds one purchase to consumption by key, in place; any order of purchases gives the same sums. */
export function addPurchase(
  byKey: Map<string, SettledConsumption>,
  purchase: RecentPurchase,
  keyOf: KeyOf,
): void {
  addQuantities(byKey, quantityByKey(purchase.items, keyOf), purchase.atMs);
}

function addQuantities(
  byKey: Map<string, SettledConsumption>,
  quantities: ReadonlyMap<string, number>,
  atMs: number,
): void {
  for (const [key, quantityMilli] of quantities) {
    const known = byKey.get(key);
    const bought = quantityMilli > 0;
    const { firstAtMs, lastAtMs } = purchaseRange(known, atMs, bought);
    byKey.set(key, {
      key,
      count: (known?.count ?? 0) + (bought ? 1 : 0),
      quantityMilli: safeSum(known?.quantityMilli ?? 0, quantityMilli),
      firstAtMs,
      lastAtMs,
    });
  }
}

/** First and last purchase; of a key that was only returned so far, first and last return. */
function purchaseRange(
  known: SettledConsumption | undefined,
  atMs: number,
  bought: boolean,
): Pick<SettledConsumption, 'firstAtMs' | 'lastAtMs'> {
  if (known === undefined || (bought && known.count === 0)) return { firstAtMs: atMs, lastAtMs: atMs };
  if (!bought && known.count > 0) return { firstAtMs: known.firstAtMs, lastAtMs: known.lastAtMs };
  return { firstAtMs: Math.min(known.firstAtMs, atMs), lastAtMs: Math.max(known.lastAtMs, atMs) };
}

function quantityByKey(items: readonly RecentItem[], keyOf: KeyOf): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) quantities.set(key, (quantities.get(key) ?? 0) + item.quantityMilli);
  }
  return quantities;
}

function addGap(gaps: GapStatistics, gapMs: number): GapStatistics {
  const days = Math.max(gapMs / msPerDay, gapDaysMin);
  return {
    count: gaps.count + 1,
    sumDays: gaps.sumDays + days,
    sumLogDays: gaps.sumLogDays + Math.log(days),
  };
}
