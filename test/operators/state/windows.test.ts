import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultStateOptions, msPerDay } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { tileInstantMs, windowDays, windowTotals } from '../../../operators/state/windows.ts';
import { anyOrderOf, anyPurchases, baseMs, bought, boughtOn } from '../../fixtures/purchases.ts';

describe('windowTotals', () => {
  test('equal a plain filter over all events at every instant from the newest event on', () => {
    const cases = fc.record({
      events: anyPurchases({ days: 800, max: 40 }).chain(anyOrderOf),
      waitMs: fc.oneof(fc.constant(0), fc.nat(500 * msPerDay)),
    });
    fc.assert(
      fc.property(cases, ({ events, waitMs }) => {
        const { state } = foldEvents(emptyState, events);
        const newestMs = Math.max(...events.map(({ occurredAtMs }) => occurredAtMs));
        // Also the instants at which an event leaves a window, and the millisecond before.
        const edges = events.flatMap(({ occurredAtMs }) =>
          windowDays.flatMap((days) => [0, -1].map((ms) => occurredAtMs + days * msPerDay + ms)),
        );
        for (const asOfMs of [newestMs + waitMs, ...edges.filter((atMs) => atMs >= newestMs)]) {
          for (const days of [...windowDays, 1, 180]) {
            const within = events.filter(
              ({ occurredAtMs }) => occurredAtMs > asOfMs - days * msPerDay && occurredAtMs <= asOfMs,
            );
            expect(windowTotals(state, asOfMs, days)).toEqual({
              orders: within.filter(({ boughtMilli }) => boughtMilli > 0).length,
              spendMicros: within.reduce((sum, event) => sum + event.spendMicros, 0),
              unitsMilli: within.reduce((sum, event) => sum + event.boughtMilli - event.returnedMilli, 0),
            });
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('include the instant itself and leave out the one exactly a window before', () => {
    const { state } = foldEvents(emptyState, [boughtOn(0), boughtOn(7)]);
    const asOfMs = boughtOn(7).occurredAtMs;
    expect(windowTotals(state, asOfMs, 7).orders).toBe(1);
    expect(windowTotals(state, asOfMs - 1, 7).orders).toBe(1);
    expect(windowTotals(state, asOfMs, 8).orders).toBe(2);
  });

  test('count a return as spend, and as no order', () => {
    const returned = boughtOn(1, { lines: [{ productId: 'tea', quantity: -1, price: 4 }] });
    const { state } = foldEvents(emptyState, [boughtOn(0), returned]);
    expect(windowTotals(state, returned.occurredAtMs, 7)).toEqual({
      orders: 1,
      spendMicros: 6_000_000,
      unitsMilli: 0,
    });
  });

  test('count the orders of a day tile together, at the end of their day', () => {
    const options = { ...defaultStateOptions, entriesMax: 1 };
    const events = [boughtOn(0), boughtOn(0.1), boughtOn(3)];
    const { state } = foldEvents(emptyState, events, options);
    const tileMs = tileInstantMs(Math.floor(baseMs / msPerDay));
    expect(state.tiles).toHaveLength(1);
    expect(windowTotals(state, tileMs + 7 * msPerDay - 1, 7)).toMatchObject({
      orders: 3,
      spendMicros: 30_000_000,
    });
    expect(windowTotals(state, tileMs + 7 * msPerDay, 7)).toMatchObject({ orders: 1 });
  });

  test('at the end of time count everything up to then, at its beginning nothing', () => {
    const { state } = foldEvents(emptyState, [bought({ atMs: 0 })]);
    expect(windowTotals(state, 0, 7).orders).toBe(1);
    expect(windowTotals(emptyState, 0, 365)).toEqual({ orders: 0, spendMicros: 0, unitsMilli: 0 });
  });
});

describe('tileInstantMs', () => {
  test('is the last millisecond of the day', () => {
    expect(new Date(tileInstantMs(0)).toISOString()).toBe('1970-01-01T23:59:59.999Z');
  });
});
