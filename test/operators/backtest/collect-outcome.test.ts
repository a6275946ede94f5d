import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutcomeCollector } from '../../../operators/backtest/collect-outcome.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { anyOrderOf, anyPurchases, boughtOn } from '../../fixtures/purchases.ts';

function collect(events: readonly PurchaseEvent[], lastPurchaseAtMs?: number) {
  const collector = new OutcomeCollector();
  for (const event of events) collector.add(event);
  return collector.finish(lastPurchaseAtMs);
}

describe('an outcome', () => {
  test('joins the orders of a day and keeps days in order of time', () => {
    const later = boughtOn(3, { lines: [{ productId: 'milk', category: 'dairy' }] });
    const morning = boughtOn(1, { lines: [{ productId: 'tea', price: 4 }] });
    const evening = boughtOn(1.3, { lines: [{ productId: 'rice', category: 'grain', price: 2 }] });
    const { days, spendMicros } = collect([later, evening, morning]);
    expect(days.map(({ atMs }) => atMs)).toEqual([morning.occurredAtMs, later.occurredAtMs]);
    expect(days[0]).toMatchObject({ spendMicros: 6_000_000, categories: ['grain'] });
    expect(days[0]?.products).toEqual(['rice', 'tea']);
    expect(spendMicros).toBe(16_000_000);
  });

  test('takes a return off the spend, and for no purchase day and no product', () => {
    const purchase = boughtOn(1, {
      lines: [{ productId: 'tea' }, { productId: 'cup', quantity: -1, price: 3 }],
    });
    const mereReturn = boughtOn(2, { lines: [{ productId: 'tea', quantity: -1 }] });
    const { days, spendMicros } = collect([purchase, mereReturn]);
    expect(days).toHaveLength(1);
    expect(days[0]?.products).toEqual(['tea']);
    expect(spendMicros).toBe(-3_000_000);
  });

  test('counts a duplicate once, and the running purchase day not again', () => {
    const event = boughtOn(1);
    expect(collect([event, event]).spendMicros).toBe(10_000_000);
    expect(collect([event], boughtOn(0.9).occurredAtMs).days).toEqual([]);
    expect(collect([event], boughtOn(0).occurredAtMs).days).toHaveLength(1);
  });

  test('does not depend on the order of events', () => {
    const shuffled = anyPurchases({ days: 20, max: 12 }).chain((events) =>
      fc.tuple(fc.constant(events), anyOrderOf(events)),
    );
    fc.assert(
      fc.property(shuffled, ([events, other]) => {
        expect(collect(other)).toEqual(collect(events));
      }),
    );
  });
});
