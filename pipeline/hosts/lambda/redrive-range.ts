import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { DependencyError } from '../../../operators/errors.ts';
import { comparePositions } from '../../../operators/event/record.ts';
import { callAws } from '../../../sinks/aws-errors.ts';
import type { EventProducer } from '../../../sinks/event-producer.ts';
import type { UserRecord } from '../../../sinks/kinesis-aggregation.ts';
import { pause } from '../../pause.ts';
import { leaveIfStopping } from '../../stopping.ts';
import type { FailedRange } from './failure-message.ts';

export interface RedriveDependencies {
  readonly kinesis: KinesisClient;
  readonly producer: Pick<EventProducer, 'put'>;
  readonly stop: AbortSignal;
}

export interface RedrivenRange {
  /** Records put on the stream again: all there are in the range. */
  readonly redriven: number;
  /** Failed records that the stream has dropped since: they can't be brought back from here. */
  readonly lost: number;
}

/** A shard allows five reads a second over all consumers. */
const readEveryMs = 250;
const recordsPerRead = 1_000;

/**
 * Puts the records of a range on the stream again, behind everything that is there, under the keys they had. To process
 * them where they stand would not do: their customers have moved on past them, and would take them for applied. Records
 * of the range that had not failed come again as well, and count once.
 *
 * @throws TidemarkError when the stream can't be read or takes nothing; put again from the start, which does no harm
 */
export async function redriveRange(
  range: FailedRange,
  dependencies: RedriveDependencies,
): Promise<RedrivenRange> {
  let iterator = await openRange(range, dependencies.kinesis);
  let redriven = 0;
  let foundFirst = false;
  while (iterator !== undefined) {
    leaveIfStopping(dependencies.stop);
    const page = await readPage(iterator, range, dependencies.kinesis);
    foundFirst ||= page.first === range.first;
    await putAgain(page.records, range, dependencies.producer);
    redriven += page.records.length;
    iterator = page.next;
    if (iterator !== undefined) await pause(readEveryMs, dependencies.stop);
  }
  // Others' records lie in the range too, so what is missing of it is at least this much.
  const missing = Math.max(foundFirst ? 0 : 1, range.records - redriven);
  return { redriven, lost: Math.min(range.records, missing) };
}

/** Undefined when the stream has dropped the whole shard since. */
async function openRange(
  { streamName, shardId, first }: FailedRange,
  kinesis: KinesisClient,
): Promise<string | undefined> {
  try {
    const { ShardIterator } = await callAws('GetShardIterator', { shardId }, () =>
      kinesis.send(
        new GetShardIteratorCommand({
          StreamName: streamName,
          ShardId: shardId,
          ShardIteratorType: 'AT_SEQUENCE_NUMBER',
          StartingSequenceNumber: first,
        }),
      ),
    );
    return ShardIterator;
  } catch (error) {
    // The same answer for a stream that is not there, which must not pass for a loss.
    if (!(error instanceof DependencyError) || error.code !== 'not-provisioned') throw error;
    if (await isListed(streamName, shardId, kinesis)) throw error;
    return undefined;
  }
}

async function isListed(streamName: string, shardId: string, kinesis: KinesisClient): Promise<boolean> {
  let NextToken: string | undefined;
  do {
    const input = NextToken === undefined ? { StreamName: streamName } : { NextToken };
    const page = await callAws('ListShards', { streamName }, () =>
      kinesis.send(new ListShardsCommand(input)),
    );
    if (page.Shards?.some(({ ShardId }) => ShardId === shardId)) return true;
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return false;
}

/** One read; `next` is undefined when the range, the shard or what is on it has come to its end. */
async function readPage(
  iterator: string,
  { shardId, last }: FailedRange,
  kinesis: KinesisClient,
): Promise<{ records: UserRecord[]; first: string | undefined; next: string | undefined }> {
  const {
    Records = [],
    NextShardIterator,
    MillisBehindLatest,
  } = await callAws('GetRecords', { shardId }, () =>
    kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: recordsPerRead })),
  );
  const within = Records.filter(({ SequenceNumber = '' }) => isUpTo(SequenceNumber, last));
  const atTip = Records.length === 0 && (MillisBehindLatest ?? 0) === 0;
  const finished = within.length < Records.length || Records.at(-1)?.SequenceNumber === last || atTip;
  return {
    records: within.map(({ PartitionKey = '', Data = new Uint8Array() }) => ({
      partitionKey: PartitionKey,
      data: Data,
    })),
    first: Records[0]?.SequenceNumber,
    next: finished ? undefined : NextShardIterator,
  };
}

async function putAgain(
  records: readonly UserRecord[],
  { shardId }: FailedRange,
  producer: Pick<EventProducer, 'put'>,
): Promise<void> {
  const results = await producer.put(records);
  const failed = results.filter(({ ok }) => !ok).length;
  if (failed > 0) {
    throw new DependencyError('redrive-refused', `the stream did not take ${failed} records`, {
      retryable: true,
      context: { shardId },
    });
  }
}

function isUpTo(sequenceNumber: string, last: string): boolean {
  const at = (position: string) => ({ sequenceNumber: position, subSequence: 0 });
  return comparePositions(at(sequenceNumber), at(last)) <= 0;
}
