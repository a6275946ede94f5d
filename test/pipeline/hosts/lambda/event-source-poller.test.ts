import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EnvironmentCrashed,
  type EventSourceOptions,
  type FailureMessage,
  InvocationThrottled,
} from '../../../fixtures/event-source-options.ts';
import { type EventSource, startEventSource } from '../../../fixtures/event-source-poller.ts';
import { startKinesis, TestStream } from '../../../fixtures/kinesis-bench.ts';

let bench: Awaited<ReturnType<typeof startKinesis>>;
let streams = 0;
beforeAll(async () => {
  bench = await startKinesis();
});
afterAll(() => bench.stop());

const nowhere = 'never';
const text = (event: KinesisStreamEvent) =>
  event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
const failing = (event: KinesisStreamEvent, word: string) => ({
  batchItemFailures: event.Records.filter(({ kinesis }) =>
    Buffer.from(kinesis.data, 'base64').toString().startsWith(word),
  ).map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })),
});

async function openStream(shards = 1): Promise<TestStream> {
  streams += 1;
  return TestStream.create(bench.kinesis, `polled-${streams}`, shards);
}

/** Puts words, each under its own key or under the one before a colon. */
async function put(stream: TestStream, words: readonly string[]): Promise<void> {
  for (let at = 0; at < words.length; at += 500) {
    await bench.kinesis.send(
      new PutRecordsCommand({
        StreamName: stream.name,
        Records: words.slice(at, at + 500).map((word) => ({
          PartitionKey: word.split(':')[0] as string,
          Data: Buffer.from(word),
        })),
      }),
    );
  }
}

/** Gives everything on the stream to a scripted function. */
async function poll(
  stream: TestStream,
  script: (words: string[], event: KinesisStreamEvent) => unknown,
  changes: Partial<EventSourceOptions> = {},
): Promise<{ batches: string[][]; messages: FailureMessage[]; source: EventSource }> {
  const batches: string[][] = [];
  const messages: FailureMessage[] = [];
  const source = startEventSource({
    kinesis: bench.kinesis,
    streamName: stream.name,
    environment: () => async (event) => {
      batches.push(text(event));
      return script(text(event), event);
    },
    retryDelayMs: 0,
    pollMs: 5,
    reportBatchItemFailures: true,
    onFailure: async (message) => void messages.push(message),
    ...changes,
  });
  await source.drained();
  await source.stop();
  return { batches, messages, source };
}

describe('batches', () => {
  test('hold at most as many records as asked for, in order, each record once', async () => {
    const stream = await openStream();
    await put(stream, ['a', 'b', 'c', 'd', 'e']);
    const { batches, source } = await poll(stream, () => null, { batchSize: 2 });
    expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(source.tally).toMatchObject({ invocations: 3, retries: 0, givenUp: 0 });
  });

  test('carry the fields of the service', async () => {
    const stream = await openStream();
    await put(stream, ['a']);
    let seen: KinesisStreamEvent | undefined;
    await poll(stream, (_, event) => {
      seen = event;
    });
    const [record] = seen?.Records ?? [];
    expect(record?.eventID).toBe(`shardId-000000000000:${record?.kinesis.sequenceNumber}`);
    expect(record?.eventSource).toBe('aws:kinesis');
    expect(record?.kinesis.approximateArrivalTimestamp).toBeGreaterThan(1.7e9);
  });

  test('wait for more records as long as the window says', async () => {
    const stream = await openStream();
    const polled = poll(stream, () => null, { batchSize: 3, maximumBatchingWindowMs: 20_000 });
    await put(stream, ['a']);
    await put(stream, ['b', 'c']);
    await polled;
    const { batches } = await poll(stream, () => null, { batchSize: 3, maximumBatchingWindowMs: 20_000 });
    expect(batches).toEqual([['a', 'b', 'c']]);
  });
});

describe('a parallelisation factor', () => {
  test('runs batches of one shard side by side, and keeps the order of each partition key', async () => {
    const stream = await openStream();
    const words = Array.from({ length: 200 }, (_, index) => `key-${index % 9}:${index}`);
    await put(stream, words);
    const seen = new Map<string, number[]>();
    const { source } = await poll(
      stream,
      async (batch) => {
        for (const word of batch) {
          const [key, number] = word.split(':') as [string, string];
          seen.set(key, [...(seen.get(key) ?? []), Number(number)]);
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
        // Fails now and then: order has to hold over retries too.
        if (batch.length > 3 && batch[0]?.endsWith('7')) throw new Error('once more');
      },
      { parallelizationFactor: 4, batchSize: 7, bisectBatchOnFunctionError: true },
    );
    expect(source.tally.atOnceMax).toBe(4);
    expect(source.environments()).toBeLessThanOrEqual(4);
    const firstTimes = [...seen.values()].map((numbers) => [...new Set(numbers)]);
    for (const numbers of firstTimes) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(firstTimes.flat()).toHaveLength(200);
  });

  test('the checkpoint stays below the lowest unfinished record', async () => {
    const stream = await openStream();
    await put(stream, ['zero', 'slow', 'a', 'b', 'c', 'd', 'e']);
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const done: string[] = [];
    const source = startEventSource({
      kinesis: bench.kinesis,
      streamName: stream.name,
      environment: () => async (event) => {
        const words = text(event);
        if (words.includes('slow')) await held;
        done.push(...words);
      },
      batchSize: 1,
      parallelizationFactor: 10,
      pollMs: 5,
    });
    while (done.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(done).toContain('zero');
    const before = source.checkpoints();
    release();
    await source.drained();
    await source.stop();
    const { batches } = await poll(stream, () => null, { checkpoints: before, batchSize: 1 });
    expect(batches.flat()).toEqual(expect.arrayContaining(['slow', 'a', 'b', 'c', 'd', 'e']));
    expect(batches.flat()).not.toContain('zero');
    const { batches: none } = await poll(stream, () => null, { checkpoints: source.checkpoints() });
    expect(none).toEqual([]);
  });
});

describe('a failed batch', () => {
  test('is tried again as often as allowed, then given up with a message that says where its records are', async () => {
    const stream = await openStream();
    await put(stream, ['bad', 'b', 'c']);
    const { batches, messages, source } = await poll(
      stream,
      (words) => {
        if (words.includes('bad')) throw new Error('no');
      },
      { batchSize: 2, maximumRetryAttempts: 2 },
    );
    expect(batches).toEqual([['bad', 'b'], ['bad', 'b'], ['bad', 'b'], ['c']]);
    expect(source.tally).toMatchObject({ retries: 2, failures: 3, givenUp: 1, recordsGivenUp: 2 });
    expect(messages).toEqual([
      {
        requestContext: expect.objectContaining({
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 3,
        }),
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.any(String),
        KinesisBatchInfo: expect.objectContaining({ shardId: 'shardId-000000000000', batchSize: 2 }),
      },
    ]);
    const info = messages[0]?.KinesisBatchInfo;
    expect(BigInt(info?.endSequenceNumber ?? 0)).toBeGreaterThan(BigInt(info?.startSequenceNumber ?? 0));
  });

  test('is halved with bisection on until the bad record is alone, and halving is no retry', async () => {
    const stream = await openStream();
    await put(stream, ['a', 'b', 'c', 'bad', 'e']);
    const { batches, messages, source } = await poll(
      stream,
      (words) => {
        if (words.includes('bad')) throw new Error('no');
      },
      { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 },
    );
    expect(batches).toEqual([
      ['a', 'b', 'c', 'bad', 'e'],
      ['a', 'b', 'c'],
      ['bad', 'e'],
      ['bad'],
      ['bad'],
      ['e'],
    ]);
    expect(messages.map(({ KinesisBatchInfo }) => KinesisBatchInfo.batchSize)).toEqual([1]);
    expect(source.tally.bisects).toBe(2);
  });

  test('without a limit is tried until it succeeds', async () => {
    const stream = await openStream();
    await put(stream, ['a']);
    let tries = 0;
    const { source } = await poll(stream, () => {
      tries += 1;
      if (tries < 20) throw new Error('not yet');
    });
    expect(source.tally).toMatchObject({ invocations: 20, givenUp: 0 });
  });

  test('is given up when its records are too old, without being given to the function', async () => {
    const stream = await openStream();
    await put(stream, ['a', 'b']);
    const { batches, messages } = await poll(stream, () => null, {
      maximumRecordAgeMs: 60_000,
      nowMs: () => Date.now() + 60_001 + 5_000,
    });
    expect(batches).toEqual([]);
    expect(messages[0]?.requestContext.condition).toBe('RecordAgeExceeded');
    expect(messages[0]).not.toHaveProperty('responseContext');
  });

  test('that times out costs its environment, one that throws does not', async () => {
    const stream = await openStream();
    await put(stream, ['a']);
    let tries = 0;
    const { source } = await poll(
      stream,
      async () => {
        tries += 1;
        if (tries === 1) await new Promise((resolve) => setTimeout(resolve, 500));
        if (tries === 2) throw new Error('no');
        if (tries === 3) throw new EnvironmentCrashed('gone');
      },
      { functionTimeoutMs: 100 },
    );
    expect(source.tally).toMatchObject({ invocations: 4, timeouts: 1, failures: 2 });
    expect(source.environments()).toBe(3);
  });

  test('that could not even be given to the function uses up no retry', async () => {
    const stream = await openStream();
    await put(stream, ['a']);
    let tries = 0;
    const { source } = await poll(
      stream,
      () => {
        tries += 1;
        if (tries < 4) throw new InvocationThrottled('busy');
      },
      { maximumRetryAttempts: 0 },
    );
    expect(source.tally).toMatchObject({ throttled: 3, givenUp: 0 });
  });
});

describe('a partial answer', () => {
  test('finishes what lies before the lowest record named, and goes on from there', async () => {
    const stream = await openStream();
    await put(stream, ['a', 'b', 'bad-1', 'd', 'bad-2', 'f']);
    let tries = 0;
    const { batches, source } = await poll(stream, (_, event) => {
      tries += 1;
      return tries === 1 ? failing(event, 'bad') : { batchItemFailures: [] };
    });
    expect(batches).toEqual([
      ['a', 'b', 'bad-1', 'd', 'bad-2', 'f'],
      ['bad-1', 'd', 'bad-2', 'f'],
    ]);
    expect(source.tally).toMatchObject({ partials: 1, givenUp: 0 });
  });

  test('that names the first record again and again counts as failed tries and is given up whole', async () => {
    const stream = await openStream();
    await put(stream, ['a', 'bad', 'c']);
    const { batches, messages } = await poll(stream, (_, event) => failing(event, 'bad'), {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
    });
    expect(batches).toEqual([
      ['a', 'bad', 'c'],
      ['bad', 'c'],
      ['bad', 'c'],
    ]);
    expect(messages[0]?.KinesisBatchInfo.batchSize).toBe(2);
  });

  test('means nothing unless asked for', async () => {
    const stream = await openStream();
    await put(stream, ['a', 'bad']);
    const { batches, source } = await poll(stream, (_, event) => failing(event, 'bad'), {
      reportBatchItemFailures: false,
    });
    expect(batches).toEqual([['a', 'bad']]);
    expect(source.tally.retries).toBe(0);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['no list', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('%s is a success', async (_, answer) => {
    const stream = await openStream();
    await put(stream, ['a']);
    expect((await poll(stream, () => answer)).source.tally.invocations).toBe(1);
  });

  test.each([
    ['an empty name', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null name', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['another key', { batchItemFailures: [{ id: '1' }] }],
    ['a record of another batch', { batchItemFailures: [{ itemIdentifier: nowhere }] }],
  ])('%s is a complete failure', async (_, answer) => {
    const stream = await openStream();
    await put(stream, ['a', 'b']);
    const { source, messages } = await poll(stream, () => answer, { maximumRetryAttempts: 0 });
    expect(source.tally.failures).toBe(1);
    expect(messages[0]?.KinesisBatchInfo.batchSize).toBe(2);
  });
});

describe('the starting position', () => {
  test('LATEST leaves out what is there', async () => {
    const stream = await openStream();
    await put(stream, ['old']);
    const words: string[] = [];
    const source = startEventSource({
      kinesis: bench.kinesis,
      streamName: stream.name,
      environment: () => async (event) => void words.push(...text(event)),
      startingPosition: { kind: 'LATEST' },
      pollMs: 5,
    });
    await source.drained();
    await put(stream, ['new']);
    await source.drained();
    await source.stop();
    expect(words).toEqual(['new']);
  });

  test('AT_TIMESTAMP leaves out what arrived before', async () => {
    const stream = await openStream();
    await put(stream, ['old']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const atMs = Date.now();
    await put(stream, ['new']);
    const { batches } = await poll(stream, () => null, { startingPosition: { kind: 'AT_TIMESTAMP', atMs } });
    expect(batches).toEqual([['new']]);
  });
});

test('the children of a split come after their parent', async () => {
  const stream = await openStream();
  await put(stream, ['a', 'b', 'c']);
  await stream.split('shardId-000000000000', 0.5);
  await put(
    stream,
    Array.from({ length: 20 }, (_, index) => `child-${index}`),
  );
  const { batches, source } = await poll(stream, () => null, { batchSize: 2 });
  expect(batches.slice(0, 2)).toEqual([['a', 'b'], ['c']]);
  expect(batches.flat()).toHaveLength(23);
  expect(source.checkpoints().get('shardId-000000000000')).toMatchObject({ ended: true });
  expect(source.checkpoints().size).toBe(3);
});
