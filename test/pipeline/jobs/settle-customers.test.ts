import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CustomerRecord, newCustomer } from '../../../operators/customer-record.ts';
import { reviewCustomer } from '../../../operators/review-customer.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { foldEvents } from '../../../operators/state/fold-events.ts';
import { settleCustomer } from '../../../pipeline/jobs/settle-customers.ts';
import { anyPurchases, baseMs, boughtOn } from '../../fixtures/purchases.ts';
import { anyModel, modelOf, standingOf } from '../../operators/segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs });

function recordOf(days: readonly number[], over: Partial<CustomerRecord> = {}): CustomerRecord {
  const blank = newCustomer('c-1');
  const events = days.map((day) => boughtOn(day, { lines: [{ productId: 'tea', price: 60 }] }));
  return { ...blank, version: 1, state: foldEvents(blank.state, events).state, ...over };
}

describe('settleCustomer', () => {
  test('moves once, with the date of the clock, however many moves the past would have seen', () => {
    const clockMs = baseMs + 200 * msPerDay;
    const weekly = Array.from({ length: 28 }, (_, week) => week * 7);
    // Taken for new by the newest order alone.
    const standing = standingOf({ segment: 'New', sinceMs: baseMs + 189 * msPerDay, migrations: 2 });
    const next = settleCustomer(recordOf(weekly, { standing }), model, clockMs);
    expect(next?.outbox).toMatchObject([{ ordinal: 3, from: 'New', atMs: clockMs, cause: 'event' }]);
    expect(next?.standing).toMatchObject({ segment: next?.outbox[0]?.to, sinceMs: clockMs, migrations: 3 });
    expect(next?.timerAtMs).toBeGreaterThan(clockMs);
  });

  test('does not wait for the end of the dwell: what orders changed is seen at once', () => {
    const clockMs = baseMs + 200 * msPerDay;
    const weekly = Array.from({ length: 28 }, (_, week) => week * 7);
    const standing = standingOf({ segment: 'New', sinceMs: baseMs + 189 * msPerDay, migrations: 2 });
    const next = settleCustomer(recordOf(weekly, { standing }), { ...model, dwellDays: 14 }, clockMs);
    expect(next?.outbox).toMatchObject([{ ordinal: 3, from: 'New', atMs: clockMs, cause: 'event' }]);
  });

  test('gives whoever stands nowhere yet a first standing at the clock, which is no move', () => {
    const clockMs = baseMs + 50 * msPerDay;
    const next = settleCustomer(recordOf([0, 10]), model, clockMs);
    expect(next).toMatchObject({
      version: 2,
      outbox: [],
      standing: { sinceMs: clockMs, migrations: 0, cause: 'model' },
    });
  });

  test('judges orders ahead of the clock when they were made', () => {
    const newestMs = baseMs + 10 * msPerDay;
    const next = settleCustomer(recordOf([0, 10]), model, baseMs + 5 * msPerDay);
    expect(next?.standing?.sinceMs).toBe(newestMs);
  });

  test('leaves alone who stands right, but arms a timer that is missing', () => {
    const clockMs = baseMs + 20 * msPerDay;
    const settled = settleCustomer(recordOf([0, 10]), model, clockMs);
    if (!settled) throw new Error('no first standing');
    expect(settleCustomer(settled, model, clockMs)).toBeUndefined();
    const { timerAtMs } = settled;
    expect(timerAtMs).toBeDefined();
    const disarmed = { ...settled, timerAtMs: undefined };
    expect(settleCustomer(disarmed, model, clockMs)).toMatchObject({ timerAtMs, outbox: [] });
  });

  test('leaves nothing for a sweep or a second look at the same clock, for any model and any purchases', () => {
    const days = fc.integer({ min: 0, max: 500 });
    const from = fc.constantFrom('New', 'Loyal', 'At Risk', 'Champions', 'Hibernating');
    let moved = 0;
    fc.assert(
      fc.property(anyModel, anyPurchases({ days: 400, max: 12 }), days, from, (any, events, day, segment) => {
        const fitted = { ...any, fittedAtMs: baseMs, dwellDays: day % 3 === 0 ? 14 : 0 };
        const clockMs = baseMs + day * msPerDay;
        const blank = newCustomer('c-1');
        const { state } = foldEvents(blank.state, events);
        const standing = standingOf({
          segment: segment as 'New',
          sinceMs: baseMs,
          modelVersion: any.version,
          migrations: 4,
        });
        const record = { ...blank, version: 7, state, standing };
        const next = settleCustomer(record, fitted, clockMs);
        if (!next) return;
        expect(next.version).toBe(8);
        for (const [index, move] of next.outbox.entries()) expect(move.ordinal).toBe(5 + index);
        const last = next.outbox.at(-1);
        expect(next.standing).toMatchObject(
          last ? { segment: last.to, sinceMs: last.atMs } : { segment, sinceMs: baseMs },
        );
        moved += next.outbox.length;
        const published = { ...next, outbox: [] };
        expect(settleCustomer(published, fitted, clockMs)).toBeUndefined();
        const atMs = Math.max(clockMs, state.lifetime.lastEventAtMs);
        const reviewed = reviewCustomer(published, { segments: fitted, consumption: undefined }, atMs);
        expect(reviewed?.outbox ?? []).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(20);
  });
});
