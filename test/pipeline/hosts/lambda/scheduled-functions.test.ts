import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { msPerDay } from '../../../../operators/state/customer-state.ts';
import { clockAdvancer } from '../../../../pipeline/hosts/lambda/advance-clock.ts';
import { modelFitter } from '../../../../pipeline/hosts/lambda/fit-models.ts';
import { StoredStatus } from '../../../../pipeline/hosts/lambda/stored-status.ts';
import type { Stores } from '../../../../sinks/stores.ts';
import { recordBatch, streamRecord } from '../../../fixtures/batches.ts';
import { storeCrowd } from '../../../fixtures/crowd.ts';
import { invocation, testWarmStart } from '../../../fixtures/event-source-warm-start.ts';
import { memoryStores } from '../../../fixtures/memory-stores.ts';
import { activate, runChain, startProcess } from '../../../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn } from '../../../fixtures/purchases.ts';
import { model, openStores } from '../../../fixtures/shard-records.ts';
import { modelOf } from '../../../operators/segments/factories.ts';

const atDay = (day: number) => () => baseMs + day * msPerDay;

afterEach(() => {
  vi.useRealTimers();
});

async function store(stores: Stores, events: ReturnType<typeof boughtOn>[], from = 1): Promise<void> {
  const records = events.map((event, index) => streamRecord(from + index, event));
  await runChain(startProcess(stores), [recordBatch(records)]);
}

describe('advance-clock', () => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await openStores();
    await stores.checkpoints.putRollout({ modelVersion: model.version, cursor: undefined, finished: true });
    await store(stores, [boughtOn(0, { customerId: 'c-1' }), boughtOn(1, { customerId: 'c-2' })]);
  });

  test('fires what is due and tells how late it is', async () => {
    const due = await stores.customers.due({ fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }, 10);
    const firstMs = due[0]?.timerAtMs as number;
    const warm = testWarmStart(stores, { nowMs: () => firstMs + 90_000 });
    expect(await clockAdvancer(warm)({}, invocation())).toEqual({ finished: true, toMs: firstMs + 90_000 });
    const moves = await stores.migrations.feedAfter(undefined, 10);
    expect(moves.map(({ cause, atMs }) => [cause, atMs])).toContainEqual(['time', firstMs]);
    expect(warm.recorded.totals.get('TimerLagMs')).toBe(90_000);
    expect(warm.recorded.totals.get('TimersFired')).toBeGreaterThan(0);
    expect(warm.recorded.totals.get('Migrations cause=time')).toBe(moves.length);
    expect(await stores.checkpoints.clock()).toEqual({ sweptToMs: firstMs + 90_000, inHand: [] });
  });

  test('finds nothing due a moment later', async () => {
    const warm = testWarmStart(stores, { nowMs: atDay(1_000) });
    await clockAdvancer(warm)({}, invocation());
    const again = testWarmStart(stores, { nowMs: atDay(1_000.001) });
    await clockAdvancer(again)({}, invocation());
    expect(again.recorded.totals.get('TimersFired')).toBe(0);
    expect(again.recorded.totals.get('TimerLagMs')).toBe(0);
  });

  test('sees what a consumer has written since its last run', async () => {
    let day = 400;
    const warm = testWarmStart(stores, { nowMs: () => atDay(day)() });
    const advance = clockAdvancer(warm);
    await advance({}, invocation());
    await store(stores, [boughtOn(401, { customerId: 'c-1' }), boughtOn(402, { customerId: 'c-1' })], 10);
    day = 900;
    await advance({}, invocation());
    expect((await stores.customers.get('c-1'))?.state.lifetime.events).toBe(3);
    expect(warm.recorded.totals.get('WriteConflicts')).toBe(0);
  });

  test('goes on with a roll-out that another process began', async () => {
    const newer = modelOf({ version: 'segments-newer', fittedAtMs: baseMs + 2 * msPerDay });
    await activate(stores, newer);
    await clockAdvancer(testWarmStart(stores, { nowMs: atDay(3) }))({}, invocation());
    const rollout = { modelVersion: newer.version, passedOnce: true };
    expect(await stores.checkpoints.rollout()).toMatchObject({ ...rollout, finished: false });
    // Once no consumer can go by the model before any more.
    await clockAdvancer(testWarmStart(stores, { nowMs: atDay(3.01) }))({}, invocation());
    expect(await stores.checkpoints.rollout()).toMatchObject({ ...rollout, finished: true });
  });

  test('without time leaves the work, and the clock, to the next run', async () => {
    const warm = testWarmStart(stores, { nowMs: atDay(1_000) });
    const outOfTime = await clockAdvancer(warm)({}, invocation(1));
    expect(outOfTime.finished).toBe(false);
    expect(await stores.checkpoints.clock()).toBeUndefined();
    expect((await clockAdvancer(warm)({}, invocation())).finished).toBe(true);
  });
});

describe('fit-models', () => {
  const nowMs = atDay(301);
  const crowded = async () => {
    const stores = memoryStores();
    await storeCrowd(stores, { customers: 120 });
    return stores;
  };

  test('counts what is stored, fits when asked to, and reviews everybody', async () => {
    const stores = await crowded();
    const warm = testWarmStart(stores, { nowMs });
    const answer = await modelFitter(warm)({ force: true }, invocation(900_000));
    expect(answer).toMatchObject({ fitted: true, rolledOut: true });
    expect(answer.activeSegments).toBe((await stores.models.active('segments'))?.version);
    expect(warm.recorded.totals.get('ModelsFitted')).toBe(1);
    const census = await stores.checkpoints.census();
    const stored = (await stores.customers.scan({ limit: 1_000 })).items;
    expect(census?.customers).toBe(stored.length);
    const counted = Object.values(census?.segmentCounts ?? {}).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(stored.length);
    expect(census?.segmentCounts.unassigned ?? 0).toBe(0);
  });

  test('fits nothing when no fit is due, and still counts', async () => {
    const stores = memoryStores();
    await store(stores, [boughtOn(1), boughtOn(2)]);
    const answer = await modelFitter(testWarmStart(stores, { nowMs }))({}, invocation(900_000));
    expect(answer).toMatchObject({ fitted: false, activeSegments: undefined });
    expect((await stores.checkpoints.census())?.eventsApplied).toBe(2);
  });

  test('without time says so and changes nothing', async () => {
    const stores = await crowded();
    await expect(
      modelFitter(testWarmStart(stores, { nowMs }))({ force: true }, invocation(1)),
    ).rejects.toMatchObject({ code: 'stopping' });
    expect(await stores.models.active('segments')).toBeUndefined();
  });

  test('leaves a roll-out that time does not allow to the clock', async () => {
    const stores = await crowded();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hurried: Stores = {
      ...stores,
      models: {
        ...stores.models,
        activate: async (kind, version) => {
          await stores.models.activate(kind, version);
          if (kind === 'segments') vi.advanceTimersByTime(870_000);
        },
      },
    };
    const warm = testWarmStart(hurried, { nowMs });
    const answer = await modelFitter(warm)({ force: true }, invocation(900_000));
    vi.useRealTimers();
    expect(answer).toMatchObject({ fitted: true, rolledOut: false });
    await clockAdvancer(testWarmStart(stores, { nowMs }))({}, invocation());
    expect((await stores.checkpoints.rollout())?.passedOnce).toBe(true);
  });
});

describe('the status of the stores', () => {
  test('has the watermarks of the shards and the counts of the census, read again after five seconds', async () => {
    const stores = memoryStores();
    let nowMs = 0;
    const status = new StoredStatus(stores.checkpoints, () => nowMs);
    expect(await status.current()).toMatchObject({ watermarkMs: undefined, customers: 0, shards: [] });
    await stores.checkpoints.raiseWatermark({ shardId: 's-2', watermarkMs: 20, lagMs: 5 });
    await stores.checkpoints.raiseWatermark({ shardId: 's-1', watermarkMs: 10, lagMs: 7 });
    await stores.checkpoints.putCensus({
      takenAtMs: 1,
      customers: 3,
      eventsApplied: 9,
      segmentCounts: { Loyal: 3 },
      migrationsByCause: { time: 2 },
      quarantinedByReason: { 'not-json': 1 },
    });
    nowMs = 4_999;
    expect((await status.current()).shards).toEqual([]);
    nowMs = 5_000;
    expect(await status.current()).toMatchObject({
      clock: 'wall',
      watermarkMs: 20,
      customers: 3,
      segmentCounts: { Loyal: 3 },
      shards: [
        { shardId: 's-1', watermarkMs: 10, lagMs: 7 },
        { shardId: 's-2', watermarkMs: 20 },
      ],
    });
    expect(status.watermarkMs()).toBe(20);
  });
});
