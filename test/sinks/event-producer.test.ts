import type { KinesisClient, PutRecordsCommandOutput, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../operators/errors.ts';
import { createEventProducer, type EventProducerOptions } from '../../sinks/event-producer.ts';
import { expandRecord, type UserRecord } from '../../sinks/kinesis-aggregation.ts';

const wholeRange = 2n ** 128n;

interface FakeStream {
  readonly kinesis: KinesisClient;
  /** Everything taken, in order. */
  readonly taken: { key: string; text: string; shardId: string }[];
  readonly calls: PutRecordsRequestEntry[][];
  readonly mostCallsAtOnce: () => number;
}

/** Decides over one record of one call: undefined takes it, a text is the error code it is answered with. */
type Fault = (entry: PutRecordsRequestEntry, call: number) => string | undefined;

function fakeStream(
  options: { fault?: Fault; callFault?: (call: number) => Error | undefined; shards?: () => string[] } = {},
): FakeStream {
  const taken: FakeStream['taken'] = [];
  const calls: PutRecordsRequestEntry[][] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const shards = options.shards ?? (() => ['shard-0', 'shard-1']);
  const rangeOf = (index: number, count: number) => ({
    StartingHashKey: ((wholeRange / BigInt(count)) * BigInt(index)).toString(),
    EndingHashKey: (index === count - 1
      ? wholeRange - 1n
      : (wholeRange / BigInt(count)) * BigInt(index + 1) - 1n
    ).toString(),
  });
  const put = async (entries: PutRecordsRequestEntry[]): Promise<Partial<PutRecordsCommandOutput>> => {
    calls.push(entries);
    const call = calls.length;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    const failure = options.callFault?.(call);
    if (failure) throw failure;
    const records = entries.map((entry) => {
      const code = options.fault?.(entry, call);
      if (code) return { ErrorCode: code, ErrorMessage: 'slow down' };
      const names = shards();
      const explicit = entry.ExplicitHashKey === undefined ? 0n : BigInt(entry.ExplicitHashKey);
      const shardId = names[Number((explicit * BigInt(names.length)) / wholeRange)] ?? '';
      taken.push({
        key: entry.PartitionKey ?? '',
        text: Buffer.from(entry.Data ?? []).toString('latin1'),
        shardId,
      });
      return { SequenceNumber: String(taken.length), ShardId: shardId };
    });
    return { Records: records };
  };
  const send = async (command: {
    constructor: { name: string };
    input: { Records?: PutRecordsRequestEntry[] };
  }) => {
    if (command.constructor.name === 'PutRecordsCommand') return put(command.input.Records ?? []);
    const names = shards();
    return {
      Shards: names.map((name, index) => ({
        ShardId: name,
        HashKeyRange: rangeOf(index, names.length),
        SequenceNumberRange: { StartingSequenceNumber: '0' },
      })),
    };
  };
  return { kinesis: { send } as unknown as KinesisClient, taken, calls, mostCallsAtOnce: () => mostAtOnce };
}

function producerOf(stream: FakeStream, options: Partial<EventProducerOptions> = {}) {
  return createEventProducer({
    kinesis: stream.kinesis,
    streamName: 'purchases',
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    random: () => 0.5,
    ...options,
  });
}

function record(partitionKey: string, text: string): UserRecord {
  return { partitionKey, data: new TextEncoder().encode(text) };
}

function recordsOf(key: string, count: number): UserRecord[] {
  return Array.from({ length: count }, (_, index) => record(key, String(index)));
}

function throttled(): Error {
  return Object.assign(new Error('rate exceeded'), { name: 'ProvisionedThroughputExceededException' });
}

describe('limits of a call', () => {
  test('500 records go in one call and 501 in two', async () => {
    for (const [count, calls] of [
      [500, 1],
      [501, 2],
    ] as const) {
      const stream = fakeStream();
      const records = Array.from({ length: count }, (_, index) => record(`customer-${index}`, 'x'));
      const results = await producerOf(stream).put(records);
      expect(results.every((result) => result.ok)).toBe(true);
      expect(stream.calls).toHaveLength(calls);
    }
  });

  test('a call holds at most 5 MB, keys included', async () => {
    const stream = fakeStream();
    const mebibyte = 1024 * 1024;
    const records = Array.from({ length: 11 }, (_, index) => ({
      partitionKey: `key-${String(index).padStart(2, '0')}`,
      data: new Uint8Array(mebibyte - 6),
    }));
    await producerOf(stream).put(records);
    expect(stream.calls.map((call) => call.length)).toEqual([5, 5, 1]);
  });

  test('a record of 1 MB with its key is put, one byte more is refused with the sizes, and the others go', async () => {
    const stream = fakeStream();
    const fits = { partitionKey: 'ab', data: new Uint8Array(1024 * 1024 - 2) };
    const tooLarge = { partitionKey: 'ab', data: new Uint8Array(1024 * 1024 - 1) };
    const results = await producerOf(stream).put([fits, tooLarge, record('c', 'x')]);
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
    expect(results[1]).toMatchObject({
      error: 'the record has 1048577 bytes; Kinesis takes at most 1048576',
      retryable: false,
    });
  });

  test('a partition key of 256 characters is put; none and 257 are refused', async () => {
    const keys = ['k'.repeat(256), '', 'k'.repeat(257)];
    const results = await producerOf(fakeStream()).put(keys.map((key) => record(key, 'x')));
    expect(results.map((result) => result.ok)).toEqual([true, false, false]);
  });

  test('no more calls than allowed are under way at once', async () => {
    const stream = fakeStream();
    const records = Array.from({ length: 5_000 }, (_, index) => record(`customer-${index}`, 'x'));
    await producerOf(stream, { maxInFlight: 2 }).put(records);
    expect(stream.mostCallsAtOnce()).toBe(2);
  });

  test('a put that finds the buffer full is refused and can be repeated later', async () => {
    const producer = producerOf(fakeStream(), { bufferedMax: 10 });
    const first = producer.put(recordsOf('a', 10));
    expect(await producer.put([record('b', 'x')])).toMatchObject([{ ok: false, retryable: true }]);
    expect(await first).toHaveLength(10);
    expect(await producer.put([record('b', 'x')])).toMatchObject([{ ok: true }]);
  });

  test('settings out of range are reported all at once', () => {
    const make = () => producerOf(fakeStream(), { maxInFlight: 0, attemptsMax: 1.5, aggregateBytesMax: 10 });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/aggregateBytesMax.*\n.*maxInFlight.*\n.*attemptsMax/);
  });
});

describe('partial failures', () => {
  test('only what failed is sent again', async () => {
    const stream = fakeStream({
      fault: (entry, call) =>
        call === 1 && entry.PartitionKey === 'b' ? 'ProvisionedThroughputExceededException' : undefined,
    });
    const results = await producerOf(stream).put([record('a', '1'), record('b', '2'), record('c', '3')]);
    expect(results.every((result) => result.ok)).toBe(true);
    expect(stream.calls.map((call) => call.map((entry) => entry.PartitionKey))).toEqual([
      ['a', 'b', 'c'],
      ['b'],
    ]);
  });

  test('results stand in the order of the records, whatever was sent again', async () => {
    const stream = fakeStream({
      fault: (entry, call) => (call === 1 && entry.PartitionKey === 'a' ? 'InternalFailure' : undefined),
    });
    const results = await producerOf(stream).put([record('a', '1'), record('b', '2')]);
    expect(results).toMatchObject([{ sequenceNumber: '2' }, { sequenceNumber: '1' }]);
  });

  test.each([false, true])(
    'order per key holds and nothing is lost under random failures (aggregate: %s)',
    async (aggregate) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 120 }),
          fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
          fc.integer({ min: 1, max: 4 }),
          async (keys, dice, maxInFlight) => {
            const roll = () => dice.next().value as number;
            const stream = fakeStream({
              fault: () => (roll() < 3 ? 'ProvisionedThroughputExceededException' : undefined),
              callFault: () => (roll() < 1 ? throttled() : undefined),
            });
            const producer = producerOf(stream, { maxInFlight, attemptsMax: 1_000, aggregate });
            const records = keys.map((key, index) => record(`key-${key}`, String(index)));
            const half = records.length >> 1;
            const results = await Promise.all([
              producer.put(records.slice(0, half)),
              producer.put(records.slice(half)),
            ]);
            expect(results.flat().every((result) => result.ok)).toBe(true);
            const onStream = stream.taken.flatMap(({ key, text }) => {
              const data = Buffer.from(text, 'latin1');
              const users = expandRecord({
                sequenceNumber: '1',
                subSequence: 0,
                partitionKey: key,
                data,
                arrivedAtMs: 0,
              });
              if (users === 'damaged') throw new Error('damaged');
              return users.map((user) => ({
                key: user.partitionKey,
                text: Buffer.from(user.data).toString(),
              }));
            });
            for (const key of new Set(keys)) {
              const sent = records.filter((each) => each.partitionKey === `key-${key}`);
              expect(onStream.filter((each) => each.key === `key-${key}`).map((each) => each.text)).toEqual(
                sent.map((each) => Buffer.from(each.data).toString()),
              );
            }
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test('a record that keeps failing is given up after the allowed calls, and what waits behind it with it', async () => {
    const stream = fakeStream({
      fault: (entry) => (entry.PartitionKey === 'a' ? 'InternalFailure' : undefined),
    });
    const producer = producerOf(stream, { attemptsMax: 3 });
    const results = await producer.put([record('a', '1'), record('a', '2'), record('b', '3')]);
    expect(results).toMatchObject([
      {
        ok: false,
        retryable: true,
        error: expect.stringMatching(/^given up after 3 calls: InternalFailure/),
      },
      { ok: false, retryable: true, error: expect.stringMatching(/^an earlier record of its key/) },
      { ok: true },
    ]);
    expect(stream.calls.flat().filter((entry) => entry.PartitionKey === 'a')).toHaveLength(3);
    expect(stream.taken.map((each) => each.text)).toEqual(['3']);
  });

  test('giving up one aggregated record spares the other customers of its shard', async () => {
    let failing = true;
    const stream = fakeStream({
      shards: () => ['shard-0'],
      fault: () => (failing ? 'InternalFailure' : undefined),
    });
    const producer = producerOf(stream, {
      aggregate: true,
      aggregateBytesMax: 1_024,
      attemptsMax: 2,
      onProgress: ({ failed }) => {
        if (failed > 0) failing = false;
      },
    });
    const large = 'x'.repeat(900);
    const results = await producer.put([record('a', large), record('b', large), record('a', large)]);
    expect(results.map((result) => result.ok)).toEqual([false, true, false]);
  });
});

describe('calls that fail whole', () => {
  test('throttling and timeouts are tried again, with growing jittered waits of at most 5 s', async () => {
    const waits: number[] = [];
    const timeout = Object.assign(new Error('socket'), { name: 'TimeoutError' });
    const stream = fakeStream({
      callFault: (call) => (call <= 9 ? (call % 2 ? throttled() : timeout) : undefined),
    });
    const results = await producerOf(stream, {
      sleep: async (delayMs) => void waits.push(delayMs),
      random: () => 1,
    }).put([record('a', '1')]);
    expect(results).toMatchObject([{ ok: true }]);
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  test('a stream that is not there is not tried again, and the result says so', async () => {
    const missing = Object.assign(new Error('no such stream'), { name: 'ResourceNotFoundException' });
    const stream = fakeStream({ callFault: () => missing });
    const results = await producerOf(stream).put([record('a', '1')]);
    expect(stream.calls).toHaveLength(1);
    expect(results).toMatchObject([
      { ok: false, retryable: false, error: expect.stringContaining('provisioned') },
    ]);
  });
});

describe('aggregation', () => {
  test('records of one shard share a Kinesis record that stays below the limit', async () => {
    const stream = fakeStream({ shards: () => ['shard-0'] });
    const records = Array.from({ length: 1_000 }, (_, index) => record(`customer-${index}`, 'x'.repeat(280)));
    await producerOf(stream, { aggregate: true }).put(records);
    expect(stream.taken.length).toBeLessThan(10);
    expect(Math.max(...stream.taken.map(({ text }) => text.length))).toBeLessThanOrEqual(51_200 + 20);
  });

  test('a record too large to share goes alone and plain', async () => {
    const stream = fakeStream();
    await producerOf(stream, { aggregate: true }).put([record('a', 'x'.repeat(60_000))]);
    expect(stream.taken).toMatchObject([{ key: 'a', text: 'x'.repeat(60_000) }]);
  });

  test('the largest aggregated record allowed stays within what Kinesis takes', async () => {
    const stream = fakeStream({ shards: () => ['shard-0'] });
    const records = Array.from({ length: 3_000 }, (_, index) =>
      record(`${'k'.repeat(250)}${index}`, 'x'.repeat(600)),
    );
    await producerOf(stream, { aggregate: true, aggregateBytesMax: 1_048_576 }).put(records);
    const sizes = stream.taken.map(({ key, text }) => key.length + text.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_048_576);
    expect(Math.max(...sizes)).toBeGreaterThan(1_000_000);
  });
});

describe('clock ticks', () => {
  test('reach every open shard, after everything put before is acknowledged', async () => {
    const stream = fakeStream({
      fault: (entry, call) => (call === 1 && entry.PartitionKey === 'a' ? 'InternalFailure' : undefined),
    });
    const producer = producerOf(stream);
    const put = producer.put([record('a', '1'), record('b', '2')]);
    await producer.putTick(Date.UTC(2011, 0, 1) - 1);
    const ticks = stream.taken.slice(2);
    expect(ticks).toEqual(
      ['shard-0', 'shard-1'].map((shardId) => ({
        key: 'tick',
        shardId,
        text: '{"v":1,"type":"tick","upTo":"2010-12-31T23:59:59.999Z"}',
      })),
    );
    await put;
  });

  test('follow a shard that is split while they are put', async () => {
    let shards = ['parent'];
    const stream = fakeStream({
      shards: () => shards,
      fault: (entry) => {
        if (entry.PartitionKey === 'tick' && shards.length === 1) shards = ['child-0', 'child-1'];
        return undefined;
      },
    });
    await producerOf(stream).putTick(0);
    expect(new Set(stream.taken.map(({ shardId }) => shardId))).toEqual(new Set(['child-0', 'child-1']));
  });

  test('are tried again only on the shards that failed, and give up with an error that can be retried', async () => {
    const stream = fakeStream({
      fault: (entry) => (entry.ExplicitHashKey === '0' ? 'InternalFailure' : undefined),
    });
    const tick = producerOf(stream, { attemptsMax: 3 }).putTick(0);
    await expect(tick).rejects.toMatchObject({ code: 'tick-failed', retryable: true });
    expect(stream.taken.map(({ shardId }) => shardId)).toEqual(['shard-1']);
    expect(stream.calls).toHaveLength(3);
  });
});

describe('closing', () => {
  test('waits for what is under way and takes nothing more', async () => {
    const stream = fakeStream();
    const producer = producerOf(stream);
    const put = producer.put(recordsOf('a', 5));
    await producer.close();
    expect((await put).every((result) => result.ok)).toBe(true);
    expect(await producer.put([record('b', 'x')])).toMatchObject([
      { ok: false, error: 'the producer is closed' },
    ]);
  });

  test('gives up after the grace what a broken stream does not take', async () => {
    const stream = fakeStream({ fault: () => 'InternalFailure' });
    const producer = producerOf(stream, { attemptsMax: 1_000_000 });
    const put = producer.put(recordsOf('a', 3));
    await producer.close(20);
    expect((await put).every((result) => !result.ok)).toBe(true);
  });
});

test('progress counts what was acknowledged, given up and sent again', async () => {
  let last: unknown;
  const stream = fakeStream({
    fault: (entry) => (entry.PartitionKey === 'bad' ? 'InternalFailure' : undefined),
  });
  const producer = producerOf(stream, {
    attemptsMax: 2,
    onProgress: (progress) => {
      last = progress;
    },
  });
  await producer.put([record('good', '1'), record('bad', '2')]);
  expect(last).toEqual({ acknowledged: 1, failed: 1, retried: 1 });
});
