import { describe, expect, test } from 'vitest';
import { defaultStateOptions, utcDay } from '../../../operators/state/customer-state.ts';
import { emptyHistory, foldHistory, type PurchaseHistory } from '../../../operators/state/fold-history.ts';
import { boughtOn } from '../../fixtures/purchases.ts';

const firstDay = utcDay(boughtOn(0).occurredAtMs);

function fold(
  events: readonly ReturnType<typeof boughtOn>[],
  options: Partial<typeof defaultStateOptions> = {},
): PurchaseHistory {
  return events.reduce<PurchaseHistory>(
    (history, event) => foldHistory(history, event, { ...defaultStateOptions, ...options }),
    emptyHistory,
  );
}

const returned = (day: number, units = 1) =>
  boughtOn(day, { id: `returned on ${day}`, lines: [{ productId: 'tea', quantity: -units }] });

describe('foldHistory', () => {
  test('keeps entries by time, ties by hash, whatever the order of arrival', () => {
    const tie = [boughtOn(1, { id: 'x' }), boughtOn(1, { id: 'y' })].sort(
      (a, b) => a.eventHash - b.eventHash,
    );
    const inOrder = [boughtOn(0), ...tie, boughtOn(2)];
    const { entries } = fold([...inOrder].reverse());
    expect(entries.map(({ hash }) => hash)).toEqual(inOrder.map(({ eventHash }) => eventHash));
  });

  test('keeps the bound of entries one by one, and folds the oldest into day tiles beyond it', () => {
    const two = [boughtOn(0), boughtOn(0.1)];
    expect(fold(two, { entriesMax: 2 })).toMatchObject({ tiles: [], entries: [{}, {}] });
    const three = fold([...two, returned(1)], { entriesMax: 2 });
    expect(three.entries).toHaveLength(2);
    expect(three.tiles).toEqual([
      { day: firstDay, orders: 1, spendMicros: 10_000_000, boughtMilli: 1_000, returnedMilli: 0 },
    ]);
    const four = fold([...two, returned(1), boughtOn(2), boughtOn(3)], { entriesMax: 2 });
    expect(four.tiles).toEqual([
      { day: firstDay, orders: 2, spendMicros: 20_000_000, boughtMilli: 2_000, returnedMilli: 0 },
      { day: firstDay + 1, orders: 0, spendMicros: -10_000_000, boughtMilli: 0, returnedMilli: 1_000 },
    ]);
  });

  test('forgets single orders by whole days past the retention, and keeps their days', () => {
    const kept = fold([boughtOn(0), boughtOn(365.4)]);
    expect(kept.entries).toHaveLength(2);
    const gone = fold([boughtOn(0), boughtOn(366)]);
    expect(gone.entries).toHaveLength(1);
    expect(gone.oldDays).toEqual([firstDay]);
    expect(gone.lifetime.events).toBe(2);
  });

  test('keeps no old day for a return, and one for a tile with a purchase', () => {
    const options = { retentionDays: 10, entriesMax: 1 };
    expect(fold([returned(0), boughtOn(50)], options).oldDays).toEqual([]);
    const tiled = [boughtOn(0), boughtOn(0.1), boughtOn(50)];
    expect(fold(tiled, options)).toMatchObject({ oldDays: [firstDay], tiles: [] });
  });

  test('drops the oldest of the old days at their bound, and counts them', () => {
    const events = [0, 1, 2, 3, 50].map((day) => boughtOn(day));
    const options = { retentionDays: 10, oldDaysMax: 3 };
    expect(fold(events, options)).toMatchObject({
      oldDays: [firstDay + 1, firstDay + 2, firstDay + 3],
      oldDaysDropped: 1,
    });
    expect(fold(events, { ...options, oldDaysMax: 4 })).toMatchObject({ oldDaysDropped: 0 });
  });

  test('counts an event past the allowed lateness in lifetime totals and its day, in no entry', () => {
    const history = fold([boughtOn(500), boughtOn(0)]);
    expect(history.entries).toHaveLength(1);
    expect(history.lifetime).toMatchObject({
      events: 2,
      orders: 2,
      firstPurchaseAtMs: boughtOn(0).occurredAtMs,
    });
    expect(history.oldDays).toEqual([firstDay]);
  });

  test('keeps the hashes of what has left the entries, ascending, the lowest up to their bound', () => {
    const events = [0, 1, 2, 3, 50].map((day) => boughtOn(day));
    const left = events.slice(0, 4).map(({ eventHash }) => eventHash);
    const sorted = [...left].sort((a, b) => a - b);
    const expired = { retentionDays: 10 };
    expect(fold(events, expired).oldHashes).toEqual(sorted);
    expect(fold([...events].reverse(), { ...expired, oldHashesMax: 3 }).oldHashes).toEqual(
      sorted.slice(0, 3),
    );
    expect(fold(events, { entriesMax: 1, oldHashesMax: 3 }).oldHashes).toEqual(sorted.slice(0, 3));
    expect(fold(events).oldHashes).toEqual([]);
  });

  test('adds up lifetime totals, with the purchases and the first day of purchases apart', () => {
    const big = boughtOn(0.2, { lines: [{ productId: 'tea', price: 5, quantity: 3 }] });
    const { lifetime } = fold([boughtOn(3), returned(-1), big, boughtOn(0), returned(0.3, 2)]);
    expect(lifetime).toEqual({
      events: 5,
      orders: 3,
      spendMicros: 5_000_000,
      boughtMilli: 5_000,
      returnedMilli: 3_000,
      firstEventAtMs: boughtOn(-1).occurredAtMs,
      lastEventAtMs: boughtOn(3).occurredAtMs,
      firstPurchaseAtMs: boughtOn(0).occurredAtMs,
      lastPurchaseAtMs: boughtOn(3).occurredAtMs,
      purchaseSpendMicros: 35_000_000,
      firstDaySpendMicros: 25_000_000,
    });
  });

  test('knows no first or last purchase of a customer who only returned', () => {
    expect(fold([returned(0)]).lifetime).toMatchObject({
      firstPurchaseAtMs: undefined,
      lastPurchaseAtMs: undefined,
      firstDaySpendMicros: 0,
      events: 1,
      orders: 0,
    });
  });

  test('takes an event of the first instant of 1970', () => {
    const epoch = { ...boughtOn(0), occurredAtMs: 0 };
    expect(fold([epoch]).lifetime).toMatchObject({ firstEventAtMs: 0, firstPurchaseAtMs: 0 });
    expect(fold([boughtOn(0), epoch]).lifetime).toMatchObject({ firstEventAtMs: 0, firstPurchaseAtMs: 0 });
  });
});
