import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulators, startEmulators } from '../../pipeline/embedded/emulators.ts';
import { type AwsClients, createAwsClients } from '../../sinks/aws-clients.ts';
import { createEventProducer } from '../../sinks/event-producer.ts';
import { expandRecord } from '../../sinks/kinesis-aggregation.ts';
import { listOpenShards, partitionKeyHash, shardOfHash } from '../../sinks/open-shards.ts';
import { provision } from '../../sinks/provision.ts';
import { tableNames } from '../../sinks/table-definitions.ts';
import { splitFirst } from '../fixtures/reshard.ts';

let folder: string;
let emulators: Emulators;
let clients: AwsClients;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  emulators = await startEmulators({ dataDirectory: folder });
  const { kinesisEndpoint, dynamoEndpoint } = emulators;
  clients = createAwsClients({ endpoints: { kinesis: kinesisEndpoint, dynamo: dynamoEndpoint } });
});

afterAll(async () => {
  clients?.close();
  await emulators?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function stream(name: string, shardCount: number): Promise<string> {
  await provision(clients, { streamName: name, shardCount, tableNames: tableNames(name) });
  return name;
}

/** User records of one shard, in order. */
async function readShard(kinesis: KinesisClient, streamName: string, shardId: string) {
  const found: { key: string; text: string; position: string }[] = [];
  const start = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: streamName,
      ShardId: shardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  let iterator = start.ShardIterator;
  for (let empty = 0; iterator !== undefined && empty < 2; ) {
    const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 10_000 }));
    for (const record of page.Records ?? []) {
      const users = expandRecord({
        sequenceNumber: record.SequenceNumber ?? '',
        subSequence: 0,
        partitionKey: record.PartitionKey ?? '',
        data: record.Data ?? new Uint8Array(),
        arrivedAtMs: 0,
      });
      if (users === 'damaged') throw new Error('damaged');
      for (const user of users) {
        found.push({
          key: user.partitionKey,
          text: new TextDecoder().decode(user.data),
          position: `${user.sequenceNumber}/${user.subSequence}`,
        });
      }
    }
    empty = (page.Records ?? []).length === 0 ? empty + 1 : 0;
    iterator = page.NextShardIterator;
  }
  return found;
}

describe('on the real protocol', () => {
  test.each([false, true])(
    'records arrive once, in order per key, on the shards of their keys (aggregate: %s)',
    async (aggregate) => {
      const streamName = await stream(`arrive-${aggregate}`, 3);
      const producer = createEventProducer({ kinesis: clients.kinesis, streamName, aggregate });
      const records = Array.from({ length: 2_000 }, (_, index) => ({
        partitionKey: String(12_346 + (index % 37)),
        data: new TextEncoder().encode(String(index)),
      }));
      const results = await producer.put(records);
      expect(results.filter((result) => !result.ok)).toEqual([]);
      await producer.putTick(Date.UTC(2011, 0, 5) - 1);
      await producer.close();

      const shards = await listOpenShards(clients.kinesis, streamName);
      expect(shards).toHaveLength(3);
      const seen: { key: string; text: string }[] = [];
      for (const shard of shards) {
        const found = await readShard(clients.kinesis, streamName, shard.shardId);
        expect(found.at(-1)).toMatchObject({
          key: 'tick',
          text: '{"v":1,"type":"tick","upTo":"2011-01-04T23:59:59.999Z"}',
        });
        expect(new Set(found.map((each) => each.position)).size).toBe(found.length);
        for (const each of found.slice(0, -1)) {
          expect(shardOfHash(shards, partitionKeyHash(each.key))?.shardId).toBe(shard.shardId);
          seen.push(each);
        }
      }
      expect(seen).toHaveLength(2_000);
      for (const key of new Set(records.map((record) => record.partitionKey))) {
        const numbers = seen.filter((each) => each.key === key).map((each) => Number(each.text));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    },
  );

  test('after a split the ticks and records go to the children', async () => {
    const streamName = await stream('split', 1);
    const producer = createEventProducer({ kinesis: clients.kinesis, streamName, aggregate: true });
    await producer.put([{ partitionKey: 'a', data: new Uint8Array([1]) }]);
    await splitFirst(clients.kinesis, streamName);
    await producer.putTick(0);
    const [low, high] = await listOpenShards(clients.kinesis, streamName);
    for (const shard of [low, high]) {
      const found = await readShard(clients.kinesis, streamName, shard?.shardId ?? '');
      expect(found.map((each) => each.key)).toEqual(['tick']);
    }
    expect(await producer.put([{ partitionKey: 'a', data: new Uint8Array([2]) }])).toMatchObject([
      { ok: true, shardId: low?.shardId },
    ]);
    await producer.close();
  });
});
