import {
  type CustomerState,
  type RecentItem,
  type SettledConsumption,
  utcDay,
} from '../state/customer-state.ts';
import { newestPurchaseDays } from './purchase-days.ts';

/** What is ranked. */
export type RankedKind = 'products' | 'categories';

/** What one customer bought on one UTC day. */
export interface Basket {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** Product ids or categories, each once. */
  readonly keys: readonly string[];
}

/**
 * A customer's purchases as rankings see them. Time is counted in the customer's own purchase days, so that it means the same
 * for a daily and a monthly buyer, and for data whose dates say only what came first.
 */
export interface BasketHistory {
  /** Every purchase day still known, newest first. */
  readonly days: readonly number[];
  /** The purchase days whose items are still known one by one, newest first. */
  readonly baskets: readonly Basket[];
  /** What was bought before those. */
  readonly settled: readonly SettledConsumption[];
  /** Category each product was last bought under; empty for categories. */
  readonly categoryOf: ReadonlyMap<string, string>;
}

/** Reads a history off the state. What was only returned was not bought. */
export function basketHistory(state: CustomerState, kind: RankedKind): BasketHistory {
  const byDay = new Map<number, Set<string>>();
  const categoryOf = new Map<string, string>();
  for (const { atMs, items } of state.recent) {
    const day = utcDay(atMs);
    for (const item of items) {
      const key = keyOf(item, kind);
      if (key === undefined || item.quantityMilli <= 0) continue;
      const keys = byDay.get(day);
      if (keys) keys.add(key);
      else byDay.set(day, new Set([key]));
      if (kind === 'products' && item.category !== undefined) categoryOf.set(key, item.category);
    }
  }
  const baskets = Array.from(byDay, ([day, keys]) => ({ day, keys: [...keys] }));
  return {
    days: newestPurchaseDays(state, Number.POSITIVE_INFINITY),
    baskets: baskets.reverse(),
    settled: state[kind].filter(({ count }) => count > 0),
    categoryOf,
  };
}

/** The history as it stood before its newest `count` baskets: what a ranking can be learned from, with them as the answer. */
export function historyBefore(history: BasketHistory, count: number): BasketHistory {
  const oldestLeftOut = history.baskets[count - 1]?.day ?? Number.POSITIVE_INFINITY;
  return {
    ...history,
    days: history.days.filter((day) => day < oldestLeftOut),
    baskets: history.baskets.slice(count),
  };
}

function keyOf(item: RecentItem, kind: RankedKind): string | undefined {
  return kind === 'products' ? item.productId : item.category;
}
