import { describe, expect, test } from 'vitest';
import { applyEvents } from '../../operators/apply-events.ts';
import { type ActiveModels, startUpdate, type UpdateBatch } from '../../operators/batch.ts';
import { newCustomer } from '../../operators/customer-record.ts';
import { ThrottledError } from '../../operators/errors.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import { reviewCustomer } from '../../operators/review-customer.ts';
import { defaultStateOptions, msPerDay } from '../../operators/state/customer-state.ts';
import { commitStep } from '../../pipeline/commit-updates.ts';
import { sweepTimers } from '../../pipeline/jobs/sweep-timers.ts';
import { loadStep } from '../../pipeline/load-customers.ts';
import type { Stores } from '../../sinks/stores.ts';
import { customer, quarantined } from '../contracts/records.ts';
import { decodedBatch } from '../fixtures/batches.ts';
import { faultyStores } from '../fixtures/faulty-stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { activate, startProcess } from '../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn, positioned } from '../fixtures/purchases.ts';
import { modelOf } from '../operators/segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs });
const models: ActiveModels = { segments: model, consumption: undefined };
const dear = (day: number) => boughtOn(day, { lines: [{ productId: 'tea', price: 280 }] });

function batchOf(events: readonly PurchaseEvent[], before = newCustomer('c-1'), first = 1): UpdateBatch {
  const incoming = positioned(events, first);
  return {
    ...decodedBatch(events, { first }),
    models,
    updates: [applyEvents(before, incoming, 'shard-a', models, defaultStateOptions)],
  };
}

async function openBench(stores: Stores = memoryStores()) {
  await activate(stores, model);
  return startProcess(stores);
}

describe('commitStep', () => {
  test('writes quarantine and purchases before customers, and moves after them', async () => {
    const memory = memoryStores();
    const { stores, calls } = faultyStores(memory, () => undefined);
    const bench = await openBench(stores);
    calls.length = 0;
    await commitStep({ ...batchOf([dear(0), dear(150)]), quarantined: [quarantined()] }, bench);
    expect(calls).toEqual([
      'quarantine.putMany',
      'purchases.putMany',
      'customers.putMany',
      'migrations.publish',
    ]);
  });

  test('calls no store for a batch that changes nothing', async () => {
    const { stores, calls } = faultyStores(memoryStores(), () => undefined);
    const bench = startProcess(stores);
    await commitStep(batchOf([]), bench);
    await commitStep({ ...batchOf([]), updates: [startUpdate(newCustomer('c-1'), [])] }, bench);
    expect(calls).toEqual([]);
  });

  test('stores what the chain worked out, and remembers it with an empty outbox', async () => {
    const bench = await openBench();
    const batch = batchOf([dear(0), dear(150)]);
    const committed = await commitStep(batch, bench);
    const after = batch.updates[0]?.after;
    expect(after?.outbox.length).toBeGreaterThan(0);
    expect(await bench.stores.customers.get('c-1')).toEqual(after);
    expect(bench.cache.get('c-1')).toEqual({ ...after, outbox: [] });
    expect(committed.updates[0]?.after).toEqual(after);
    const feed = await bench.stores.migrations.feedAfter(undefined, 10);
    expect(feed).toMatchObject(after?.outbox ?? []);
    expect(bench.counters).toMatchObject({ customers: 1, eventsApplied: 2 });
  });

  test('leaves the purchase history alone where it is kept elsewhere', async () => {
    const bench = { ...(await openBench()), writePurchases: false };
    await commitStep(batchOf([dear(0)]), bench);
    expect((await bench.stores.purchases.list('c-1', { limit: 10 })).items).toEqual([]);
  });

  test('publishes the moves of a batch in order of time over its customers', async () => {
    const bench = await openBench();
    const events = ['c-2', 'c-1'].flatMap((customerId, index) =>
      [index, 150 - index].map((day) =>
        boughtOn(day, {
          customerId,
          id: `${customerId} on ${day}`,
          lines: [{ productId: 'tea', price: 280 }],
        }),
      ),
    );
    const loaded = await loadStep(decodedBatch(events), bench);
    const updates = loaded.updates.map(({ before, incoming }) =>
      applyEvents(before, incoming, 'shard-a', models, defaultStateOptions),
    );
    await commitStep({ ...loaded, updates }, bench);
    const times = (await bench.stores.migrations.feedAfter(undefined, 100)).map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThan(2);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('of a race lost to another writer loads again, applies again, and keeps both changes', async () => {
    const bench = await openBench();
    const mine = batchOf([dear(1)]);
    const theirs = applyEvents(
      newCustomer('c-1'),
      positioned([dear(0)]),
      'shard-b',
      models,
      defaultStateOptions,
    );
    await bench.stores.customers.put(theirs.after);
    await commitStep(mine, bench);
    const stored = await bench.stores.customers.get('c-1');
    expect(stored?.version).toBe(2);
    expect(stored?.state.lifetime.events).toBe(2);
    expect(stored?.marks.map(({ shardId }) => shardId)).toEqual(['shard-a', 'shard-b']);
    expect(bench.counters).toMatchObject({ conflicts: 1, eventsApplied: 2 });
  });

  test('of a race lost to a worker with a newer model goes by that model', async () => {
    const bench = await openBench();
    const later = modelOf({ version: 'test-2', fittedAtMs: baseMs + msPerDay / 2 });
    const theirs = applyEvents(
      newCustomer('c-1'),
      positioned([dear(0)]),
      'shard-b',
      { ...models, segments: later },
      defaultStateOptions,
    );
    await bench.models.current();
    await activate(bench.stores, later);
    await bench.stores.customers.put(theirs.after);
    await commitStep(batchOf([dear(1)]), bench);
    expect((await bench.stores.customers.get('c-1'))?.standing?.modelVersion).toBe('test-2');
  });

  test('of a race lost to its own replay writes nothing more', async () => {
    const bench = await openBench();
    const batch = batchOf([dear(0)]);
    await commitStep(batch, bench);
    const again = await commitStep(batch, startProcess(bench.stores));
    expect((await bench.stores.customers.get('c-1'))?.version).toBe(1);
    expect(again.updates[0]?.after.version).toBe(1);
    expect((await bench.stores.purchases.list('c-1', { limit: 10 })).items).toHaveLength(1);
  });

  test('gives up after ten races lost in a row, with an error that can be retried', async () => {
    const memory = memoryStores();
    await activate(memory, model);
    let lost = 0;
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async () => {
          lost += 1;
          return 'conflict';
        },
      },
    };
    await expect(commitStep(batchOf([dear(0)]), startProcess(stores))).rejects.toMatchObject({
      code: 'write-conflict',
      retryable: true,
    });
    expect(lost).toBe(10);
    const almost: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          lost += 1;
          return lost < 20 ? 'conflict' : memory.customers.put(next);
        },
      },
    };
    await commitStep(batchOf([dear(0)]), startProcess(almost));
    expect((await memory.customers.get('c-1'))?.version).toBe(1);
  });

  test('publishes what it finds unpublished on a customer before it writes over it', async () => {
    const bench = await openBench();
    const left = batchOf([dear(0), dear(150)]).updates[0]?.after ?? newCustomer('c-1');
    await bench.stores.customers.put(left);
    await commitStep(batchOf([dear(151)], left, 3), bench);
    const feed = await bench.stores.migrations.feedAfter(undefined, 100);
    expect(feed.map(({ id }) => id)).toEqual(expect.arrayContaining(left.outbox.map(({ id }) => id)));
  });

  test('publishes what it finds unpublished also when its events are all known', async () => {
    const bench = await openBench();
    const left = batchOf([dear(0), dear(150)]).updates[0]?.after ?? newCustomer('c-1');
    await bench.stores.customers.put(left);
    await commitStep(batchOf([dear(0)], left, 1), bench);
    expect(await bench.stores.migrations.feedAfter(undefined, 100)).toHaveLength(left.outbox.length);
    expect((await bench.stores.customers.get('c-1'))?.version).toBe(1);
    expect(bench.cache.get('c-1')?.outbox).toEqual([]);
  });

  test('keeps the writes of one batch within the bound', async () => {
    const memory = memoryStores();
    let atOnce = 0;
    let mostAtOnce = 0;
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          atOnce += 1;
          mostAtOnce = Math.max(mostAtOnce, atOnce);
          await new Promise((resolve) => setImmediate(resolve));
          atOnce -= 1;
          return memory.customers.put(next);
        },
      },
    };
    const bench = startProcess(stores, { writesInFlightMax: 3 });
    const events = Array.from({ length: 20 }, (_, index) =>
      boughtOn(index, { customerId: `c-${index}`, id: `e-${index}` }),
    );
    const loaded = await loadStep(decodedBatch(events), bench);
    const updates = loaded.updates.map(({ before, incoming }) =>
      applyEvents(before, incoming, 'shard-a', models, defaultStateOptions),
    );
    await commitStep({ ...loaded, updates }, bench);
    expect(mostAtOnce).toBe(3);
    expect((await memory.customers.scan({ limit: 100 })).items).toHaveLength(20);
  });

  test('of a write whose answer was lost, and that the client sent again, publishes the moves all the same', async () => {
    const memory = memoryStores();
    await activate(memory, model);
    let sentAgain = 0;
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          await memory.customers.put(next);
          sentAgain += 1;
          return memory.customers.put(next);
        },
      },
    };
    const bench = startProcess(stores);
    const batch = batchOf([dear(0), dear(150)]);
    const committed = await commitStep(batch, bench);
    expect(sentAgain).toBe(1);
    const after = batch.updates[0]?.after;
    expect(await memory.customers.get('c-1')).toEqual(after);
    expect(await memory.migrations.feedAfter(undefined, 10)).toMatchObject(after?.outbox ?? []);
    expect(after?.outbox.length).toBeGreaterThan(0);
    expect(committed.updates[0]?.after).toMatchObject({ version: 1, outbox: [] });
    expect(bench.cache.get('c-1')).toEqual({ ...after, outbox: [] });
    expect(bench.counters.conflicts).toBe(1);
  });

  test('of many customers of whom some lose races does again those alone, each by itself', async () => {
    const bench = await openBench();
    const events = Array.from({ length: 60 }, (_, index) =>
      boughtOn(1, { customerId: `c-${index}`, id: `mine ${index}` }),
    );
    const loaded = await loadStep(decodedBatch(events), bench);
    const updates = loaded.updates.map(({ before, incoming }) =>
      applyEvents(before, incoming, 'shard-a', models, defaultStateOptions),
    );
    const raced = updates.filter((_, index) => index % 3 === 0).map(({ before }) => before.customerId);
    for (const customerId of raced) {
      const theirs = positioned([boughtOn(0, { customerId, id: `theirs ${customerId}` })]);
      const { after } = applyEvents(newCustomer(customerId), theirs, 'shard-b', models, defaultStateOptions);
      await bench.stores.customers.put(after);
    }
    const committed = await commitStep({ ...loaded, updates }, bench);
    expect(bench.counters).toMatchObject({ conflicts: raced.length, eventsApplied: 80 });
    expect(committed.updates.map(({ after }) => after.customerId)).toEqual(
      updates.map(({ after }) => after.customerId),
    );
    for (const { customerId, version, state } of (await bench.stores.customers.scan({ limit: 100 })).items) {
      const writes = raced.includes(customerId) ? 2 : 1;
      expect([customerId, version, state.lifetime.events]).toEqual([customerId, writes, writes]);
    }
  });

  test('cut off in the middle of a group ends in the same place when it is done again', async () => {
    const memory = memoryStores();
    await activate(memory, model);
    const events = Array.from({ length: 10 }, (_, index) =>
      [0, 150].map((day) =>
        boughtOn(day, {
          customerId: `c-${index}`,
          id: `${index} on ${day}`,
          lines: [{ productId: 'tea', price: 280 }],
        }),
      ),
    ).flat();
    let puts = 0;
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          puts += 1;
          if (puts === 6) throw new ThrottledError('throttled', 'slow down', { retryable: true });
          return memory.customers.put(next);
        },
      },
    };
    const process = startProcess(stores, { writesInFlightMax: 25 });
    const commit = async () => {
      const loaded = await loadStep(decodedBatch(events), process);
      const updates = loaded.updates.map(({ before, incoming }) =>
        applyEvents(before, incoming, 'shard-a', models, defaultStateOptions),
      );
      return commitStep({ ...loaded, updates }, process);
    };
    await expect(commit()).rejects.toMatchObject({ code: 'throttled' });
    expect(await memory.migrations.feedAfter(undefined, 100)).toEqual([]);
    await commit();
    const stored = (await memory.customers.scan({ limit: 100 })).items;
    expect(stored.map(({ version, state }) => [version, state.lifetime.events])).toEqual(
      Array(10).fill([1, 2]),
    );
    const moves = stored.flatMap(({ outbox }) => outbox.map(({ id }) => id));
    const published = (await memory.migrations.feedAfter(undefined, 100)).map(({ id }) => id);
    expect(moves.length).toBeGreaterThanOrEqual(10);
    expect(published.sort()).toEqual(moves.sort());
  });

  test('raises the timer of a late event to the sweep, which then makes its moves at their own instants', async () => {
    const stores = memoryStores();
    await activate(stores, model);
    const sweptToMs = baseMs + 900 * msPerDay;
    await stores.checkpoints.putClock({ sweptToMs, inHand: [] });
    const bench = startProcess(stores, { sweptToMs: () => sweptToMs });
    const batch = batchOf([dear(0)]);
    await commitStep(batch, bench);
    expect((await stores.customers.get('c-1'))?.timerAtMs).toBe(sweptToMs);
    expect(await sweepTimers(sweptToMs + msPerDay, bench)).toBe(1);
    const known = batch.updates[0]?.after ?? customer();
    const expected = reviewCustomer(known, models, sweptToMs)?.outbox ?? [];
    expect(expected.length).toBeGreaterThan(1);
    expect(await stores.migrations.feedAfter(undefined, 100)).toMatchObject(expected);
  });

  test('leaves a timer ahead of the sweep where it is, and adds none', async () => {
    const stores = memoryStores();
    await activate(stores, model);
    const ahead = startProcess(stores, { sweptToMs: () => baseMs });
    const batch = batchOf([dear(0)]);
    await commitStep(batch, ahead);
    expect((await stores.customers.get('c-1'))?.timerAtMs).toBe(batch.updates[0]?.after.timerAtMs);
    const without = memoryStores();
    const unmodelled = startProcess(without, { sweptToMs: () => baseMs + 900 * msPerDay });
    const update = applyEvents(
      newCustomer('c-1'),
      positioned([dear(0)]),
      'shard-a',
      { segments: undefined, consumption: undefined },
      defaultStateOptions,
    );
    await commitStep({ ...batch, updates: [update] }, unmodelled);
    expect((await without.customers.get('c-1'))?.timerAtMs).toBeUndefined();
  });
});
