import { beforeEach, describe, expect, test } from 'vitest';
import { DependencyError, TidemarkError } from '../../../../operators/errors.ts';
import type { StreamRecord } from '../../../../operators/event/record.ts';
import { recordConsumer } from '../../../../pipeline/hosts/lambda/consume-records.ts';
import type { Stores } from '../../../../sinks/stores.ts';
import { streamRecord } from '../../../fixtures/batches.ts';
import { invocation, streamEvent, testWarmStart } from '../../../fixtures/event-source-warm-start.ts';
import { faultyStores } from '../../../fixtures/faulty-stores.ts';
import { activate, everythingStored } from '../../../fixtures/pipeline-bench.ts';
import { boughtOn } from '../../../fixtures/purchases.ts';
import { aggregated, openStores, someRecords } from '../../../fixtures/shard-records.ts';
import { wholeQuarantine } from '../../../fixtures/whole-quarantine.ts';
import { modelOf } from '../../../operators/segments/factories.ts';

let stores: Stores;
beforeEach(async () => {
  stores = await openStores();
});

const broken = new TextEncoder().encode('{');
const done = { batchItemFailures: [] };
const sequenceOf = (index: number, records: readonly StreamRecord[]) => records[index]?.sequenceNumber;
const purchasesOf = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) =>
    streamRecord(from + index, boughtOn(index, { customerId: `c-${index}`, id: `order ${from + index}` })),
  );

/** Stores that fail a customer's write. */
function failingFor(customerId: string, error: () => Error): Stores {
  const { put } = stores.customers;
  return {
    ...stores,
    customers: {
      ...stores.customers,
      put: async (next) => {
        if (next.customerId === customerId) throw error();
        return put(next);
      },
    },
  };
}
const tooLarge = () => new TidemarkError('customer-too-large', 'too large');

test('records plain, aggregated, damaged and repeated take effect as in one pass in order', async () => {
  const consume = recordConsumer(testWarmStart(stores));
  const records = someRecords();
  expect(await consume(streamEvent(records), invocation())).toEqual(done);
  const inOnePass = await everythingStored(stores);

  const other = await openStores();
  const again = recordConsumer(testWarmStart(other));
  // Split anywhere, a part of it given twice, by an environment that is cold the second time.
  for (const part of [records.slice(0, 7), records.slice(3, 12), records.slice(12)]) {
    expect(await again(streamEvent(part), invocation())).toEqual(done);
  }
  await recordConsumer(testWarmStart(other))(streamEvent(records), invocation());
  expect(await everythingStored(other)).toEqual(inOnePass);
});

test('what the service encodes comes out as it was put: bytes, position, arrival', async () => {
  const [record] = [
    streamRecord(
      7,
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
    ),
  ];
  await recordConsumer(testWarmStart(stores))(streamEvent([record as StreamRecord], 'shard-b'), invocation());
  const [entry] = await wholeQuarantine(stores.quarantine);
  expect(entry).toMatchObject({
    shardId: 'shard-b',
    sequenceNumber: '7',
    partitionKey: record?.partitionKey,
    arrivedAtMs: record?.arrivedAtMs,
  });
  expect(Buffer.from(entry?.data ?? []).equals(Buffer.from(record?.data ?? []))).toBe(true);
});

test('an environment whose cache is stale counts each event once', async () => {
  const one = testWarmStart(stores);
  const [first, second] = [recordConsumer(one), recordConsumer(testWarmStart(stores))];
  const customer = (day: number) => streamRecord(10 + day, boughtOn(day, { customerId: 'c-1' }));
  await first(streamEvent([customer(1)]), invocation());
  await second(streamEvent([customer(2)]), invocation());
  await first(streamEvent([customer(3)]), invocation());
  await first(streamEvent([customer(2)]), invocation());
  expect((await stores.customers.get('c-1'))?.state.lifetime.events).toBe(3);
  expect(one.recorded.totals.get('WriteConflicts')).toBe(1);
  expect(one.recorded.totals.get('Duplicates')).toBe(1);
});

describe('records that can not be used', () => {
  test('are quarantined and hold nothing up', async () => {
    const warm = testWarmStart(stores);
    const records = [streamRecord(1, broken), ...purchasesOf(3, 2)];
    expect(await recordConsumer(warm)(streamEvent(records), invocation())).toEqual(done);
    expect(await stores.quarantine.countByReason()).toEqual({ 'not-json': 1 });
    expect(warm.recorded.totals.get('Quarantined')).toBe(1);
    expect(warm.recorded.totals.get('Quarantined reason=not-json')).toBe(1);
    expect(warm.recorded.totals.get('EventsApplied')).toBe(3);
  });

  test('because they break their processing are found among many and quarantined alone', async () => {
    const records = purchasesOf(40);
    const warm = testWarmStart(failingFor('c-17', tooLarge));
    expect(await recordConsumer(warm)(streamEvent(records), invocation())).toEqual(done);
    const { items } = await stores.quarantine.list({ limit: 10 });
    expect(items.map(({ sequenceNumber, rejection }) => [sequenceNumber, rejection.reason])).toEqual([
      [sequenceOf(17, records), 'processing-failed'],
    ]);
    expect((await stores.customers.scan({ limit: 100 })).items).toHaveLength(39);
    expect(warm.recorded.totals.get('Quarantined reason=processing-failed')).toBe(1);
  });

  test('inside an aggregated record are quarantined without their neighbours', async () => {
    const events = ['c-1', 'c-2', 'c-3'].map((customerId) => boughtOn(1, { customerId, id: customerId }));
    const warm = testWarmStart(failingFor('c-2', () => new TypeError('a bug')));
    expect(await recordConsumer(warm)(streamEvent([aggregated(5, events)]), invocation())).toEqual(done);
    const [entry] = (await stores.quarantine.list({ limit: 10 })).items;
    expect(entry).toMatchObject({ sequenceNumber: '5', subSequence: 1, partitionKey: 'key' });
    expect((await stores.customers.scan({ limit: 10 })).items).toHaveLength(2);
  });

  test('in numbers are taken for a fault of ours: the shard waits', async () => {
    const records = purchasesOf(12);
    const failing: Stores = {
      ...stores,
      customers: { ...stores.customers, put: () => Promise.reject(tooLarge()) },
    };
    const warm = testWarmStart(failing);
    const answer = await recordConsumer(warm)(streamEvent(records), invocation());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(await stores.quarantine.countByReason()).toEqual({ 'processing-failed': 10 });
    expect(warm.recorded.totals.get('UnfinishedBatches')).toBe(1);
  });
});

describe('when a service is away', () => {
  test('a batch is tried again until it is back', async () => {
    let outage = 2;
    const { stores: faulty } = faultyStores(stores, ({ name }) => {
      if (!name.startsWith('customers.put') || outage === 0) return undefined;
      outage -= 1;
      return outage === 1 ? 'lost' : 'unanswered';
    });
    const warm = testWarmStart(faulty);
    expect(await recordConsumer(warm)(streamEvent(purchasesOf(5)), invocation())).toEqual(done);
    expect((await stores.customers.scan({ limit: 10 })).items).toHaveLength(5);
    expect(outage).toBe(0);
  });

  test('the answer names the first record of the first unfinished chunk, and what came before stays', async () => {
    const records = purchasesOf(1_200);
    const away = () => new DependencyError('outage', 'away', { retryable: true });
    const warm = testWarmStart(failingFor('c-700', away));
    let leftMs = 120_000;
    const pause = async (delayMs: number) => {
      leftMs -= delayMs;
    };
    const answer = await recordConsumer(warm, { pause })(
      streamEvent(records),
      invocation(() => leftMs),
    );
    expect(leftMs).toBeLessThan(10_000);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(500, records) }] });
    expect(warm.recorded.totals.get('UnfinishedBatches')).toBe(1);
    expect(warm.recorded.flushes).toBe(1);
    expect(
      await recordConsumer(testWarmStart(stores))(streamEvent(records.slice(500)), invocation()),
    ).toEqual(done);
    expect((await stores.customers.scan({ limit: 1_000 })).items).toHaveLength(1_000);
  });

  test('a refusal is neither tried again nor taken for a fault of the records', async () => {
    let calls = 0;
    const refusing = failingFor('c-1', () => {
      calls += 1;
      return new DependencyError('service-refused', 'no permission');
    });
    const answer = await recordConsumer(testWarmStart(refusing))(streamEvent(purchasesOf(3)), invocation());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(calls).toBe(1);
    expect(await stores.quarantine.countByReason()).toEqual({});
  });

  test('a watermark that can not be stored costs nothing else', async () => {
    const { stores: faulty } = faultyStores(stores, ({ name }) =>
      name === 'checkpoints.raiseWatermark' ? 'lost' : undefined,
    );
    const answer = await recordConsumer(testWarmStart(faulty))(streamEvent(purchasesOf(3)), invocation());
    expect(answer).toEqual(done);
  });
});

describe('when time runs short', () => {
  test('nothing is begun that can not end, and the answer says from where to go on', async () => {
    const records = purchasesOf(3);
    const consume = recordConsumer(testWarmStart(stores));
    const answer = await consume(streamEvent(records), invocation(1_500));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect((await stores.customers.scan({ limit: 10 })).items).toEqual([]);
  });

  test('a call that hangs is left behind in time to answer for the chunks before it', async () => {
    const records = purchasesOf(600);
    const { put } = stores.customers;
    const hanging: Stores = {
      ...stores,
      customers: {
        ...stores.customers,
        put: (next) => (next.customerId === 'c-550' ? new Promise(() => {}) : put(next)),
      },
    };
    const warm = testWarmStart(hanging);
    const answer = await recordConsumer(warm)(streamEvent(records), invocation(3_500));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(500, records) }] });
    expect(warm.recorded.flushes).toBe(1);
  });
});

test('a model activated elsewhere is taken up within a minute, and at once when a record names it', async () => {
  let nowMs = 1_000_000;
  const warm = testWarmStart(stores, { nowMs: () => nowMs });
  const consume = recordConsumer(warm);
  const standing = async () => (await stores.customers.get('c-1'))?.standing?.modelVersion;
  await consume(streamEvent([streamRecord(1, boughtOn(1))]), invocation());
  const before = await standing();
  const newer = modelOf({ version: 'segments-newer', fittedAtMs: boughtOn(1).occurredAtMs + 1 });
  await activate(stores, newer);
  nowMs += 59_000;
  await consume(streamEvent([streamRecord(2, boughtOn(2))]), invocation());
  expect(await standing()).toBe(before);
  nowMs += 1_001;
  await consume(streamEvent([streamRecord(3, boughtOn(3))]), invocation());
  expect(await standing()).toBe('segments-newer');
});

test('the shard has a watermark, raised at most once in ten seconds, and no checkpoint', async () => {
  let nowMs = 1_000_000;
  const { stores: counted, calls } = faultyStores(stores, () => undefined);
  const consume = recordConsumer(testWarmStart(counted, { nowMs: () => nowMs }));
  for (const day of [1, 2, 3]) await consume(streamEvent([streamRecord(day, boughtOn(day))]), invocation());
  expect(calls.filter((name) => name === 'checkpoints.raiseWatermark')).toHaveLength(1);
  nowMs += 10_000;
  await consume(streamEvent([streamRecord(4, boughtOn(4))]), invocation());
  expect(await stores.checkpoints.watermarks()).toMatchObject([
    { shardId: 'shard-a', watermarkMs: boughtOn(4).occurredAtMs },
  ]);
  expect(await stores.checkpoints.shards()).toEqual([]);
});

test('an invocation tells how old its first record is', async () => {
  const record = purchasesOf(1)[0] as StreamRecord;
  const warm = testWarmStart(stores, { nowMs: () => record.arrivedAtMs + 4_321 });
  await recordConsumer(warm)(streamEvent([record]), invocation());
  expect(warm.recorded.totals.get('BatchAgeMs')).toBe(4_321);
});

test('an outage of ten minutes uses up few of the event source’s retries, and nothing is given up', async () => {
  // As deployed: 20 retries of an invocation that may take two minutes.
  const [retriesMax, timeoutMs, outageMs] = [20, 120_000, 600_000];
  let nowMs = 0;
  const pause = async (delayMs: number) => {
    nowMs += delayMs;
  };
  const { customers } = stores;
  const faulty: Stores = {
    ...stores,
    customers: {
      ...customers,
      put: async (next) => {
        nowMs += 50;
        if (nowMs < outageMs) throw new DependencyError('outage', 'away', { retryable: true });
        return customers.put(next);
      },
    },
  };
  const consume = recordConsumer(testWarmStart(faulty), { pause });
  const records = purchasesOf(5);
  const answers: unknown[] = [];
  do {
    const untilMs = nowMs + timeoutMs;
    answers.push(
      await consume(
        streamEvent(records),
        invocation(() => untilMs - nowMs),
      ),
    );
  } while (JSON.stringify(answers.at(-1)) !== JSON.stringify(done) && answers.length <= retriesMax);
  expect(answers.at(-1)).toEqual(done);
  expect(answers.length).toBeLessThanOrEqual(7);
  expect((await stores.customers.scan({ limit: 10 })).items).toHaveLength(5);
});
