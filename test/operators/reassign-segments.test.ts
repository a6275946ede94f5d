import { describe, expect, test } from 'vitest';
import { type ActiveModels, startUpdate } from '../../operators/batch.ts';
import { newCustomer } from '../../operators/customer-record.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import { letTimePass, reassignSegments, reassignSegmentsStep } from '../../operators/reassign-segments.ts';
import type { SegmentStanding } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { foldEvents } from '../../operators/state/fold-events.ts';
import { updateBatch } from '../fixtures/batches.ts';
import { expectMarbles } from '../fixtures/marbles.ts';
import { baseMs, boughtOn } from '../fixtures/purchases.ts';
import { modelOf } from './segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs });
const models: ActiveModels = { segments: model, consumption: undefined };
const dear = (day: number, price = 280) => boughtOn(day, { lines: [{ productId: 'tea', price }] });

function updateOf(
  fresh: readonly PurchaseEvent[],
  known: readonly PurchaseEvent[] = [],
  standing?: SegmentStanding,
) {
  const blank = newCustomer('c-1');
  const before = { ...blank, state: foldEvents(blank.state, known).state, standing };
  return { ...startUpdate(before, []), fresh, ...foldEvents(before.state, fresh) };
}

describe('reassignSegmentsStep', () => {
  test('gives a new customer a first standing at the first event, which is no migration', () => {
    const { standing, migrations } = reassignSegmentsStep(updateOf([dear(0)]), models);
    expect(standing).toMatchObject({ segment: 'New', sinceMs: baseMs, cause: 'event', migrations: 0 });
    expect(migrations).toEqual([]);
  });

  test('gives a customer known before the first model a standing at its fit, and then lets time pass', () => {
    const later = modelOf({ fittedAtMs: baseMs + 10 * msPerDay });
    const known = updateOf([dear(200)], [dear(0)]);
    const { standing, migrations } = reassignSegmentsStep(known, { ...models, segments: later });
    expect(migrations[0]).toMatchObject({ from: 'New', ordinal: 1, cause: 'time' });
    expect(migrations[0]?.atMs).toBeGreaterThan(later.fittedAtMs);
    expect(migrations.at(-1)).toMatchObject({ cause: 'event', atMs: dear(200).occurredAtMs });
    expect(standing?.sinceMs).toBe(dear(200).occurredAtMs);
  });

  test('makes the moves of the time between two events before that of the second', () => {
    const events = [dear(0), dear(150), dear(151, 900)];
    const { migrations, standing } = reassignSegmentsStep(updateOf(events), models);
    const causes = migrations.map(({ cause }) => cause);
    expect(causes[0]).toBe('time');
    expect(causes).toContain('event');
    expect(migrations.map(({ ordinal }) => ordinal)).toEqual(migrations.map((_, index) => index + 1));
    const times = migrations.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(standing?.migrations).toBe(migrations.length);
  });

  test('tells the segment held right before each event, however the events are batched', () => {
    const events = [dear(0), dear(150), dear(151, 900)];
    const { held, migrations } = reassignSegmentsStep(updateOf(events), models);
    const byMoves = events.map(({ occurredAtMs }, index) => {
      const before = migrations.filter(
        ({ atMs, cause }) => atMs < occurredAtMs || (atMs === occurredAtMs && cause === 'time'),
      );
      return index === 0 ? undefined : (before.at(-1)?.to ?? 'New');
    });
    expect(held).toEqual(byMoves);
    expect(new Set(held).size).toBe(3);
    const first = reassignSegmentsStep(updateOf(events.slice(0, 1)), models);
    const rest = reassignSegmentsStep(updateOf(events.slice(1), events.slice(0, 1), first.standing), models);
    expect([...first.held, ...rest.held]).toEqual(held);
  });

  test('leaves an update without a model or without fresh events as it is', () => {
    const update = updateOf([dear(0)]);
    const unjudged = reassignSegmentsStep(update, { ...models, segments: undefined });
    expect(unjudged).toEqual({ ...update, held: [undefined] });
    const stale = updateOf([]);
    expect(reassignSegmentsStep(stale, models)).toBe(stale);
  });
});

describe('letTimePass', () => {
  const { state } = updateOf([dear(0)]);
  const standing = reassignSegmentsStep(updateOf([dear(0)]), models).standing as SegmentStanding;

  test('makes a new model’s moves at its fit, then those of time', () => {
    const swapped = [3, 1, 2, 0, 4, 5, 6, 7].map((index) => model.centroids[index] ?? []);
    const fittedAtMs = baseMs + 5 * msPerDay;
    const other = modelOf({ version: 'test-2', fittedAtMs, centroids: swapped });
    const step = letTimePass('c-1', state, standing, other, {
      toMs: baseMs + 400 * msPerDay,
      inclusive: true,
    });
    expect(step.migrations[0]).toMatchObject({
      cause: 'model',
      atMs: fittedAtMs,
      from: 'New',
      to: 'Champions',
    });
    expect(step.migrations[1]).toMatchObject({ cause: 'time', from: 'Champions' });
    expect(step.standing.modelVersion).toBe('test-2');
  });

  test('gives the very standing back when nothing happened', () => {
    const until = { toMs: baseMs + msPerDay, inclusive: true };
    expect(letTimePass('c-1', state, standing, model, until)).toEqual({ standing, migrations: [] });
    expect(letTimePass('c-1', state, standing, model, until).standing).toBe(standing);
  });
});

describe('reassignSegments', () => {
  test('runs the step for every customer of a batch, under the models of the batch', () => {
    const batch = { ...updateBatch([]), models, updates: [updateOf([dear(0)])] };
    const done = { ...batch, updates: batch.updates.map((one) => reassignSegmentsStep(one, models)) };
    expectMarbles(reassignSegments(), { in: '-a|', out: '-A|', values: { a: batch, A: done } });
  });
});
