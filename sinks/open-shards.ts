import { createHash } from 'node:crypto';
import { type KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { callAws } from './aws-errors.ts';

/** A shard that takes records, and the keys it takes: those whose hash lies in the range, both ends included. */
export interface OpenShard {
  readonly shardId: string;
  readonly startHash: bigint;
  readonly endHash: bigint;
}

/**
 * Lists the shards that take records, in order of their hash ranges; one call per 1,000 shards.
 * @throws TidemarkError of `callAws`.
 */
export async function listOpenShards(
  kinesis: KinesisClient,
  streamName: string,
): Promise<readonly OpenShard[]> {
  const open: OpenShard[] = [];
  let nextToken: string | undefined;
  do {
    // The service takes either the stream's name or the token of the next page, never both.
    const input = nextToken === undefined ? { StreamName: streamName } : { NextToken: nextToken };
    const page = await callAws('ListShards', { streamName }, () =>
      kinesis.send(new ListShardsCommand(input)),
    );
    for (const shard of page.Shards ?? []) {
      if (shard.SequenceNumberRange?.EndingSequenceNumber !== undefined) continue;
      open.push({
        shardId: shard.ShardId ?? '',
        startHash: BigInt(shard.HashKeyRange?.StartingHashKey ?? 0),
        endHash: BigInt(shard.HashKeyRange?.EndingHashKey ?? 0),
      });
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return open.sort((a, b) => (a.startHash < b.startHash ? -1 : 1));
}

/** The 128-bit number by which Kinesis assigns a partition key to a shard: its MD5. */
export function partitionKeyHash(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
}

/**
 * Finds the shard that takes a hash, by bisection; undefined when the list was taken in the middle of a reshard and none
 * does.
 * @param shards as `listOpenShards` gives them: sorted by their ranges.
 */
export function shardOfHash(shards: readonly OpenShard[], hash: bigint): OpenShard | undefined {
  let low = 0;
  let high = shards.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const shard = shards[middle] as OpenShard;
    if (hash < shard.startHash) high = middle - 1;
    else if (hash > shard.endHash) low = middle + 1;
    else return shard;
  }
  return undefined;
}
