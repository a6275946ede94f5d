import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEvents } from '../../operators/apply-events.ts';
import type { ActiveModels } from '../../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import { reviewCustomer } from '../../operators/review-customer.ts';
import type { Migration, SegmentModel } from '../../operators/segments/segment-model.ts';
import { defaultStateOptions, msPerDay } from '../../operators/state/customer-state.ts';
import { decodeDecisions, encodeDecisions } from '../../operators/state/record-codec.ts';
import { decodeState, encodeState } from '../../operators/state/state-codec.ts';
import { viewCustomer } from '../../operators/view-customer.ts';
import {
  anyOrderOf,
  anyPurchases,
  anySplitOf,
  baseMs,
  boughtOn,
  deepFreeze,
  positioned,
} from '../fixtures/purchases.ts';
import { anyModel, modelOf } from './segments/factories.ts';

const none: ActiveModels = { segments: undefined, consumption: undefined };
const under = (segments: SegmentModel | undefined): ActiveModels => ({ ...none, segments });

/** One customer on their way through writers: what is stored after each write, and all moves so far. */
class Journey {
  record: CustomerRecord = newCustomer('c-1');
  readonly migrations: Migration[] = [];
  #next = 1;

  apply(events: readonly PurchaseEvent[], model: SegmentModel | undefined): void {
    const incoming = positioned(events, this.#next);
    this.#next += events.length;
    const { after } = applyEvents(
      deepFreeze(this.record),
      incoming,
      'shard',
      under(model),
      defaultStateOptions,
    );
    this.#store(after);
  }

  review(atMs: number, model: SegmentModel | undefined): void {
    const next = reviewCustomer(deepFreeze(this.record), under(model), atMs);
    if (next) this.#store(next);
  }

  #store(next: CustomerRecord): void {
    if (next === this.record) return;
    expect(next.version).toBe(this.record.version + 1);
    this.migrations.push(...next.outbox);
    // As it comes back from a table.
    this.record = {
      ...next,
      state: decodeState(encodeState(next.state)),
      ...decodeDecisions(encodeDecisions(next)),
      outbox: [],
    };
  }
}

interface Change {
  readonly fromMs: number;
  readonly model: SegmentModel;
}

const daysMax = 700;
const endMs = baseMs + (daysMax + 400) * msPerDay;

/** Models each of which takes over at its fit; before the first there is none. */
const anyChanges: fc.Arbitrary<Change[]> = fc
  .array(fc.record({ day: fc.integer({ min: -30, max: daysMax }), model: anyModel }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((list) =>
    list
      .sort((a, b) => a.day - b.day)
      .map(({ day, model }, index) => {
        const fittedAtMs = baseMs + day * msPerDay + index;
        return { fromMs: fittedAtMs, model: { ...model, version: `m-${index}`, fittedAtMs } };
      }),
  );

function modelAt(atMs: number, changes: readonly Change[]): SegmentModel | undefined {
  return changes.findLast(({ fromMs }) => fromMs < atMs)?.model;
}

/** Events in runs between which a model takes over. What is dated at or before the fit belongs to the old model. */
function eras(events: readonly PurchaseEvent[], changes: readonly Change[]) {
  const starts = [Number.NEGATIVE_INFINITY, ...changes.map(({ fromMs }) => fromMs)];
  return starts.map((fromMs, index) => {
    const toMs = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const own = events.filter(({ occurredAtMs }) => occurredAtMs > fromMs && occurredAtMs <= toMs);
    return { events: own, model: changes[index - 1]?.model, toMs: Math.min(toMs, endMs) };
  });
}

/** The plainest way: each era in one batch, all timers due at its end, the roll-out of the next model at once. */
function plainly(events: readonly PurchaseEvent[], changes: readonly Change[]): Journey {
  const journey = new Journey();
  for (const era of eras(events, changes)) {
    if (era.model) journey.review(era.model.fittedAtMs, era.model);
    journey.apply(era.events, era.model);
    journey.review(era.toMs, era.model);
  }
  return journey;
}

function expectSame(journey: Journey, expected: Journey, changes: readonly Change[]): void {
  expect(journey.migrations).toEqual(expected.migrations);
  expect(journey.record.state).toEqual(expected.record.state);
  const last = under(modelAt(endMs, changes));
  const seen = [journey, expected].map(({ record }) => viewCustomer(record, last, endMs).standing);
  expect(seen[0]).toEqual(seen[1]);
}

describe('the moves of a customer', () => {
  test('are the same however events are batched and whenever reviews run in between, also across models', () => {
    let moves = 0;
    const cases = fc
      .record({ events: anyPurchases({ days: daysMax, max: 12 }), changes: anyChanges })
      .chain(({ events, changes }) =>
        fc.record({
          events: fc.constant(events),
          changes: fc.constant(changes),
          // After each event: end the batch here, and review at these shares of the way to the next one.
          cuts: fc.array(fc.option(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 })), {
            minLength: events.length,
            maxLength: events.length,
          }),
          rollsOut: fc.boolean(),
        }),
      );
    fc.assert(
      fc.property(cases, ({ events, changes, cuts, rollsOut }) => {
        const expected = plainly(events, changes);
        const journey = new Journey();
        for (const era of eras(events, changes)) {
          if (rollsOut && era.model) journey.review(era.model.fittedAtMs, era.model);
          let batch: PurchaseEvent[] = [];
          era.events.forEach((event, index) => {
            batch.push(event);
            const shares = cuts[events.indexOf(event)];
            if (!shares) return;
            journey.apply(batch, era.model);
            batch = [];
            const untilMs = (era.events[index + 1]?.occurredAtMs ?? era.toMs + 1) - 1;
            const spanMs = untilMs - event.occurredAtMs;
            if (spanMs < 0) return;
            for (const share of [...shares].sort((a, b) => a - b)) {
              journey.review(event.occurredAtMs + Math.floor(share * spanMs), era.model);
            }
          });
          journey.apply(batch, era.model);
          journey.review(era.toMs, era.model);
        }
        expectSame(journey, expected, changes);
        moves += expected.migrations.length;
      }),
      { numRuns: 150 },
    );
    expect(moves).toBeGreaterThan(100);
  });

  test('are the same when only customers whose timer has come are reviewed', () => {
    const cases = fc.record({
      events: anyPurchases({ days: daysMax, max: 12 }),
      changes: anyChanges,
      stepDays: fc.integer({ min: 1, max: 60 }),
    });
    let reviews = 0;
    fc.assert(
      fc.property(cases, ({ events, changes, stepDays }) => {
        const expected = plainly(events, changes);
        const journey = new Journey();
        const sweep = (atMs: number, model: SegmentModel | undefined) => {
          const { timerAtMs } = journey.record;
          if (timerAtMs === undefined || timerAtMs > atMs) return;
          journey.review(atMs, model);
          reviews += 1;
        };
        for (const era of eras(events, changes)) {
          if (era.model) journey.review(era.model.fittedAtMs, era.model);
          let clockMs = era.model?.fittedAtMs ?? baseMs;
          for (const event of era.events) {
            for (; clockMs < event.occurredAtMs; clockMs += stepDays * msPerDay) sweep(clockMs, era.model);
            journey.apply([event], era.model);
          }
          sweep(era.toMs, era.model);
        }
        expectSame(journey, expected, changes);
      }),
      { numRuns: 100 },
    );
    expect(reviews).toBeGreaterThan(50);
  });

  test('are the same for events in any one order, however they are batched', () => {
    let moves = 0;
    const cases = anyPurchases({ days: 300, max: 12 })
      .chain(anyOrderOf)
      .chain((events) =>
        fc.record({ events: fc.constant(events), batches: anySplitOf(events), model: anyModel }),
      );
    fc.assert(
      fc.property(cases, ({ events, batches, model: any }) => {
        const model = { ...any, fittedAtMs: baseMs + 100 * msPerDay };
        const expected = new Journey();
        expected.apply(events, model);
        const journey = new Journey();
        for (const batch of batches) {
          journey.apply(batch, model);
          journey.review(journey.record.state.lifetime.lastEventAtMs, model);
        }
        expected.review(expected.record.state.lifetime.lastEventAtMs, model);
        expect(journey.migrations).toEqual(expected.migrations);
        expect(journey.record.standing).toEqual(expected.record.standing);
        moves += expected.migrations.length;
      }),
      { numRuns: 100 },
    );
    expect(moves).toBeGreaterThan(50);
  });
});

describe('applyEvents', () => {
  const model = modelOf({ fittedAtMs: baseMs });
  const apply = (before: CustomerRecord, events: readonly PurchaseEvent[], first = 1) =>
    applyEvents(before, positioned(events, first), 'shard-a', under(model), defaultStateOptions);

  test('gives the record to write: state, standing, mark, timer and the next version', () => {
    const { after, fresh, trail, late } = apply(newCustomer('c-1'), [boughtOn(1), boughtOn(0)]);
    expect(after).toMatchObject({
      customerId: 'c-1',
      version: 1,
      marks: [{ shardId: 'shard-a', sequenceNumber: '2', subSequence: 0 }],
      standing: { modelVersion: 'test-1', cause: 'event' },
      outbox: [],
    });
    expect(after.timerAtMs).toBeGreaterThan(boughtOn(1).occurredAtMs);
    expect([fresh.length, trail.length, late]).toEqual([2, 2, 0]);
  });

  test('changes nothing for duplicates alone, and gives the very record back', () => {
    const { after } = apply(newCustomer('c-1'), [boughtOn(0)]);
    expect(apply(after, [boughtOn(0)], 2).after).toBe(after);
    expect(apply(after, [boughtOn(0)], 1).after).toBe(after);
  });

  test('counts what is older than the allowed lateness as late', () => {
    const { after } = apply(newCustomer('c-1'), [boughtOn(800)]);
    const update = apply(after, [boughtOn(0), boughtOn(799)], 2);
    expect(update.late).toBe(1);
    expect(update.after.state.lifetime.events).toBe(3);
  });

  test('without models folds, and decides nothing', () => {
    const incoming = positioned([boughtOn(0)]);
    const { after } = applyEvents(newCustomer('c-1'), incoming, 'shard-a', none, defaultStateOptions);
    expect(after).toMatchObject({
      version: 1,
      standing: undefined,
      timerAtMs: undefined,
      prediction: undefined,
    });
  });
});
