import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../operators/errors.ts';
import { expandRecord } from '../../sinks/kinesis-aggregation.ts';
import { fakeStream, producerOf, record, recordsOf, throttled } from './fake-stream.ts';

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
