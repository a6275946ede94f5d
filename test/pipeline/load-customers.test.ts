import { describe, expect, test } from 'vitest';
import { newCustomer } from '../../operators/customer-record.ts';
import { loadStep } from '../../pipeline/load-customers.ts';
import { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import { customer } from '../contracts/records.ts';
import { decodedBatch } from '../fixtures/batches.ts';
import { faultyStores } from '../fixtures/faulty-stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { activate, startProcess } from '../fixtures/pipeline-bench.ts';
import { boughtOn } from '../fixtures/purchases.ts';
import { modelOf, standingOf } from '../operators/segments/factories.ts';

const by = (customerId: string, day: number) => boughtOn(day, { customerId, id: `${customerId} ${day}` });

async function openBench() {
  const { stores, calls } = faultyStores(memoryStores(), () => undefined);
  await activate(stores, modelOf());
  await stores.customers.put(customer({ customerId: 'stored', standing: undefined }));
  calls.length = 0;
  return { bench: startProcess(stores), calls };
}

describe('loadStep', () => {
  test('groups events by customer, in order of the shard, with the records found or new', async () => {
    const { bench } = await openBench();
    const batch = decodedBatch([by('stored', 1), by('fresh', 2), by('stored', 0)]);
    const { updates, models, ...rest } = await loadStep(batch, bench);
    expect(updates.map(({ before }) => before)).toEqual([
      customer({ customerId: 'stored', standing: undefined }),
      newCustomer('fresh'),
    ]);
    expect(updates[0]?.incoming).toEqual([batch.events[0], batch.events[2]]);
    expect(models.segments?.version).toBe('test-1');
    expect(rest).toEqual(batch);
  });

  test('reads only those that are not in the cache, in one call', async () => {
    const { bench, calls } = await openBench();
    const cached = customer({ customerId: 'cached', version: 7, standing: undefined });
    bench.cache.set('cached', cached);
    const { updates } = await loadStep(
      decodedBatch([by('cached', 0), by('stored', 1), by('fresh', 2)]),
      bench,
    );
    expect(updates[0]?.before).toBe(cached);
    expect(calls.filter((name) => name.startsWith('customers.'))).toEqual(['customers.getMany']);
    calls.length = 0;
    await loadStep(decodedBatch([by('cached', 3)]), bench);
    expect(calls.filter((name) => name.startsWith('customers.'))).toEqual([]);
  });

  test('of a batch without events reads no customer', async () => {
    const { bench, calls } = await openBench();
    expect((await loadStep(decodedBatch([]), bench)).updates).toEqual([]);
    expect(calls.filter((name) => name.startsWith('customers.'))).toEqual([]);
  });

  test('reads the active models anew when a record was judged by one not seen yet', async () => {
    const { stores, calls } = faultyStores(memoryStores(), () => undefined);
    await activate(stores, modelOf({ version: 'm-1' }));
    // A cache that by itself would never read again.
    const models = new ActiveModelCache(stores.models, { ageMsMax: 1, nowMs: () => 0 });
    const held = startProcess(stores, { models });
    await held.models.current();
    await activate(stores, modelOf({ version: 'm-2' }));
    await stores.customers.put(
      customer({ customerId: 'moved', standing: standingOf({ modelVersion: 'm-2' }) }),
    );
    calls.length = 0;
    const loaded = await loadStep(decodedBatch([by('moved', 0)]), held);
    expect(loaded.models.segments?.version).toBe('m-2');
    await loadStep(decodedBatch([by('moved', 1)]), held);
    expect(calls.filter((name) => name === 'models.active')).toHaveLength(2);
  });
});
