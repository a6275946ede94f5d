import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEvents } from '../../operators/apply-events.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import { customerFeatures } from '../../operators/features/customer-features.ts';
import { predictCustomer } from '../../operators/predict/predict-consumption.ts';
import { reviewCustomer } from '../../operators/review-customer.ts';
import type { SegmentModel } from '../../operators/segments/segment-model.ts';
import { defaultStateOptions, msPerDay } from '../../operators/state/customer-state.ts';
import { viewCustomer } from '../../operators/view-customer.ts';
import { consumptionModel } from '../contracts/records.ts';
import { anyPurchases, baseMs, boughtOn, deepFreeze, positioned } from '../fixtures/purchases.ts';
import { anyModel, modelOf } from './segments/factories.ts';

const models = (segments: SegmentModel | undefined) => ({ segments, consumption: undefined });

function recordOf(events: ReturnType<typeof boughtOn>[], model: SegmentModel | undefined): CustomerRecord {
  const update = applyEvents(
    newCustomer('c-1'),
    positioned(events),
    'shard',
    models(model),
    defaultStateOptions,
  );
  return deepFreeze({ ...update.after, outbox: [] });
}

describe('viewCustomer', () => {
  test('shows the standing that a review at the same instant stores, whatever was stored before', () => {
    let moved = 0;
    const cases = fc.record({
      events: anyPurchases({ days: 500, max: 8 }),
      writtenUnder: fc.option(anyModel, { nil: undefined }),
      active: anyModel,
      fittedAfterDays: fc.integer({ min: -200, max: 200 }),
      waitMs: fc.nat(600 * msPerDay),
    });
    fc.assert(
      fc.property(cases, ({ events, writtenUnder, active, fittedAfterDays, waitMs }) => {
        const newestMs = Math.max(...events.map(({ occurredAtMs }) => occurredAtMs));
        const record = recordOf(
          events,
          writtenUnder && { ...writtenUnder, version: 'old', fittedAtMs: baseMs },
        );
        const fittedAtMs = newestMs + fittedAfterDays * msPerDay;
        const model = { ...active, version: 'new', fittedAtMs };
        const asOfMs = Math.max(newestMs, fittedAtMs) + waitMs;
        const view = viewCustomer(record, models(model), asOfMs);
        const reviewed = reviewCustomer(record, models(model), asOfMs);
        // A customer who stays where they are is not written for the new model's name alone.
        const stored = reviewed?.standing ?? (record.standing && { ...record.standing, modelVersion: 'new' });
        expect(view.standing).toEqual(stored);
        if (reviewed && reviewed.outbox.length > 0) moved += 1;
        if (view.next) {
          expect(view.next.atMs).toBeGreaterThan(asOfMs);
          expect(view.next.segment).not.toBe(view.standing?.segment);
          const timerAtMs = (reviewed ?? record).timerAtMs;
          // Timers look ten years ahead of the newest event or move.
          const armedUntilMs = newestMs + 3_650 * msPerDay;
          if (view.next.atMs <= armedUntilMs) expect(timerAtMs).toBeLessThanOrEqual(view.next.atMs);
          const then = viewCustomer(record, models(model), view.next.atMs);
          const before = viewCustomer(record, models(model), view.next.atMs - 1);
          expect(then.standing).toMatchObject({ segment: view.next.segment, sinceMs: view.next.atMs });
          expect(before.standing).toEqual(view.standing);
        }
      }),
      { numRuns: 150 },
    );
    expect(moved).toBeGreaterThan(10);
  });

  test('before the active model was fitted shows what was stored, not what that model will say', () => {
    const record = recordOf([boughtOn(0)], modelOf({ version: 'old', fittedAtMs: baseMs }));
    const model = modelOf({ version: 'new', fittedAtMs: baseMs + 200 * msPerDay });
    expect(viewCustomer(record, models(model), baseMs + msPerDay).standing).toBe(record.standing);
    const known = recordOf([boughtOn(0)], undefined);
    expect(viewCustomer(known, models(model), baseMs + msPerDay).standing).toBeUndefined();
    expect(viewCustomer(known, models(model), model.fittedAtMs).standing?.sinceMs).toBe(model.fittedAtMs);
  });

  test('gives features and prediction as of the instant', () => {
    const record = recordOf([boughtOn(0), boughtOn(10), boughtOn(20)], undefined);
    const asOfMs = baseMs + 100 * msPerDay;
    const consumption = consumptionModel();
    const view = viewCustomer(record, { segments: undefined, consumption }, asOfMs);
    expect(view).toEqual({
      asOfMs,
      features: customerFeatures(record.state, asOfMs),
      standing: undefined,
      next: undefined,
      whatIf: {},
      prediction: predictCustomer(record.state, consumption, asOfMs),
    });
    expect(view.prediction?.asOfMs).toBe(asOfMs);
  });

  test('of a customer without events has no standing and no prediction', () => {
    const view = viewCustomer(
      newCustomer('c-1'),
      { segments: modelOf(), consumption: consumptionModel() },
      baseMs,
    );
    expect(view).toMatchObject({ standing: undefined, next: undefined, prediction: undefined });
  });
});
