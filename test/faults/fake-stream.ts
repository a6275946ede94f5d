import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { comparePositions, type StreamRecord } from '../../operators/event/record.ts';
import { partitionKeyHash } from '../../sinks/open-shards.ts';
import type { Random } from './random.ts';
import { serviceError } from './service-errors.ts';

export interface FakeShard {
  readonly shardId: string;
  readonly startHash: bigint;
  readonly endHash: bigint;
  readonly parents: readonly string[];
  readonly records: StreamRecord[];
  closed: boolean;
}

export interface FakeStreamOptions {
  readonly shardCount: number;
  /** Arrival time of what is put now, UTC milliseconds. */
  readonly nowMs: () => number;
  readonly random: Random;
  /** True to refuse one record of a call; asked for each. */
  readonly refused: () => boolean;
  /** True to answer a read with nothing although there is something, as the service may. */
  readonly emptyRead: () => boolean;
  /** True to let an iterator expire. */
  readonly expired: () => boolean;
  /** Most records one read gives. */
  readonly recordsMax: number;
}

const hashEnd = 1n << 128n;

/** Kinesis as far as the producer and the hosts use it, in memory: each call takes effect at one instant. */
export class FakeStream {
  readonly shards: FakeShard[] = [];
  readonly #options: FakeStreamOptions;
  #sequence = 0;

  constructor(options: FakeStreamOptions) {
    this.#options = options;
    const width = hashEnd / BigInt(options.shardCount);
    for (let index = 0n; index < BigInt(options.shardCount); index += 1n) {
      const last = index + 1n === BigInt(options.shardCount);
      this.#open(index * width, last ? hashEnd - 1n : (index + 1n) * width - 1n, []);
    }
  }

  shard(shardId: string): FakeShard {
    const shard = this.shards.find((candidate) => candidate.shardId === shardId);
    if (!shard) throw serviceError('ResourceNotFoundException', `no shard ${shardId}`);
    return shard;
  }

  openShards(): FakeShard[] {
    return this.shards.filter(({ closed }) => !closed);
  }

  /** Closes a shard and opens two in its place. */
  split(shard: FakeShard): void {
    const middle = (shard.startHash + shard.endHash) / 2n;
    shard.closed = true;
    this.#open(shard.startHash, middle, [shard.shardId]);
    this.#open(middle + 1n, shard.endHash, [shard.shardId]);
  }

  /** Closes two neighbours and opens one in their place. */
  merge(left: FakeShard, right: FakeShard): void {
    if (left.endHash + 1n !== right.startHash) throw new Error('only neighbours can be merged');
    left.closed = true;
    right.closed = true;
    this.#open(left.startHash, right.endHash, [left.shardId, right.shardId]);
  }

  /** Makes a command take effect. @throws what the service would answer with */
  execute(command: unknown): unknown {
    if (command instanceof PutRecordsCommand) return this.#putRecords(command.input.Records ?? []);
    if (command instanceof ListShardsCommand)
      return { Shards: this.shards.map((shard) => this.#describe(shard)) };
    if (command instanceof GetShardIteratorCommand) {
      const { ShardId = '', ShardIteratorType, StartingSequenceNumber = '' } = command.input;
      const { records } = this.shard(ShardId);
      if (ShardIteratorType === 'TRIM_HORIZON') return { ShardIterator: `${ShardId}|0|fresh` };
      if (ShardIteratorType !== 'AFTER_SEQUENCE_NUMBER')
        throw new Error(`no iterators of ${ShardIteratorType}`);
      const after = { sequenceNumber: StartingSequenceNumber, subSequence: 0 };
      const next = records.findIndex((record) => comparePositions(record, after) > 0);
      return { ShardIterator: `${ShardId}|${next === -1 ? records.length : next}|fresh` };
    }
    if (command instanceof GetRecordsCommand) return this.#getRecords(command);
    throw serviceError(
      'UnknownOperationException',
      `${(command as object).constructor.name} is not known here`,
    );
  }

  #getRecords({ input }: GetRecordsCommand): unknown {
    const [shardId = '', from = '0', age] = (input.ShardIterator ?? '').split('|');
    // Only one that has lain about for minutes expires.
    if (age !== 'fresh' && this.#options.expired())
      throw new ExpiredIteratorException({ message: 'Iterator expired', $metadata: {} });

    const { records, closed } = this.shard(shardId);
    const first = Number(from);
    const limit = Math.min(input.Limit ?? 10_000, this.#options.random.int(1, this.#options.recordsMax));
    const empty = first < records.length && this.#options.emptyRead();
    const read = empty ? [] : records.slice(first, first + limit);
    const next = first + read.length;
    return {
      Records: read.map((record) => ({
        SequenceNumber: record.sequenceNumber,
        PartitionKey: record.partitionKey,
        Data: record.data,
        ApproximateArrivalTimestamp: new Date(record.arrivedAtMs),
      })),
      NextShardIterator: closed && next >= records.length ? undefined : `${shardId}|${next}`,
      MillisBehindLatest: next < records.length ? 1_000 : 0,
    };
  }

  #putRecords(entries: readonly PutRecordsRequestEntry[]): unknown {
    const answers = new Map<PutRecordsRequestEntry, object>();
    // The service promises no order among the records of one call.
    for (const entry of this.#options.random.shuffle(entries)) {
      if (this.#options.refused()) {
        answers.set(entry, {
          ErrorCode: 'ProvisionedThroughputExceededException',
          ErrorMessage: 'slow down',
        });
        continue;
      }
      const { shardId, sequenceNumber } = this.#append(entry);
      answers.set(entry, { ShardId: shardId, SequenceNumber: sequenceNumber });
    }
    const Records = entries.map((entry) => answers.get(entry) as object);
    return { Records, FailedRecordCount: Records.filter((answer) => 'ErrorCode' in answer).length };
  }

  #append({ PartitionKey = '', ExplicitHashKey, Data }: PutRecordsRequestEntry) {
    const hash = ExplicitHashKey === undefined ? partitionKeyHash(PartitionKey) : BigInt(ExplicitHashKey);
    const shard = this.openShards().find(({ startHash, endHash }) => startHash <= hash && hash <= endHash);
    if (!shard) throw new Error(`no open shard takes ${PartitionKey}`);
    const sequenceNumber = this.#nextSequence();
    shard.records.push({
      sequenceNumber,
      subSequence: 0,
      partitionKey: PartitionKey,
      data: new Uint8Array(Data ?? []),
      arrivedAtMs: this.#options.nowMs(),
    });
    return { shardId: shard.shardId, sequenceNumber };
  }

  #open(startHash: bigint, endHash: bigint, parents: readonly string[]): void {
    const shardId = `shardId-${String(this.shards.length).padStart(12, '0')}`;
    this.shards.push({ shardId, startHash, endHash, parents, records: [], closed: false });
  }

  /** Sequence numbers grow over all shards; they come in lengths that a comparison as text would get wrong. */
  #nextSequence(): string {
    this.#sequence += 1;
    return String(90 + this.#sequence);
  }

  #describe({ shardId, startHash, endHash, parents, closed }: FakeShard) {
    const [ParentShardId, AdjacentParentShardId] = parents;
    return {
      ShardId: shardId,
      HashKeyRange: { StartingHashKey: String(startHash), EndingHashKey: String(endHash) },
      SequenceNumberRange: {
        StartingSequenceNumber: '1',
        ...(closed ? { EndingSequenceNumber: '9'.repeat(30) } : {}),
      },
      ...(ParentShardId === undefined ? {} : { ParentShardId }),
      ...(AdjacentParentShardId === undefined ? {} : { AdjacentParentShardId }),
    };
  }
}
