import { expect, test } from 'vitest';
import { readSettings } from '../../pipeline/settings.ts';
import { createWorker } from '../../pipeline/worker.ts';
import { recordBatch, streamRecord } from '../fixtures/batches.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { boughtOn } from '../fixtures/purchases.ts';

const batch = recordBatch([streamRecord(1, boughtOn(1)), streamRecord(2, boughtOn(2))]);
const worker = (stores: ReturnType<typeof memoryStores>) =>
  createWorker({ settings: readSettings({}, {}), stores, nowMs: () => 0, modelAgeMsMax: 0 });

test('a batch is stored when it has been processed, and processing it again changes nothing', async () => {
  const stores = memoryStores();
  const done = await worker(stores).process(batch);
  expect(done.end).toEqual({ sequenceNumber: '2', subSequence: 0 });
  const stored = await stores.customers.get(boughtOn(1).customerId);
  expect(stored?.state.lifetime.events).toBe(2);
  await worker(stores).process(batch);
  expect(await stores.customers.get(boughtOn(1).customerId)).toEqual(stored);
});

test('two workers on the same records, each with a cache of its own, count each event once', async () => {
  const stores = memoryStores();
  const one = worker(stores);
  const other = worker(stores);
  await one.process(recordBatch(batch.records.slice(0, 1)));
  await other.process(batch);
  await one.process(batch);
  expect((await stores.customers.get(boughtOn(1).customerId))?.state.lifetime.events).toBe(2);
  expect(one.counters.conflicts).toBe(1);
});
