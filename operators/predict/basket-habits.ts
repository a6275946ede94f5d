import { utcDay } from '../state/customer-state.ts';
import type { BasketHistory } from './basket-history.ts';
import { purchaseDaysAfter } from './purchase-days.ts';

/** Half-lives of the decayed counts, purchase days of the customer: what was bought lately, and by habit. */
export const fastHalfLife = 3;
export const slowHalfLife = 20;

/** How one customer buys one item, in purchase days. */
export interface ItemHabit {
  /** Purchase days with the item. */
  count: number;
  /** Purchase days since the last of them; 0 = it was in the newest basket. */
  since: number;
  /** Purchase days since the first of them. */
  age: number;
  /** Counts decayed by age, with half-lives of 3 and 20 purchase days. */
  fast: number;
  slow: number;
}

export interface BasketHabits {
  readonly items: ReadonlyMap<string, ItemHabit>;
  /** Purchase days known. */
  readonly days: number;
  /** What an item bought on every purchase day would have as `fast` and `slow`. */
  readonly fastMax: number;
  readonly slowMax: number;
  /** Mean number of items of a basket. */
  readonly basketSize: number;
  /** Share of all purchases of items that were not the first of their item, 0..1. */
  readonly repeatShare: number;
}

/** Sum of 0.5^(age / halfLife) over `count` ages spread evenly from `newest` to `oldest`. */
export function decayedCount(count: number, newest: number, oldest: number, halfLife: number): number {
  const last = 0.5 ** (newest / halfLife);
  if (count <= 1 || oldest <= newest) return count * last;
  const ratio = 0.5 ** ((oldest - newest) / (count - 1) / halfLife);
  return (last * (1 - ratio ** count)) / (1 - ratio);
}

/**
 * Habits by item. Purchases still known one by one count with their own ages; of those that have settled first, last and
 * number are known, and they count as if spread evenly in between.
 */
export function basketHabits({ days, baskets, settled }: BasketHistory): BasketHabits {
  const items = new Map<string, ItemHabit>();
  for (const { key, count, firstAtMs, lastAtMs } of settled) {
    const since = purchaseDaysAfter(days, utcDay(lastAtMs));
    const age = purchaseDaysAfter(days, utcDay(firstAtMs));
    const fast = decayedCount(count, since, age, fastHalfLife);
    const slow = decayedCount(count, since, age, slowHalfLife);
    items.set(key, { count, since, age, fast, slow });
  }
  let bought = 0;
  for (const { day, keys } of baskets) {
    bought += keys.length;
    const since = purchaseDaysAfter(days, day);
    const fast = 0.5 ** (since / fastHalfLife);
    const slow = 0.5 ** (since / slowHalfLife);
    for (const key of keys) {
      const habit = items.get(key);
      if (habit === undefined) {
        items.set(key, { count: 1, since, age: since, fast, slow });
        continue;
      }
      habit.count += 1;
      habit.since = Math.min(habit.since, since);
      habit.age = Math.max(habit.age, since);
      habit.fast += fast;
      habit.slow += slow;
    }
  }
  let purchases = 0;
  for (const { count } of items.values()) purchases += count;
  return {
    items,
    days: days.length,
    fastMax: decayedCount(days.length, 0, days.length - 1, fastHalfLife),
    slowMax: decayedCount(days.length, 0, days.length - 1, slowHalfLife),
    basketSize: baskets.length === 0 ? 0 : bought / baskets.length,
    repeatShare: purchases === 0 ? 0 : 1 - items.size / purchases,
  };
}
