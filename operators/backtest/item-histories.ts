import type { PurchaseEvent } from '../event/purchase-event.ts';
import { utcDay } from '../state/customer-state.ts';

/** How often one customer bought one product (or category). */
export interface ItemCount {
  /** Distinct UTC days. */
  count: number;
  /** Newest of them, days since 1970. */
  lastDay: number;
}

/** By product id (or category). */
export type ItemCounts = ReadonlyMap<string, Readonly<ItemCount>>;

/** Days in the order they were seen; files need not be sorted. */
interface KeptCount extends ItemCount {
  readonly days: number[];
}

const noCounts: ItemCounts = new Map();

/**
 * Who bought what how often, without the bounds of the customer state: what the simple baselines of rankings are computed
 * from, so that a bound of ours does not make them weaker. Memory: one entry for each pair of customer and item, and a number
 * for each day of it.
 */
export class ItemHistories {
  private readonly byCustomer = new Map<string, Map<string, KeptCount>>();
  private readonly popularity = new Map<string, number>();
  private readonly keysOf: (event: PurchaseEvent) => Iterable<string>;

  /** @param keysOf the products (or categories) bought with an event, each once */
  constructor(keysOf: (event: PurchaseEvent) => Iterable<string>) {
    this.keysOf = keysOf;
  }

  /**
   * Counts one event; events come once each, in any order of time.
   * @param remember whether the customer's own counts are kept, or only the item's popularity
   */
  add(event: PurchaseEvent, remember: boolean): void {
    const day = utcDay(event.occurredAtMs);
    let counts = this.byCustomer.get(event.customerId);
    if (counts === undefined && remember) {
      counts = new Map();
      this.byCustomer.set(event.customerId, counts);
    }
    for (const key of this.keysOf(event)) {
      this.popularity.set(key, (this.popularity.get(key) ?? 0) + 1);
      if (counts === undefined) continue;
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { count: 1, lastDay: day, days: [day] });
      else if (day > known.lastDay || !known.days.includes(day)) {
        known.count += 1;
        known.lastDay = Math.max(known.lastDay, day);
        known.days.push(day);
      }
    }
  }

  /** Distinct items seen. */
  get items(): number {
    return this.popularity.size;
  }

  of(customerId: string): ItemCounts {
    return this.byCustomer.get(customerId) ?? noCounts;
  }

  /** The most often bought, most popular first, ties by key. */
  mostPopular(top: number): string[] {
    return [...this.popularity]
      .sort(([keyA, a], [keyB, b]) => b - a || (keyA < keyB ? -1 : 1))
      .slice(0, top)
      .map(([key]) => key);
  }
}

export function boughtProducts({ items }: PurchaseEvent): Set<string> {
  return new Set(items.filter(({ quantityMilli }) => quantityMilli > 0).map(({ productId }) => productId));
}

export function boughtCategories({ items }: PurchaseEvent): Set<string> {
  const categories = new Set<string>();
  for (const { category, quantityMilli } of items) {
    if (category !== undefined && quantityMilli > 0) categories.add(category);
  }
  return categories;
}
