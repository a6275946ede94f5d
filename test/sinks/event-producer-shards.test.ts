import { describe, expect, test } from 'vitest';
import { fakeStream, producerOf, record } from './fake-stream.ts';

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
