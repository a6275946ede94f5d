import type { PurchaseEvent } from '../event/purchase-event.ts';
import { isPurchase, utcDay } from '../state/customer-state.ts';
import type { CustomerOutcome } from './customer-outcome.ts';

interface OpenDay {
  atMs: number;
  spendMicros: number;
  readonly products: Set<string>;
  readonly categories: Set<string>;
}

/** Gathers what one customer did after the cut, in any order of events; the same event twice counts once. */
export class OutcomeCollector {
  private readonly days = new Map<number, OpenDay>();
  private readonly seen = new Set<number>();
  private spendMicros = 0;

  /** @returns false for a duplicate, which changes nothing */
  add(event: PurchaseEvent): boolean {
    if (this.seen.has(event.eventHash)) return false;
    this.seen.add(event.eventHash);
    this.spendMicros += event.spendMicros;
    if (isPurchase(event)) this.addPurchase(event);
    return true;
  }

  /** @param lastPurchaseAtMs last purchase before the cut: what follows on its UTC day belongs to that purchase day */
  finish(lastPurchaseAtMs: number | undefined): CustomerOutcome {
    const lastDay = lastPurchaseAtMs === undefined ? undefined : utcDay(lastPurchaseAtMs);
    const days = [...this.days].filter(([day]) => day !== lastDay).sort(([a], [b]) => a - b);
    return {
      days: days.map(([, { atMs, spendMicros, products, categories }]) => ({
        atMs,
        spendMicros,
        products: [...products].sort(),
        categories: [...categories].sort(),
      })),
      spendMicros: this.spendMicros,
    };
  }

  private addPurchase({ occurredAtMs, spendMicros, items }: PurchaseEvent): void {
    const key = utcDay(occurredAtMs);
    let day = this.days.get(key);
    if (day === undefined) {
      day = { atMs: occurredAtMs, spendMicros: 0, products: new Set(), categories: new Set() };
      this.days.set(key, day);
    }
    day.atMs = Math.min(day.atMs, occurredAtMs);
    day.spendMicros += spendMicros;
    for (const { productId, category, quantityMilli } of items) {
      if (quantityMilli <= 0) continue;
      day.products.add(productId);
      if (category !== undefined) day.categories.add(category);
    }
  }
}
