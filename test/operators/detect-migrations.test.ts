import { describe, expect, test } from 'vitest';
import { type ActiveModels, changesCustomer, startUpdate } from '../../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import { detectMigrations, detectMigrationsStep, earlierTimer } from '../../operators/detect-migrations.ts';
import { nextChangeAt } from '../../operators/segments/next-change.ts';
import { foldEvents } from '../../operators/state/fold-events.ts';
import { migration } from '../contracts/records.ts';
import { updateBatch } from '../fixtures/batches.ts';
import { expectMarbles } from '../fixtures/marbles.ts';
import { baseMs, boughtOn, positioned } from '../fixtures/purchases.ts';
import { modelOf, standingOf } from './segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs });
const models: ActiveModels = { segments: model, consumption: undefined };
const standing = standingOf({ sinceMs: baseMs });

function updateOf(before: Partial<CustomerRecord> = {}) {
  const record = { ...newCustomer('c-1'), version: 4, ...before };
  const fresh = [boughtOn(0), boughtOn(1)];
  return {
    ...startUpdate(record, positioned(fresh, 7)),
    fresh,
    ...foldEvents(record.state, fresh),
    standing,
    migrations: [migration()],
  };
}

describe('detectMigrationsStep', () => {
  test('puts everything into the next version of the record', () => {
    const update = updateOf();
    const { after } = detectMigrationsStep(update, models, 'shard-a');
    expect(after).toEqual({
      customerId: 'c-1',
      version: 5,
      state: update.state,
      standing,
      marks: [{ shardId: 'shard-a', sequenceNumber: '8', subSequence: 0 }],
      outbox: [migration()],
      timerAtMs: nextChangeAt(update.state, 'New', model, boughtOn(1).occurredAtMs)?.atMs,
      prediction: undefined,
    });
    expect(after.timerAtMs).toBeGreaterThan(boughtOn(1).occurredAtMs);
  });

  test('keeps an earlier timer as it is, and moves a later one', () => {
    const earlier = detectMigrationsStep(updateOf({ timerAtMs: baseMs + 5 }), models, 'shard-a');
    expect(earlier.after.timerAtMs).toBe(baseMs + 5);
    const later = detectMigrationsStep(updateOf({ timerAtMs: 8e15 }), models, 'shard-a');
    expect(later.after.timerAtMs).toBeLessThan(8e15);
  });

  test('keeps the prediction that was made before it', () => {
    const update = updateOf();
    const prediction = {
      asOfMs: 1,
      modelVersion: 'p',
      probabilityAlive: 1,
      expectedPurchases30: 1,
      nextOrderAtMs: 1,
    };
    const predicted = { ...update, after: { ...update.after, prediction } };
    expect(detectMigrationsStep(predicted, models, 'shard-a').after.prediction).toBe(prediction);
  });

  test('leaves an update without fresh events as it is: there is nothing to write', () => {
    const update = { ...updateOf(), fresh: [] };
    expect(detectMigrationsStep(update, models, 'shard-a')).toBe(update);
    expect(changesCustomer(update)).toBe(false);
    expect(changesCustomer(detectMigrationsStep(updateOf(), models, 'shard-a'))).toBe(true);
  });
});

describe('earlierTimer', () => {
  test.each([
    [undefined, undefined, undefined],
    [undefined, 5, 5],
    [5, undefined, 5],
    [5, 7, 5],
    [7, 5, 5],
  ])('of %s and %s is %s', (indexedMs, nextMs, expected) => {
    expect(earlierTimer(indexedMs, nextMs)).toBe(expected);
  });
});

describe('detectMigrations', () => {
  test('runs the step for every customer of a batch, with the shard of the batch', () => {
    const batch = { ...updateBatch([]), models, updates: [updateOf()] };
    const done = {
      ...batch,
      updates: batch.updates.map((one) => detectMigrationsStep(one, models, batch.shardId)),
    };
    expectMarbles(detectMigrations(), { in: '-a|', out: '-A|', values: { a: batch, A: done } });
  });
});
