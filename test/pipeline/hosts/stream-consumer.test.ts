import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvariantError } from '../../../operators/errors.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import type { ChainDependencies } from '../../../pipeline/chain.ts';
import type { CommittedBatch } from '../../../pipeline/commit-updates.ts';
import { consumeStream, type StreamConsumerOptions } from '../../../pipeline/hosts/stream-consumer.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { startKinesis, TestStream } from '../../fixtures/kinesis-bench.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { silentLog, startProcess } from '../../fixtures/pipeline-bench.ts';
import { boughtOn } from '../../fixtures/purchases.ts';

let bench: Awaited<ReturnType<typeof startKinesis>>;
let streams = 0;

beforeAll(async () => {
  bench = await startKinesis();
});
afterAll(() => bench.stop());

async function openStream(shardCount = 1): Promise<TestStream> {
  streams += 1;
  return TestStream.create(bench.kinesis, `purchases-${streams}`, shardCount);
}

const events = (customerId: string, count: number, from = 0): PurchaseEvent[] =>
  Array.from({ length: count }, (_, index) =>
    boughtOn(from + index, { customerId, id: `${customerId} ${from + index}` }),
  );

/** A consumer at work: what it has done so far, and a promise for when it has done enough. */
function consume(
  stream: TestStream,
  stores: Stores,
  changes: Partial<StreamConsumerOptions> & { readonly chain?: Partial<ChainDependencies> } = {},
) {
  const stopping = new AbortController();
  const batches: CommittedBatch[] = [];
  const waiting: { readonly enough: (batches: readonly CommittedBatch[]) => boolean; done(): void }[] = [];
  const { chain: chainChanges, ...rest } = changes;
  const chain = startProcess(stores, chainChanges);
  const ended = consumeStream({
    kinesis: bench.kinesis,
    streamName: stream.name,
    recordsMax: 100,
    pollMs: 5,
    nowMs: Date.now,
    signal: stopping.signal,
    log: silentLog,
    chain,
    onBatch: (batch) => {
      batches.push(batch);
      for (const { enough, done } of waiting) if (enough(batches)) done();
    },
    ...rest,
  });
  ended.catch(() => {});
  return {
    batches,
    chain,
    ended,
    async until(enough: (batches: readonly CommittedBatch[]) => boolean): Promise<void> {
      if (enough(batches)) return;
      const reached = new Promise<void>((done) => waiting.push({ enough, done }));
      await Promise.race([reached, ended]);
    },
    async stop(): Promise<void> {
      stopping.abort();
      await ended;
    },
  };
}

const eventsRead = (batches: readonly CommittedBatch[]) =>
  batches.reduce((sum, batch) => sum + batch.events.length, 0);
const idsRead = (batches: readonly CommittedBatch[]) =>
  batches.flatMap((batch) => batch.events.map(({ event }) => event.eventId));

describe('consumeStream', () => {
  test('reads shards in parallel: one that waits holds up none of the others', async () => {
    const stream = await openStream(3);
    for (const [index, share] of [0, 0.34, 0.67].entries()) {
      await stream.put(share, events(`c-${index}`, 2));
    }
    const memory = memoryStores();
    let others = 0;
    let release: () => void = () => {};
    const othersDone = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          if (next.customerId === 'c-0') await othersDone;
          else if (++others === 2) release();
          return memory.customers.put(next);
        },
      },
    };
    const consumer = consume(stream, stores);
    await consumer.until((batches) => eventsRead(batches) === 6);
    await consumer.stop();
    expect((await memory.customers.getMany(['c-0', 'c-1', 'c-2'])).size).toBe(3);
    expect(new Set(consumer.batches.map(({ shardId }) => shardId)).size).toBe(3);
  });

  test('takes each shard in order, a batch at a time', async () => {
    const stream = await openStream();
    const sent = events('c-1', 25);
    await stream.put(0, sent);
    const consumer = consume(stream, memoryStores(), { recordsMax: 4 });
    await consumer.until((batches) => eventsRead(batches) === 25);
    await consumer.stop();
    expect(idsRead(consumer.batches)).toEqual(sent.map(({ eventId }) => eventId));
    expect(consumer.batches.filter((batch) => batch.events.length > 0)).toHaveLength(7);
  });

  test('started again goes on from its checkpoints, and reads nothing twice', async () => {
    const stream = await openStream(2);
    await stream.put(0, events('c-1', 3));
    await stream.put(0.5, events('c-2', 3));
    const stores = memoryStores();
    const first = consume(stream, stores);
    await first.until((batches) => eventsRead(batches) === 6);
    await first.stop();
    await stream.put(0, events('c-1', 2, 3));
    const second = consume(stream, stores);
    await second.until((batches) => eventsRead(batches) >= 2);
    await second.until((batches) => batches.filter(({ atTip }) => atTip).length > 3);
    await second.stop();
    expect(idsRead(second.batches)).toEqual(['c-1 3', 'c-1 4']);
    const checkpoints = await stores.checkpoints.shards();
    expect(checkpoints.map((checkpoint) => checkpoint.events).sort()).toEqual([3, 5]);
  });

  test('reads the children of a split, and the child of a merge, after all their parents', async () => {
    const stream = await openStream(2);
    const left = await stream.put(0, events('c-1', 4));
    const right = await stream.put(0.5, events('c-2', 4));
    await stream.split(left, 0.25);
    const [near, far] = [await stream.put(0, events('c-1', 3, 4)), await stream.put(0.25, events('c-3', 3))];
    await stream.merge(far, right);
    const merged = await stream.put(0.6, events('c-2', 3, 4));
    const consumer = consume(stream, memoryStores(), { recordsMax: 2 });
    await consumer.until((batches) => eventsRead(batches) === 17);
    await consumer.stop();
    const order = consumer.batches.map(({ shardId }) => shardId);
    const firstOf = (shardId: string) => order.indexOf(shardId);
    const endOf = (shardId: string) =>
      consumer.batches.findIndex((batch) => batch.shardId === shardId && batch.shardEnded);
    for (const [parent, child] of [
      [left, near],
      [left, far],
      [far, merged],
      [right, merged],
    ] as const) {
      expect(endOf(parent)).toBeGreaterThanOrEqual(0);
      expect(firstOf(child)).toBeGreaterThan(endOf(parent));
    }
    for (const customerId of ['c-1', 'c-2']) {
      const own = idsRead(consumer.batches).filter((id) => id.startsWith(customerId));
      expect(own).toEqual(events(customerId, 7).map(({ eventId }) => eventId));
    }
  });

  test('follows a split and a merge that happen while it reads, and does not read closed shards again', async () => {
    const stream = await openStream();
    const stores = memoryStores();
    const consumer = consume(stream, stores);
    const parent = await stream.put(0, events('c-1', 2));
    await consumer.until((batches) => eventsRead(batches) === 2);
    await stream.split(parent, 0.5);
    const near = await stream.put(0, events('c-1', 2, 2));
    const far = await stream.put(0.5, events('c-2', 2));
    await consumer.until((batches) => eventsRead(batches) === 6);
    await stream.merge(near, far);
    const merged = await stream.put(0.5, events('c-1', 2, 4));
    await consumer.until((batches) => eventsRead(batches) === 8);
    await consumer.stop();
    const checkpoints = new Map(
      (await stores.checkpoints.shards()).map((checkpoint) => [checkpoint.shardId, checkpoint]),
    );
    for (const closed of [parent, near, far]) expect(checkpoints.get(closed)?.ended).toBe(true);
    expect(checkpoints.get(merged)?.ended).toBe(false);
    const again = consume(stream, stores);
    await again.until((batches) => batches.filter(({ atTip }) => atTip).length > 2);
    await again.stop();
    expect(new Set(again.batches.map(({ shardId }) => shardId))).toEqual(new Set([merged]));
    expect(eventsRead(again.batches)).toBe(0);
  });

  test('starts the child of a merge only when the slower parent has ended', async () => {
    const stream = await openStream(2);
    const left = await stream.put(0, events('c-1', 1));
    const right = await stream.put(0.5, events('c-2', 1));
    await stream.merge(left, right);
    const merged = await stream.put(0, events('c-1', 1, 1));
    const memory = memoryStores();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          if (next.customerId === 'c-2') await held;
          return memory.customers.put(next);
        },
      },
    };
    const consumer = consume(stream, stores);
    await consumer.until((batches) =>
      batches.some(({ shardId, shardEnded }) => shardId === left && shardEnded),
    );
    expect(consumer.batches.some(({ shardId }) => shardId === merged)).toBe(false);
    release();
    await consumer.until((batches) => eventsRead(batches) === 3);
    await consumer.stop();
    expect(idsRead(consumer.batches).at(-1)).toBe('c-1 1');
  });

  test.each(['lost', 'unanswered'] as const)(
    'reads a shard again from its checkpoint after a failure that can be retried (%s)',
    async (kind) => {
      const stream = await openStream();
      const sent = events('c-1', 9);
      await stream.put(0, sent);
      const memory = memoryStores();
      let puts = 0;
      const { stores } = faultyStores(memory, ({ name }) =>
        name === 'customers.putMany' && ++puts === 2 ? kind : undefined,
      );
      const consumer = consume(stream, stores, { recordsMax: 3 });
      await consumer.until((batches) => eventsRead(batches) === 9);
      await consumer.stop();
      expect((await memory.customers.get('c-1'))?.state.lifetime.events).toBe(9);
      expect((await memory.checkpoints.shards())[0]?.events).toBe(9);
      expect(idsRead(consumer.batches)).toEqual(sent.map(({ eventId }) => eventId));
    },
  );

  test('outlives an outage that is longer than one retry', async () => {
    const stream = await openStream();
    await stream.put(0, events('c-1', 2));
    const memory = memoryStores();
    let failures = 0;
    let began = false;
    const { stores } = faultyStores(memory, ({ name }) => {
      began ||= name === 'customers.putMany';
      return began && ++failures <= 3 ? 'lost' : undefined;
    });
    const consumer = consume(stream, stores);
    await consumer.until((batches) => eventsRead(batches) === 2);
    await consumer.stop();
    expect(failures).toBeGreaterThan(3);
    expect((await memory.customers.get('c-1'))?.state.lifetime.events).toBe(2);
  });

  test('outlives throttled listings of the shards, at the start and after a split', async () => {
    const stream = await openStream();
    const parent = await stream.put(0, events('c-1', 1));
    await stream.split(parent, 0.5);
    await stream.put(0, events('c-1', 1, 1));
    let lists = 0;
    const send = async (command: { readonly constructor: { readonly name: string } }) => {
      if (command.constructor.name === 'ListShardsCommand' && ++lists % 2 === 1) {
        throw Object.assign(new Error('slow down'), { name: 'LimitExceededException' });
      }
      return bench.kinesis.send(command as never);
    };
    const consumer = consume(stream, memoryStores(), { kinesis: { send } as unknown as KinesisClient });
    await consumer.until((batches) => eventsRead(batches) === 2);
    await consumer.stop();
    expect(lists).toBe(4);
  });

  test('fails for a stream that does not exist', async () => {
    const stream = await openStream();
    const consumer = consume(stream, memoryStores(), { streamName: 'nowhere' });
    await expect(consumer.ended).rejects.toMatchObject({ retryable: false });
  });

  test('goes on with the other shards while one fails', async () => {
    const stream = await openStream(2);
    await stream.put(0, events('c-1', 2));
    await stream.put(0.5, events('c-2', 2));
    const memory = memoryStores();
    let broken = true;
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          if (next.customerId === 'c-1' && broken) {
            return faultyStores(memory, () => 'lost').stores.customers.put(next);
          }
          return memory.customers.put(next);
        },
      },
    };
    const consumer = consume(stream, stores);
    await consumer.until((batches) => eventsRead(batches) === 2);
    expect(idsRead(consumer.batches)).toEqual(['c-2 0', 'c-2 1']);
    broken = false;
    await consumer.until((batches) => eventsRead(batches) === 4);
    await consumer.stop();
  });

  test('stops all shards on a failure that trying again can not mend', async () => {
    const stream = await openStream(2);
    await stream.put(0, events('c-1', 2));
    await stream.put(0.5, events('c-2', 2));
    const memory = memoryStores();
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          if (next.customerId === 'c-1') throw new InvariantError('this can not be');
          return memory.customers.put(next);
        },
      },
    };
    const consumer = consume(stream, stores);
    await expect(consumer.ended).rejects.toThrow('this can not be');
    const left = await stream.put(0, events('c-1', 1, 9));
    expect((await memory.checkpoints.shards()).some(({ shardId }) => shardId === left)).toBe(false);
  });

  test('stops on an error that nobody foresaw', async () => {
    const stream = await openStream();
    await stream.put(0, events('c-1', 1));
    const memory = memoryStores();
    const put = async () => {
      throw new TypeError('undefined is not a function');
    };
    const stores: Stores = { ...memory, customers: { ...memory.customers, put } };
    await expect(consume(stream, stores).ended).rejects.toThrow(TypeError);
  });

  test('stopped finishes the batch in hand, and ends at once when it has none', async () => {
    const stream = await openStream();
    await stream.put(0, events('c-1', 3));
    const memory = memoryStores();
    let stop: () => Promise<void> = async () => {};
    let stopped: Promise<void> | undefined;
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        put: async (next) => {
          stopped ??= stop();
          return memory.customers.put(next);
        },
      },
    };
    const consumer = consume(stream, stores);
    stop = consumer.stop;
    await consumer.ended;
    await stopped;
    expect((await memory.checkpoints.shards())[0]?.events).toBe(3);
    const idle = consume(stream, memory, { pollMs: 60_000 });
    await idle.until((batches) => batches.some(({ atTip }) => atTip));
    await idle.stop();
  });
});

describe('a replay', () => {
  test('reads everything the stream holds again, closed shards first, and changes nothing', async () => {
    const stream = await openStream();
    const parent = await stream.put(0, [...events('c-1', 3), new Uint8Array([0x7b])]);
    await stream.split(parent, 0.5);
    await stream.put(0, events('c-1', 3, 3));
    const stores = memoryStores();
    const first = consume(stream, stores);
    await first.until((batches) => eventsRead(batches) === 6);
    await first.until((batches) => batches.filter(({ atTip }) => atTip).length > 3);
    await first.stop();
    const before = await stores.customers.get('c-1');
    const checkpoints = await stores.checkpoints.shards();
    const replay = consume(stream, stores, { replayFrom: { kind: 'horizon' } });
    await replay.until((batches) => eventsRead(batches) === 6);
    await replay.until((batches) => batches.filter(({ atTip }) => atTip).length > 3);
    await replay.stop();
    expect(idsRead(replay.batches)).toEqual(events('c-1', 6).map(({ eventId }) => eventId));
    expect(await stores.customers.get('c-1')).toEqual(before);
    expect(await stores.checkpoints.shards()).toEqual(checkpoints);
  });

  test('from an instant reads what arrived from then on', async () => {
    const stream = await openStream();
    await stream.put(0, events('c-1', 2));
    // The emulator counts arrivals in whole milliseconds; one record a few of them apart is enough.
    await new Promise((resolve) => setTimeout(resolve, 30));
    const atMs = Date.now();
    await stream.put(0, events('c-1', 2, 2));
    const consumer = consume(stream, memoryStores(), {
      replayFrom: { kind: 'instant', atMs },
      skipToInstant: true,
    });
    await consumer.until((batches) => eventsRead(batches) >= 2);
    await consumer.until((batches) => batches.some(({ atTip }) => atTip));
    await consumer.stop();
    expect(idsRead(consumer.batches)).toEqual(['c-1 2', 'c-1 3']);
  });

  test('from positions reads what follows them, and the shards not named from their checkpoints', async () => {
    const stream = await openStream(2);
    const first = await stream.put(0, events('c-1', 3));
    await stream.put(0.5, events('c-2', 2));
    const stores = memoryStores();
    const reader = consume(stream, stores, { recordsMax: 1 });
    await reader.until((batches) => eventsRead(batches) === 5);
    await reader.stop();
    const checkpoints = await stores.checkpoints.shards();
    await stream.put(0.5, events('c-2', 1, 2));
    const begun = reader.batches.find(({ shardId }) => shardId === first)?.end;
    const positions = new Map([[first, { sequenceNumber: '0', subSequence: 0, ...begun, ended: false }]]);
    const replay = consume(stream, stores, {
      replayFrom: { kind: 'positions', positions, others: 'checkpoint' },
    });
    await replay.until((batches) => eventsRead(batches) === 3);
    await replay.until((batches) => batches.filter(({ atTip }) => atTip).length > 3);
    await replay.stop();
    expect(idsRead(replay.batches).sort()).toEqual(['c-1 1', 'c-1 2', 'c-2 2']);
    const behind = (await stores.checkpoints.shards()).find(({ shardId }) => shardId === first);
    expect(behind).toEqual(checkpoints.find(({ shardId }) => shardId === first));
  });

  test('from saved positions leaves out shards that had ended, and reads those begun since whole', async () => {
    const stream = await openStream();
    const parent = await stream.put(0, events('c-1', 3));
    await stream.split(parent, 0.5);
    await stream.put(0, events('c-1', 3, 3));
    const stores = memoryStores();
    const reader = consume(stream, stores);
    await reader.until((batches) => eventsRead(batches) === 6);
    await reader.stop();
    const ended = { sequenceNumber: '1', subSequence: 0, ended: true };
    const replay = consume(stream, stores, {
      replayFrom: { kind: 'positions', positions: new Map([[parent, ended]]), others: 'horizon' },
    });
    await replay.until((batches) => eventsRead(batches) === 3);
    await replay.until((batches) => batches.filter(({ atTip }) => atTip).length > 3);
    await replay.stop();
    expect(idsRead(replay.batches)).toEqual(['c-1 3', 'c-1 4', 'c-1 5']);
  });

  test('mends customers whose records were lost', async () => {
    const stream = await openStream();
    await stream.put(0, events('c-1', 4));
    const stores = memoryStores();
    const first = consume(stream, stores);
    await first.until((batches) => eventsRead(batches) === 4);
    await first.stop();
    const emptied: Stores = { ...memoryStores(), checkpoints: stores.checkpoints };
    const replay = consume(stream, emptied, { replayFrom: { kind: 'horizon' } });
    await replay.until((batches) => eventsRead(batches) === 4);
    await replay.stop();
    expect((await emptied.customers.get('c-1'))?.state).toEqual((await stores.customers.get('c-1'))?.state);
  });
});
