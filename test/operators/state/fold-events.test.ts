import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startUpdate } from '../../../operators/batch.ts';
import { newCustomer } from '../../../operators/customer-record.ts';
import { dropDuplicatesStep } from '../../../operators/drop-duplicates.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import {
  type CustomerState,
  defaultStateOptions,
  msPerDay,
  type StateOptions,
} from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents, isDuplicate, isLate } from '../../../operators/state/fold-events.ts';
import { encodeState } from '../../../operators/state/state-codec.ts';
import {
  anyOrderOf,
  anyPurchases,
  anySplitOf,
  baseMs,
  bought,
  boughtOn,
  deepFreeze,
  disorderWithin,
  positioned,
} from '../../fixtures/purchases.ts';

/** Every bound so low that a few dozen purchases pass all of them. */
const tight: StateOptions = {
  ...defaultStateOptions,
  retentionDays: 90,
  entriesMax: 5,
  recentMin: 4,
  recentDays: 10,
  recentMax: 8,
  itemsPerPurchaseMax: 2,
  consumptionMax: 2,
  oldDaysMax: 3,
  oldHashesMax: 4,
};

/** What the chain does with a batch: drop what has been applied, fold the rest. */
function applyBatch(
  state: CustomerState,
  events: readonly PurchaseEvent[],
  options: StateOptions,
): CustomerState {
  const update = startUpdate({ ...newCustomer('c-1'), state }, positioned(events));
  return foldEvents(state, dropDuplicatesStep(update, 'shard').fresh, options).state;
}

function applyBatches(batches: readonly (readonly PurchaseEvent[])[], options: StateOptions): CustomerState {
  return batches.reduce<CustomerState>(
    (state, batch) => applyBatch(deepFreeze(state), deepFreeze(batch), options),
    emptyState,
  );
}

function expectSame(left: CustomerState, right: CustomerState): void {
  expect(left).toEqual(right);
  expect(Buffer.from(encodeState(left)).equals(Buffer.from(encodeState(right)))).toBe(true);
}

describe('foldEvents', () => {
  test('of one event counts one event', () => {
    expect(foldEvents(emptyState, [boughtOn(0)]).state.lifetime.events).toBe(1);
  });

  test('of nothing gives the very same state', () => {
    const state = foldEvents(emptyState, [boughtOn(0)]).state;
    expect(foldEvents(state, [])).toEqual({ state, trail: [] });
    expect(foldEvents(state, []).state).toBe(state);
  });

  test('keeps the history as it stood after each event', () => {
    const events = [boughtOn(0), boughtOn(3), boughtOn(1)];
    const { state, trail } = foldEvents(emptyState, events);
    expect(trail.map(({ event }) => event)).toEqual(events);
    expect(trail.map(({ history }) => history.lifetime.events)).toEqual([1, 2, 3]);
    expect(trail.map(({ history }) => history.lifetime.lastEventAtMs)).toEqual([
      boughtOn(0).occurredAtMs,
      boughtOn(3).occurredAtMs,
      boughtOn(3).occurredAtMs,
    ]);
    expect(trail.at(-1)?.history.entries).toEqual(state.entries);
  });

  test('gives the same bytes for every order of few purchases, returns among them', () => {
    const cases = anyPurchases({ days: 364, max: defaultStateOptions.recentMin }).chain((events) =>
      fc.record({ events: fc.constant(events), shuffled: anyOrderOf(events) }),
    );
    fc.assert(
      fc.property(cases, ({ events, shuffled }) => {
        const inOrder = applyBatches([events], defaultStateOptions);
        expectSame(applyBatches([shuffled], defaultStateOptions), inOrder);
        expectSame(
          applyBatches(
            shuffled.map((event) => [event]),
            defaultStateOptions,
          ),
          inOrder,
        );
      }),
    );
  });

  test('gives the same bytes for every order of many purchases over the whole retention', () => {
    const cases = anyPurchases({ days: 364, min: 30, max: 120 }).chain((events) =>
      fc
        .record({ events: fc.constant(events), shuffled: anyOrderOf(events) })
        .chain((orders) => anySplitOf(orders.shuffled).map((batches) => ({ ...orders, batches }))),
    );
    fc.assert(
      fc.property(cases, ({ events, batches }) => {
        const inOrder = applyBatches([events], defaultStateOptions);
        expect(inOrder.lifetime.events).toBe(events.length);
        expectSame(applyBatches(batches, defaultStateOptions), inOrder);
      }),
      { numRuns: 60 },
    );
  });

  test('gives the same bytes however the events are batched, and when they come twice', () => {
    const cases = anyPurchases({ days: 364, max: 19 })
      .chain((events) =>
        fc
          .subarray(events)
          .chain((again) => anyOrderOf([...events, ...again]))
          .map((all) => ({ events, all })),
      )
      .chain(({ events, all }) => anySplitOf(all).map((batches) => ({ events, batches })));
    fc.assert(
      fc.property(cases, ({ events, batches }) => {
        const once = applyBatches([events], defaultStateOptions);
        expectSame(applyBatches(batches, defaultStateOptions), once);
        expectSame(applyBatches([...batches, events], defaultStateOptions), once);
      }),
    );
  });

  test('beyond every bound gives the same bytes under disorder within the recent purchases', () => {
    const seen = { tiles: 0, oldDays: 0, dropped: 0, evicted: 0 };
    const cases = anyPurchases({ days: 500, min: 10, max: 60 })
      .chain((events) =>
        disorderWithin(events, tight.recentMin).map((disordered) => ({ events, disordered })),
      )
      .chain(({ events, disordered }) => anySplitOf(disordered).map((batches) => ({ events, batches })));
    fc.assert(
      fc.property(cases, ({ events, batches }) => {
        const oneByOne = events.reduce((state, event) => foldEvents(state, [event], tight).state, emptyState);
        const disordered = batches.reduce((state, batch) => {
          return foldEvents(deepFreeze(state), batch, tight).state;
        }, emptyState);
        expectSame(disordered, oneByOne);
        seen.tiles += oneByOne.tiles.length;
        seen.oldDays += oneByOne.oldDays.length;
        seen.dropped += oneByOne.oldDaysDropped;
        seen.evicted += oneByOne.evicted;
      }),
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  test('beyond the bounds changes nothing when everything is delivered again', () => {
    const options = { ...tight, oldHashesMax: 100 };
    const cases = anyPurchases({ days: 500, max: 60 }).chain((events) =>
      anyOrderOf(events)
        .chain(anySplitOf)
        .map((again) => ({ events, again })),
    );
    fc.assert(
      fc.property(cases, ({ events, again }) => {
        const once = applyBatches([events], options);
        expectSame(
          again.reduce((state, batch) => applyBatch(deepFreeze(state), batch, options), once),
          once,
        );
      }),
    );
  });

  test('keeps every list within its bound', () => {
    fc.assert(
      fc.property(anyPurchases({ days: 900, max: 80 }).chain(anyOrderOf), (events) => {
        const { state } = foldEvents(emptyState, events, tight);
        expect(state.entries.length).toBeLessThanOrEqual(tight.entriesMax);
        expect(state.oldDays.length).toBeLessThanOrEqual(tight.oldDaysMax);
        expect(state.oldHashes.length).toBeLessThanOrEqual(tight.oldHashesMax);
        expect(state.recent.length).toBeLessThanOrEqual(tight.recentMax);
        expect(state.products.length).toBeLessThanOrEqual(tight.consumptionMax);
        expect(state.categories.length).toBeLessThanOrEqual(tight.consumptionMax);
        expect(Math.max(...state.recent.map(({ items }) => items.length))).toBeLessThanOrEqual(2);
        expect(state.lifetime.events).toBe(events.length);
        const spend = events.reduce((sum, event) => sum + event.spendMicros, 0);
        expect(state.lifetime.spendMicros).toBe(spend);
      }),
    );
  });
});

describe('isDuplicate', () => {
  test('finds an event by its hash among the entries', () => {
    const { state } = foldEvents(emptyState, [boughtOn(0), boughtOn(1)]);
    expect(isDuplicate(state, boughtOn(0))).toBe(true);
    expect(isDuplicate(state, boughtOn(2))).toBe(false);
    expect(isDuplicate(emptyState, boughtOn(0))).toBe(false);
  });

  test('finds an event past the retention for as long as it is among the recent purchases', () => {
    const { state } = foldEvents(emptyState, [boughtOn(0), boughtOn(500)]);
    expect(state.entries).toHaveLength(1);
    expect(isDuplicate(state, boughtOn(0))).toBe(true);
  });

  test('finds an event that has left both by its hash, and no longer beyond the bound of those', () => {
    const known = (oldHashesMax: number) => {
      const options = { ...defaultStateOptions, recentMin: 1, oldHashesMax };
      return isDuplicate(foldEvents(emptyState, [boughtOn(0), boughtOn(500)], options).state, boughtOn(0));
    };
    expect([known(1), known(0)]).toEqual([true, false]);
  });
});

describe('isLate', () => {
  const late = (behindMs: number) => {
    const newest = bought({ atMs: baseMs + 400 * msPerDay });
    const event = bought({ atMs: newest.occurredAtMs - behindMs });
    const folded = foldEvents(emptyState, [newest, event]).trail[1];
    return folded && isLate(folded, defaultStateOptions);
  };

  test('is true from exactly the allowed lateness on', () => {
    expect(late(365 * msPerDay - 1)).toBe(false);
    expect(late(365 * msPerDay)).toBe(true);
    expect(late(366 * msPerDay)).toBe(true);
  });

  test('is false for the newest event', () => {
    const folded = foldEvents(emptyState, [boughtOn(0)]).trail[0];
    expect(folded && isLate(folded, defaultStateOptions)).toBe(false);
  });
});
