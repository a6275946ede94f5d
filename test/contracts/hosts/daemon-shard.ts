import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  type _Record as StreamRecord,
} from '@aws-sdk/client-kinesis';
import { comparePositions, type RecordPosition } from '../../../operators/event/record.ts';
import { expandRecord } from '../../../sinks/kinesis-aggregation.ts';

/** A record processor as its daemon holds it: lines in, lines out. */
export interface ProcessorPipe {
  say(line: string): void;
  /** The next line it writes, or undefined once it has ended. */
  hear(): Promise<string | undefined>;
  /** Closes its stdin and waits for it to end. */
  close(): Promise<void>;
  kill(): Promise<void>;
}

/** Where a shard's processing stands in the lease table, which outlives every process. */
export type Lease = RecordPosition | 'SHARD_END' | undefined;

export interface DaemonShardOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  readonly shardId: string;
  readonly leases: Map<string, Lease>;
  readonly processor: ProcessorPipe;
  readonly signal: AbortSignal;
  readonly onIdle: () => void;
}

/** Records that one message hands over at most. */
const recordsMax = 40;
const pollMs = 10;

/**
 * Plays Amazon's MultiLangDaemon for one shard, over the real stream: one message at a time and the next one only after
 * its status, aggregated records taken apart, what the lease's checkpoint covers left out, checkpoints answered and
 * stored in between.
 */
export class DaemonShard {
  readonly #options: DaemonShardOptions;
  /** The last record handed over: what a checkpoint without a position means. */
  #handedOver: RecordPosition | undefined;
  #isEnding = false;
  /** How often the shard was found to hold nothing more, all before it acknowledged. */
  tipReads = 0;

  constructor(options: DaemonShardOptions) {
    this.#options = options;
  }

  /** Works until the shard's end (`ended`) or until told to stop; throws when the processor ends by itself. */
  async run(): Promise<'ended' | 'stopped'> {
    const { shardId, leases, signal, processor, onIdle } = this.#options;
    const lease = leases.get(shardId) as RecordPosition | undefined;
    const sequenceNumber = lease?.sequenceNumber ?? 'TRIM_HORIZON';
    await this.#ask({
      action: 'initialize',
      shardId,
      sequenceNumber,
      subSequenceNumber: lease?.subSequence ?? 0,
    });
    let iterator = await this.#openIterator(lease);
    while (!signal.aborted) {
      const { Records = [], NextShardIterator } = await this.#options.kinesis.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: recordsMax }),
      );
      const records = takeApart(Records).filter((record) => !lease || comparePositions(record, lease) > 0);
      for (let at = 0; at < records.length && !signal.aborted; at += recordsMax) {
        await this.#handOver(records.slice(at, at + recordsMax));
      }
      if (NextShardIterator === undefined && !signal.aborted) {
        this.#isEnding = true;
        await this.#ask({ action: 'shardEnded' });
        await processor.close();
        return 'ended';
      }
      iterator = NextShardIterator ?? iterator;
      if (Records.length > 0) continue;
      this.tipReads += 1;
      onIdle();
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    await this.#ask({ action: 'shutdownRequested' });
    await processor.close();
    return 'stopped';
  }

  async #handOver(records: readonly UserRecord[]): Promise<void> {
    this.#handedOver = records.at(-1);
    await this.#ask({
      action: 'processRecords',
      millisBehindLatest: 0,
      records: records.map(({ sequenceNumber, subSequence, partitionKey, data, arrivedAtMs }) => ({
        action: 'record',
        data: Buffer.from(data).toString('base64'),
        partitionKey,
        sequenceNumber,
        subSequenceNumber: subSequence,
        approximateArrivalTimestamp: arrivedAtMs,
      })),
    });
  }

  /** Says one message and answers checkpoints until its status comes. */
  async #ask(message: { readonly action: string; readonly [field: string]: unknown }): Promise<void> {
    const { processor, leases, shardId } = this.#options;
    processor.say(JSON.stringify(message));
    for (;;) {
      const line = await processor.hear();
      if (line === undefined) throw new Error(`the processor of ${shardId} ended during ${message.action}`);
      if (line.trim() === '') continue;
      const answer = JSON.parse(line) as Record<string, unknown>;
      if (answer.action === 'status' && answer.responseFor === message.action) return;
      if (answer.action !== 'checkpoint') throw new Error(`unexpected line of a processor: ${line}`);
      const sequenceNumber = answer.sequenceNumber as string | null;
      if (sequenceNumber === null) leases.set(shardId, this.#isEnding ? 'SHARD_END' : this.#handedOver);
      else leases.set(shardId, { sequenceNumber, subSequence: Number(answer.subSequenceNumber ?? 0) });
      processor.say(JSON.stringify({ ...answer, action: 'checkpoint' }));
    }
  }

  /** At the checkpoint, not after it: the rest of an aggregated record lies behind its own sequence number. */
  async #openIterator(lease: RecordPosition | undefined): Promise<string | undefined> {
    const { kinesis, streamName, shardId } = this.#options;
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: streamName,
        ShardId: shardId,
        ...(lease === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: lease.sequenceNumber }),
      }),
    );
    return ShardIterator;
  }
}

interface UserRecord extends RecordPosition {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivedAtMs: number;
}

/** A damaged aggregated record is handed over as it is, as Amazon's library does. */
function takeApart(records: readonly StreamRecord[]): UserRecord[] {
  return records.flatMap((record) => {
    const whole = {
      sequenceNumber: record.SequenceNumber ?? '0',
      subSequence: 0,
      partitionKey: record.PartitionKey ?? '',
      data: record.Data ?? new Uint8Array(),
      arrivedAtMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
    };
    const users = expandRecord(whole);
    return users === 'damaged' ? [whole] : [...users];
  });
}
