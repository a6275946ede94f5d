import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { expect } from 'vitest';

/** The stream's open shards in order of their ranges. */
export async function openShards(kinesis: KinesisClient, streamName: string): Promise<Shard[]> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: streamName }));
  const start = (shard: Shard) => BigInt(shard.HashKeyRange?.StartingHashKey ?? 0);
  return Shards.filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined).sort(
    (a, b) => (start(a) < start(b) ? -1 : 1),
  );
}

/** Splits the first open shard in the middle of its range. */
export async function splitFirst(kinesis: KinesisClient, streamName: string): Promise<void> {
  const [shard] = await openShards(kinesis, streamName);
  const { StartingHashKey = '0', EndingHashKey = '0' } = shard?.HashKeyRange ?? {};
  const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n;
  await kinesis.send(
    new SplitShardCommand({
      StreamName: streamName,
      ShardToSplit: shard?.ShardId,
      NewStartingHashKey: middle.toString(),
    }),
  );
  await settled(kinesis, streamName);
}

/** Merges the last two open shards. */
export async function mergeLast(kinesis: KinesisClient, streamName: string): Promise<void> {
  const [left, right] = (await openShards(kinesis, streamName)).slice(-2);
  await kinesis.send(
    new MergeShardsCommand({
      StreamName: streamName,
      ShardToMerge: left?.ShardId,
      AdjacentShardToMerge: right?.ShardId,
    }),
  );
  await settled(kinesis, streamName);
}

async function settled(kinesis: KinesisClient, streamName: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const answer = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
        return answer.StreamDescriptionSummary?.StreamStatus;
      },
      { timeout: 30_000 },
    )
    .toBe('ACTIVE');
}
