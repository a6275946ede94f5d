import {
  ExpiredIteratorException,
  type GetRecordsCommandOutput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { ShardSource, type ShardSourceOptions } from '../../pipeline/shard-source.ts';

type Answer = Partial<GetRecordsCommandOutput> | Error;

/** A shard that gives these answers to GetRecords, one after the other, and writes down every call. */
function openSource(answers: readonly Answer[], changes: Partial<ShardSourceOptions> = {}) {
  const calls: { readonly name: string; readonly input: Record<string, unknown> }[] = [];
  const left = [...answers];
  let iterators = 0;
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    calls.push({ name: command.constructor.name, input: command.input });
    if (command.constructor.name === 'GetShardIteratorCommand') {
      iterators += 1;
      return { ShardIterator: `iterator ${iterators}` };
    }
    const answer = left.shift();
    if (answer === undefined) throw new Error('no more answers');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const source = new ShardSource({
    kinesis: { send } as unknown as KinesisClient,
    streamName: 'purchases',
    shardId: 'shard-a',
    start: { kind: 'horizon' },
    recordsMax: 100,
    pollMs: 1,
    nowMs: () => 5_000,
    signal: new AbortController().signal,
    ...changes,
  });
  const inputsOf = (name: string) => calls.filter((call) => call.name === name).map(({ input }) => input);
  return {
    source,
    reads: () => inputsOf('GetRecordsCommand'),
    opened: () => inputsOf('GetShardIteratorCommand'),
  };
}

const record = (SequenceNumber: string, arrivedAtMs = 1_000) => ({
  SequenceNumber,
  PartitionKey: `key ${SequenceNumber}`,
  Data: new Uint8Array([Number(SequenceNumber)]),
  ApproximateArrivalTimestamp: new Date(arrivedAtMs),
});

const empty = { Records: [], NextShardIterator: 'next', MillisBehindLatest: 0 };
const expired = () => new ExpiredIteratorException({ message: 'expired', $metadata: {} });

describe('ShardSource', () => {
  test('gives records in order with where the shard stands', async () => {
    const { source, reads } = openSource([
      { Records: [record('1'), record('2', 4_000)], NextShardIterator: 'next', MillisBehindLatest: 30 },
    ]);
    expect(await source.next()).toEqual({
      shardId: 'shard-a',
      records: [
        {
          sequenceNumber: '1',
          subSequence: 0,
          partitionKey: 'key 1',
          data: new Uint8Array([1]),
          arrivedAtMs: 1_000,
        },
        {
          sequenceNumber: '2',
          subSequence: 0,
          partitionKey: 'key 2',
          data: new Uint8Array([2]),
          arrivedAtMs: 4_000,
        },
      ],
      behindMs: 1_000,
      atTip: false,
      shardEnded: false,
    });
    expect(reads()).toEqual([{ ShardIterator: 'iterator 1', Limit: 100 }]);
  });

  test.each([
    [{ kind: 'horizon' }, { ShardIteratorType: 'TRIM_HORIZON' }],
    [
      { kind: 'after', position: { sequenceNumber: '77', subSequence: 3 } },
      { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '77' },
    ],
    [
      { kind: 'instant', atMs: 1_500 },
      { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(1_500) },
    ],
  ] as const)('starts %j', async (start, expected) => {
    const { source, opened } = openSource([empty], { start });
    await source.next();
    expect(opened()).toEqual([{ StreamName: 'purchases', ShardId: 'shard-a', ...expected }]);
  });

  test('goes on with the iterator of the last answer', async () => {
    const { source, reads, opened } = openSource([{ ...empty, NextShardIterator: 'second' }, empty]);
    await source.next();
    await source.next();
    expect(reads().map(({ ShardIterator }) => ShardIterator)).toEqual(['iterator 1', 'second']);
    expect(opened()).toHaveLength(1);
  });

  test('is at its tip only when it gave nothing and nothing is behind', async () => {
    const { source } = openSource([
      { ...empty, MillisBehindLatest: 9 },
      { ...empty, Records: [record('1')] },
      empty,
    ]);
    expect(await source.next()).toMatchObject({ atTip: false, behindMs: 9 });
    expect(await source.next()).toMatchObject({ atTip: false });
    expect(await source.next()).toMatchObject({ atTip: true, behindMs: 0 });
  });

  test('gives the last batch of a closed shard as ended, and nothing after it', async () => {
    const { source, reads } = openSource([{ Records: [record('1')], MillisBehindLatest: 0 }]);
    expect(await source.next()).toMatchObject({ shardEnded: true, records: [{ sequenceNumber: '1' }] });
    expect(source.ended).toBe(true);
    expect(await source.next()).toBeUndefined();
    expect(reads()).toHaveLength(1);
  });

  test('opens an expired iterator again behind the last record it gave', async () => {
    const { source, opened, reads } = openSource([
      { ...empty, Records: [record('1'), record('2')] },
      expired(),
      { ...empty, Records: [record('3')] },
    ]);
    await source.next();
    expect(await source.next()).toMatchObject({ records: [{ sequenceNumber: '3' }] });
    expect(opened()[1]).toMatchObject({
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: '2',
    });
    expect(reads()).toHaveLength(3);
  });

  test('opens an iterator that expired before any record again at its start', async () => {
    const start = { kind: 'instant', atMs: 7 } as const;
    const { source, opened } = openSource([empty, expired(), empty], { start });
    await source.next();
    await source.next();
    expect(opened().map(({ ShardIteratorType }) => ShardIteratorType)).toEqual([
      'AT_TIMESTAMP',
      'AT_TIMESTAMP',
    ]);
  });

  test('fails when a new iterator has expired as well', async () => {
    const { source } = openSource([empty, expired(), expired()]);
    await source.next();
    await expect(source.next()).rejects.toMatchObject({ name: expect.stringMatching(/Error$/) });
  });

  test('says of other failures whether they can be tried again', async () => {
    const throttled = Object.assign(new Error('slow down'), {
      name: 'ProvisionedThroughputExceededException',
    });
    const gone = Object.assign(new Error('no such stream'), { name: 'ResourceNotFoundException' });
    await expect(openSource([throttled]).source.next()).rejects.toMatchObject({ retryable: true });
    await expect(openSource([gone]).source.next()).rejects.toMatchObject({ retryable: false });
  });

  test('reads nothing once stopped, also from within the wait at the tip', async () => {
    const stopping = new AbortController();
    const { source, reads } = openSource([empty, empty], { signal: stopping.signal, pollMs: 60_000 });
    await source.next();
    const waiting = source.next();
    stopping.abort();
    expect(await waiting).toBeUndefined();
    expect(await source.next()).toBeUndefined();
    expect(reads()).toHaveLength(1);
  });

  describe('with a window in which batches are added to', () => {
    /** A clock that goes on by itself with each look, so that a window of ten closes after some reads. */
    const clock = (stepMs: number) => {
      let nowMs = 5_000;
      return () => {
        nowMs += stepMs;
        return nowMs;
      };
    };
    const some = (...numbers: string[]): Answer => ({
      ...empty,
      Records: numbers.map((number) => record(number)),
    });
    const numbersOf = (batch: { records: readonly { sequenceNumber: string }[] } | undefined) =>
      batch?.records.map(({ sequenceNumber }) => sequenceNumber);

    test('adds what comes within it, in order, and nothing after it', async () => {
      const { source } = openSource([some('1'), some('2', '3'), empty, some('4'), some('5')], {
        coalesceMs: 60_000,
        nowMs: clock(5_000),
      });
      const batch = await source.next();
      const [first] = numbersOf(batch) ?? [];
      expect(first).toBe('1');
      expect(numbersOf(batch)?.length).toBeGreaterThan(2);
      expect(batch).toMatchObject({ atTip: false, shardEnded: false });
      const rest = numbersOf(await source.next());
      expect([...(numbersOf(batch) ?? []), ...(rest ?? [])]).toEqual(['1', '2', '3', '4', '5']);
    });

    test('holds back nothing when the shard is at its tip', async () => {
      const { source, reads } = openSource([empty, some('1')], { coalesceMs: 60_000 });
      expect(await source.next()).toMatchObject({ atTip: true, records: [] });
      expect(reads()).toHaveLength(1);
    });

    test('ends with a full batch, and never asks for more than fits', async () => {
      const { source, reads } = openSource([some('1', '2'), some('3')], {
        coalesceMs: 60_000,
        recordsMax: 3,
      });
      expect(numbersOf(await source.next())).toEqual(['1', '2', '3']);
      expect(reads().map(({ Limit }) => Limit)).toEqual([3, 1]);
    });

    test('ends with the end of the shard, which the batch then says', async () => {
      const { source } = openSource([some('1'), { Records: [record('2')], MillisBehindLatest: 0 }], {
        coalesceMs: 60_000,
      });
      const batch = await source.next();
      expect(numbersOf(batch)).toEqual(['1', '2']);
      expect(batch?.shardEnded).toBe(true);
      expect(await source.next()).toBeUndefined();
    });

    test('ends with a failure, which comes out once what was read before it is taken', async () => {
      const { source } = openSource([some('1'), new Error('broken'), some('2')], {
        coalesceMs: 60_000,
        recordsMax: 2,
      });
      expect(numbersOf(await source.next())).toEqual(['1']);
      await expect(source.next()).rejects.toThrow('broken');
      expect(numbersOf(await source.next())).toEqual(['2']);
    });

    test('gives what it has when it is stopped, and then nothing more', async () => {
      const stopping = new AbortController();
      const { source } = openSource([some('1'), some('2')], {
        coalesceMs: 60_000,
        pollMs: 60_000,
        signal: stopping.signal,
      });
      const waiting = source.next();
      await new Promise((resolve) => setImmediate(resolve));
      stopping.abort();
      expect(numbersOf(await waiting)).toEqual(['1']);
      expect(await source.next()).toBeUndefined();
    });

    test('leaves out what came before the instant it reads from in every read', async () => {
      const before = { ...empty, Records: [record('1', 10), record('2', 10)] };
      const across = { ...empty, Records: [record('3', 10), record('4', 2_000)] };
      const { source } = openSource([before, across], {
        coalesceMs: 60_000,
        recordsMax: 4,
        start: { kind: 'instant', atMs: 1_000 },
        skipToInstant: true,
      });
      expect(numbersOf(await source.next())).toEqual(['4']);
    });
  });
});
