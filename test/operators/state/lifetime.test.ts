import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { defaultStateOptions, utcDay } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { entryPurchaseDays, purchaseDays } from '../../../operators/state/lifetime.ts';
import { anyOrderOf, anyPurchases, boughtOn } from '../../fixtures/purchases.ts';

function distinctDays(events: readonly PurchaseEvent[]): number {
  const days = events
    .filter(({ boughtMilli }) => boughtMilli > 0)
    .map(({ occurredAtMs }) => utcDay(occurredAtMs));
  return new Set(days).size;
}

describe('purchaseDays', () => {
  test('equal the distinct days of all purchases, in any order and over any bound of entries', () => {
    const cases = fc.record({
      events: anyPurchases({ days: 900, max: 60 }).chain(anyOrderOf),
      entriesMax: fc.integer({ min: 1, max: 70 }),
      retentionDays: fc.integer({ min: 1, max: 365 }),
    });
    fc.assert(
      fc.property(cases, ({ events, entriesMax, retentionDays }) => {
        const options = { ...defaultStateOptions, entriesMax, retentionDays };
        expect(purchaseDays(foldEvents(emptyState, events, options).state)).toBe(distinctDays(events));
      }),
    );
  });

  test('still count the days dropped at the bound of old days, for events in order', () => {
    const options = { ...defaultStateOptions, retentionDays: 10, oldDaysMax: 2 };
    fc.assert(
      fc.property(anyPurchases({ days: 400, max: 60 }), (events) => {
        const { state } = foldEvents(emptyState, events, options);
        expect(purchaseDays(state)).toBe(distinctDays(events));
        expect(state.oldDays.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('are none for a customer who only returned', () => {
    const returned = boughtOn(0, { lines: [{ productId: 'tea', quantity: -1 }] });
    expect(purchaseDays(foldEvents(emptyState, [returned]).state)).toBe(0);
  });

  test('count a day once that is both among the entries and in a tile', () => {
    const options = { ...defaultStateOptions, entriesMax: 1 };
    const { state } = foldEvents(emptyState, [boughtOn(0), boughtOn(0.1)], options);
    expect(state.tiles).toHaveLength(1);
    expect(state.entries).toHaveLength(1);
    expect(purchaseDays(state)).toBe(1);
  });
});

describe('entryPurchaseDays', () => {
  test('lists each day once, ascending, without returns', () => {
    const returned = boughtOn(2, { lines: [{ productId: 'tea', quantity: -1 }] });
    const { state } = foldEvents(emptyState, [boughtOn(5), boughtOn(0), boughtOn(0.1), returned]);
    const first = utcDay(boughtOn(0).occurredAtMs);
    expect(entryPurchaseDays(state.entries)).toEqual([first, first + 5]);
  });
});
