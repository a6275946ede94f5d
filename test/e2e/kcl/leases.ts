import { setTimeout as sleep } from 'node:timers/promises';
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from '../../../sinks/aws-clients.ts';
import { expandRecord } from '../../../sinks/kinesis-aggregation.ts';

/** What the daemons' lease table says of one shard. */
export interface Lease {
  readonly shardId: string;
  readonly owner: string | undefined;
  /** A sequence number, or `TRIM_HORIZON` or `SHARD_END`. */
  readonly checkpoint: string;
  readonly subSequence: number;
}

/** One shard of the stream with all it holds. */
export interface ShardOnStream {
  readonly shardId: string;
  readonly closed: boolean;
  readonly parents: readonly string[];
  readonly startHash: string;
  /** Position of the last user record; undefined when there is none. */
  readonly tip: { readonly sequenceNumber: string; readonly subSequence: number } | undefined;
  readonly records: number;
  readonly userRecords: number;
}

/** The leases; none as long as the table is not there. */
export async function readLeases({ dynamo }: AwsClients, application: string): Promise<Lease[]> {
  const items = await scan(dynamo, application);
  return items
    .filter((item) => item.checkpoint !== undefined)
    .map((item) => ({
      shardId: String(item.leaseKey),
      owner: item.leaseOwner as string | undefined,
      checkpoint: String(item.checkpoint),
      subSequence: Number(item.checkpointSubSequenceNumber ?? 0),
    }))
    .sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
}

/** The worker that assigns the leases; undefined before the first election. */
export async function readLeader({ dynamo }: AwsClients, application: string): Promise<string | undefined> {
  const items = await scan(dynamo, `${application}-CoordinatorState`);
  return items.find((item) => item.key === 'Leader')?.ownerName as string | undefined;
}

async function scan(dynamo: AwsClients['dynamo'], table: string): Promise<Record<string, unknown>[]> {
  try {
    return (await dynamo.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [];
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return [];
    throw error;
  }
}

/** Reads the whole stream. */
export async function readStream({ kinesis }: AwsClients, stream: string): Promise<ShardOnStream[]> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: stream }));
  const shards: ShardOnStream[] = [];
  for (const shard of Shards) {
    const shardId = shard.ShardId ?? '';
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: stream,
        ShardId: shardId,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    let tip: ShardOnStream['tip'];
    let records = 0;
    let userRecords = 0;
    for (let next = ShardIterator; next !== undefined; ) {
      const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: next }));
      if (page.Records === undefined || page.Records.length === 0) break;
      for (const { SequenceNumber = '0', PartitionKey = '', Data = new Uint8Array() } of page.Records) {
        const whole = { sequenceNumber: SequenceNumber, subSequence: 0, partitionKey: PartitionKey };
        const users = expandRecord({ ...whole, data: Data, arrivedAtMs: 0 });
        if (users === 'damaged') throw new Error(`${SequenceNumber} is damaged`);
        records += 1;
        userRecords += users.length;
        tip = { sequenceNumber: SequenceNumber, subSequence: users.at(-1)?.subSequence ?? 0 };
      }
      next = page.NextShardIterator;
    }
    shards.push({
      shardId,
      closed: shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
      parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
      startHash: shard.HashKeyRange?.StartingHashKey ?? '0',
      tip,
      records,
      userRecords,
    });
  }
  return shards;
}

/**
 * Shards whose lease is neither at their end nor at their tip, with what it says. KCL removes the lease of a shard whose
 * children are under way; `ended` tells of which shards our own progress says that they were read to their end.
 */
export function leasesBehind(
  shards: readonly ShardOnStream[],
  leases: readonly Lease[],
  ended: ReadonlySet<string>,
): string[] {
  return shards.flatMap((shard) => {
    const lease = leases.find(({ shardId }) => shardId === shard.shardId);
    const wanted = wantedCheckpoint(shard);
    const found = lease ? shownCheckpoint(lease) : removedLease(shard, leases, ended);
    return found === wanted ? [] : [`${shard.shardId}: lease at ${found}, expected ${wanted}`];
  });
}

function wantedCheckpoint({ closed, tip }: ShardOnStream): string {
  if (closed) return 'SHARD_END';
  return tip ? `${tip.sequenceNumber}/${tip.subSequence}` : 'TRIM_HORIZON';
}

function shownCheckpoint({ checkpoint, subSequence }: Lease): string {
  return /^\d/.test(checkpoint) ? `${checkpoint}/${subSequence}` : checkpoint;
}

function removedLease(
  { shardId }: ShardOnStream,
  leases: readonly Lease[],
  ended: ReadonlySet<string>,
): string {
  return ended.has(shardId) && leases.length > 0 ? 'SHARD_END' : 'nothing';
}

/** Waits until something holds; `alive` throws when waiting has become pointless. */
export async function waitFor(
  what: string,
  limitMs: number,
  alive: () => Promise<void>,
  holds: () => Promise<boolean>,
): Promise<void> {
  for (const deadlineMs = Date.now() + limitMs; !(await holds()); await sleep(250)) {
    await alive();
    if (Date.now() > deadlineMs) throw new Error(`${what}: not so after ${Math.round(limitMs / 1000)} s`);
  }
}
