import { describe, expect, test } from 'vitest';
import { applyEvents } from '../../operators/apply-events.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import { reviewCustomer } from '../../operators/review-customer.ts';
import type { SegmentModel } from '../../operators/segments/segment-model.ts';
import { defaultStateOptions, msPerDay } from '../../operators/state/customer-state.ts';
import { baseMs, boughtOn, deepFreeze, positioned } from '../fixtures/purchases.ts';
import { modelOf } from './segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs });
const models = (segments: SegmentModel | undefined) => ({ segments, consumption: undefined });
const year = 365 * msPerDay;

function customerUnder(segments: SegmentModel | undefined): CustomerRecord {
  const incoming = positioned([boughtOn(0, { lines: [{ productId: 'tea', price: 280 }] })]);
  return deepFreeze(
    applyEvents(newCustomer('c-1'), incoming, 'shard', models(segments), defaultStateOptions).after,
  );
}

const record = customerUnder(model);
const timerAtMs = record.timerAtMs ?? 0;

describe('reviewCustomer', () => {
  test('writes nothing without a model, without events, and before the timer', () => {
    expect(reviewCustomer(record, models(undefined), timerAtMs)).toBeUndefined();
    expect(reviewCustomer(newCustomer('c-1'), models(model), timerAtMs)).toBeUndefined();
    expect(reviewCustomer(record, models(model), timerAtMs - 1)).toBeUndefined();
  });

  test('makes the move at exactly its timer, with the next version, outbox and timer', () => {
    const next = reviewCustomer(record, models(model), timerAtMs);
    expect(next).toMatchObject({
      version: record.version + 1,
      standing: { segment: 'Promising', sinceMs: timerAtMs, cause: 'time', migrations: 1 },
      outbox: [{ atMs: timerAtMs, from: 'New', to: 'Promising', cause: 'time', ordinal: 1 }],
    });
    expect(next?.timerAtMs).toBeGreaterThan(timerAtMs);
    expect(next?.state).toBe(record.state);
    expect(next?.marks).toBe(record.marks);
  });

  test('makes several overdue moves at once, each at its own instant', () => {
    const next = reviewCustomer(record, models(model), baseMs + 3 * year);
    expect(next?.outbox.map(({ to }) => to)).toEqual(['Promising', 'At Risk', 'Hibernating']);
    expect(next?.outbox[0]?.atMs).toBe(timerAtMs);
    expect(next?.outbox[2]?.atMs).toBe(baseMs + year);
  });

  test('of a timer that fired too early arms it again, and makes no move', () => {
    const early = { ...record, timerAtMs: baseMs + msPerDay };
    const next = reviewCustomer(early, models(model), baseMs + msPerDay);
    expect(next).toMatchObject({ timerAtMs, outbox: [], standing: record.standing });
    expect(reviewCustomer(early, models(model), baseMs + msPerDay - 1)).toBeUndefined();
  });

  test('takes the timer away when nothing is to come any more', () => {
    const done = reviewCustomer(record, models(model), baseMs + 3 * year);
    expect(done?.timerAtMs).toBeUndefined();
    expect(done && reviewCustomer(done, models(model), baseMs + 5 * year)).toBeUndefined();
  });

  test('gives a customer known before any model a first standing, at the instant of the fit', () => {
    const known = customerUnder(undefined);
    const later = modelOf({ fittedAtMs: baseMs + 10 * msPerDay });
    const next = reviewCustomer(known, models(later), baseMs + 12 * msPerDay);
    expect(next).toMatchObject({
      standing: { segment: 'New', sinceMs: later.fittedAtMs, cause: 'model', migrations: 0 },
      outbox: [],
    });
    expect(next?.timerAtMs).toBeGreaterThan(later.fittedAtMs);
  });

  test('moves a customer under a new model at the instant of its fit, with that cause', () => {
    const fittedAtMs = baseMs + 5 * msPerDay;
    const swapped = [3, 1, 2, 0, 4, 5, 6, 7].map((index) => model.centroids[index] ?? []);
    const other = modelOf({ version: 'test-2', fittedAtMs, centroids: swapped });
    const next = reviewCustomer(record, models(other), fittedAtMs);
    expect(next?.outbox).toMatchObject([
      { from: 'New', to: 'Champions', cause: 'model', atMs: fittedAtMs, modelVersion: 'test-2' },
    ]);
  });

  test('under a new model that changes nothing writes only a timer that comes earlier', () => {
    const fittedAtMs = baseMs + 5 * msPerDay;
    const same = modelOf({ version: 'test-2', fittedAtMs });
    expect(reviewCustomer(record, models(same), fittedAtMs)).toBeUndefined();
    const eager = modelOf({ version: 'test-3', fittedAtMs, margin: 0 });
    const next = reviewCustomer(record, models(eager), fittedAtMs);
    expect(next).toMatchObject({ version: record.version + 1, outbox: [], standing: { segment: 'New' } });
    expect(next?.timerAtMs).toBeLessThan(timerAtMs);
  });
});
