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
  const byKey = new Map<string, Tally>(settled.map((consumption) => [consumption.key, { ...consumption }]));
  const gapsByKey = new Map<string, GapStatistics>();
  const lastRecentByKey = new Map<string, number>();
  for (const purchase of recent) {
    for (const [key, quantityMilli] of quantityByKey(purchase.items, keyOf)) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, firstTally(key, quantityMilli, purchase.atMs));
      else add(known, quantityMilli, purchase.atMs);
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

/** Adds one purchase to consumption by key: other entries in the same map; any order of purchases gives the same sums. */
export function addPurchase(
  byKey: Map<string, SettledConsumption>,
  purchase: RecentPurchase,
  keyOf: KeyOf,
): void {
  for (const [key, quantityMilli] of quantityByKey(purchase.items, keyOf)) {
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, firstTally(key, quantityMilli, purchase.atMs));
      continue;
    }
    const tally: Tally = { ...known };
    add(tally, quantityMilli, purchase.atMs);
    byKey.set(key, tally);
  }
}

/** Consumption that is being added up; its owner may change it. */
type Tally = { -readonly [Field in keyof SettledConsumption]: SettledConsumption[Field] };

function firstTally(key: string, quantityMilli: number, atMs: number): Tally {
  const count = quantityMilli > 0 ? 1 : 0;
  return { key, count, quantityMilli: safeSum(0, quantityMilli), firstAtMs: atMs, lastAtMs: atMs };
}

/** First and last are of purchases; of a key that was only returned so far, of returns. */
function add(tally: Tally, quantityMilli: number, atMs: number): void {
  const bought = quantityMilli > 0;
  if (bought && tally.count === 0) {
    tally.firstAtMs = atMs;
    tally.lastAtMs = atMs;
  } else if (bought || tally.count === 0) {
    tally.firstAtMs = Math.min(tally.firstAtMs, atMs);
    tally.lastAtMs = Math.max(tally.lastAtMs, atMs);
  }
  if (bought) tally.count += 1;
  tally.quantityMilli = safeSum(tally.quantityMilli, quantityMilli);
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
