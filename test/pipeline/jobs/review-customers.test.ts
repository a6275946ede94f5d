import { describe, expect, test } from 'vitest';
import { applyEvents } from '../../../operators/apply-events.ts';
import { type CustomerRecord, newCustomer } from '../../../operators/customer-record.ts';
import { defaultStateOptions, msPerDay } from '../../../operators/state/customer-state.ts';
import { reviewCustomers } from '../../../pipeline/jobs/review-customers.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { startProcess } from '../../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn, positioned } from '../../fixtures/purchases.ts';
import { modelOf } from '../../operators/segments/factories.ts';

const models = { segments: modelOf({ fittedAtMs: baseMs }), consumption: undefined };
const dear = (day: number) => boughtOn(day, { lines: [{ productId: 'tea', price: 280 }] });
const atMs = baseMs + 100 * msPerDay;

function applied(before: CustomerRecord, day: number, shardId = 'shard-a'): CustomerRecord {
  return applyEvents(before, positioned([dear(day)]), shardId, models, defaultStateOptions).after;
}

const known = applied(newCustomer('c-1'), 0);
const one = [{ customerId: 'c-1' }];

async function openBench(stores: Stores = memoryStores()) {
  await stores.customers.put(known);
  return startProcess(stores);
}

describe('reviewCustomers', () => {
  test('writes who has changed, publishes the moves, and remembers the record with an empty outbox', async () => {
    const bench = await openBench();
    expect(await reviewCustomers(one, models, atMs, bench)).toBe(1);
    const stored = await bench.stores.customers.get('c-1');
    expect(stored?.outbox).toHaveLength(1);
    expect(bench.cache.get('c-1')).toEqual({ ...stored, outbox: [] });
    expect(await bench.stores.migrations.feedAfter(undefined, 10)).toMatchObject(stored?.outbox ?? []);
    expect(await reviewCustomers(one, models, atMs, bench)).toBe(0);
  });

  test('writes nobody for whom nothing has changed, and nobody unknown', async () => {
    const { stores, calls } = faultyStores(memoryStores(), () => undefined);
    const bench = await openBench(stores);
    calls.length = 0;
    expect(await reviewCustomers([...one, { customerId: 'nobody' }], models, baseMs + msPerDay, bench)).toBe(
      0,
    );
    expect(calls).toEqual(['customers.getMany']);
  });

  test('reads nobody it was given or remembers', async () => {
    const { stores, calls } = faultyStores(memoryStores(), () => undefined);
    const bench = await openBench(stores);
    calls.length = 0;
    await reviewCustomers([{ customerId: 'c-1', known }], models, atMs, bench);
    await reviewCustomers(one, models, atMs + 300 * msPerDay, bench);
    expect(calls.filter((name) => name === 'customers.getMany')).toEqual([]);
  });

  test('of a race lost to an event reviews the newer record', async () => {
    const bench = await openBench();
    const newer = applied(known, 20, 'shard-b');
    await bench.stores.customers.put(newer);
    expect(await reviewCustomers([{ customerId: 'c-1', known }], models, atMs, bench)).toBe(1);
    const stored = await bench.stores.customers.get('c-1');
    expect(stored?.state).toEqual(newer.state);
    expect(stored?.version).toBe(3);
    expect(bench.counters.conflicts).toBe(1);
  });

  test('of a race lost to an event after which nothing is due writes nothing', async () => {
    const bench = await openBench();
    const newer = applied(known, 99, 'shard-b');
    await bench.stores.customers.put({ ...newer, timerAtMs: atMs + msPerDay });
    expect(await reviewCustomers([{ customerId: 'c-1', known }], models, atMs, bench)).toBe(0);
    expect((await bench.stores.customers.get('c-1'))?.version).toBe(2);
  });

  test('gives up after ten races lost in a row, with an error that can be retried', async () => {
    const memory = memoryStores();
    let puts = 0;
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          if (next.version === 1) return memory.customers.put(next);
          puts += 1;
          return 'conflict';
        },
      },
    };
    const bench = await openBench(stores);
    await expect(reviewCustomers(one, models, atMs, bench)).rejects.toMatchObject({
      code: 'write-conflict',
      retryable: true,
    });
    expect(puts).toBe(10);
  });

  test('publishes what it finds unpublished, also where it writes nothing', async () => {
    const memory = memoryStores();
    const moved = applied(known, 150, 'shard-b');
    expect(moved.outbox.length).toBeGreaterThan(0);
    await memory.customers.put({ ...moved, version: 1, timerAtMs: dear(151).occurredAtMs });
    const bench = startProcess(memory);
    expect(await reviewCustomers(one, models, dear(150).occurredAtMs, bench)).toBe(0);
    expect(await memory.migrations.feedAfter(undefined, 10)).toHaveLength(moved.outbox.length);
  });

  test('keeps the outbox in memory while it is not published, for whoever writes next', async () => {
    const memory = memoryStores();
    const faulty = faultyStores(memory, ({ name }) => (name === 'migrations.publish' ? 'lost' : undefined));
    const bench = await openBench(faulty.stores);
    await expect(reviewCustomers(one, models, atMs, bench)).rejects.toMatchObject({ code: 'outage' });
    expect(bench.cache.get('c-1')?.outbox).toHaveLength(1);
    expect(await memory.migrations.feedAfter(undefined, 10)).toEqual([]);
    await reviewCustomers(one, models, atMs, bench);
    expect(await memory.migrations.feedAfter(undefined, 10)).toHaveLength(1);
  });
});
