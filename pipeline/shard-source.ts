import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import type { RecordBatch, RecordPosition, StreamRecord } from '../operators/event/record.ts';
import { callAws } from '../sinks/aws-errors.ts';
import { pause } from './pause.ts';

/** Where reading starts: after a position, at the oldest record kept, or at the first that arrived at an instant. */
export type ShardStart =
  | { readonly kind: 'after'; readonly position: RecordPosition }
  | { readonly kind: 'horizon' }
  | { readonly kind: 'instant'; readonly atMs: number };

export interface ShardSourceOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  readonly shardId: string;
  readonly start: ShardStart;
  /** True reads from the horizon and leaves out what arrived before the instant. Default: the service finds it. */
  readonly skipToInstant?: boolean;
  /** Records asked for in one call, 1..10,000. */
  readonly recordsMax: number;
  /** Wait between reads at the tip, ms; a shard allows five reads a second over all consumers. */
  readonly pollMs: number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** Reads one shard, batch by batch, when asked: who doesn't ask gets nothing, which is the chain's back-pressure. */
export class ShardSource {
  readonly #options: ShardSourceOptions;
  #iterator: string | undefined;
  #from: ShardStart;
  readonly #notBeforeMs: number = Number.NEGATIVE_INFINITY;
  /** True when the call before found nothing: the next one waits first. */
  #idle = false;
  ended = false;

  constructor(options: ShardSourceOptions) {
    this.#options = options;
    this.#from = options.start;
    if (options.skipToInstant && options.start.kind === 'instant') {
      this.#from = { kind: 'horizon' };
      this.#notBeforeMs = options.start.atMs;
    }
  }

  /** The next batch; without records when the shard is at its tip. Undefined once stopped or past the shard's end. */
  async next(): Promise<RecordBatch | undefined> {
    if (this.#idle) await pause(this.#options.pollMs, this.#options.signal);
    if (this.ended || this.#options.signal.aborted) return undefined;
    const output = await this.#read();
    const read = (output.Records ?? []).map(toStreamRecord);
    const last = read.at(-1);
    const records = read.filter(({ arrivedAtMs }) => arrivedAtMs >= this.#notBeforeMs);
    if (last) this.#from = { kind: 'after', position: last };
    this.#iterator = output.NextShardIterator;
    this.ended = output.NextShardIterator === undefined;
    this.#idle = read.length === 0;
    return {
      shardId: this.#options.shardId,
      records,
      behindMs: last
        ? Math.max(0, this.#options.nowMs() - last.arrivedAtMs)
        : (output.MillisBehindLatest ?? 0),
      atTip: read.length === 0 && (output.MillisBehindLatest ?? 0) === 0,
      shardEnded: this.ended,
    };
  }

  async #read(): Promise<GetRecordsCommandOutput> {
    const { kinesis, shardId, recordsMax, signal } = this.#options;
    const read = () =>
      callAws('GetRecords', { shardId }, () =>
        kinesis.send(new GetRecordsCommand({ ShardIterator: this.#iterator, Limit: recordsMax }), {
          abortSignal: signal,
        }),
      );
    this.#iterator ??= await this.#openIterator();
    try {
      return await read();
    } catch (error) {
      // An iterator lives five minutes; the position it stood for is known.
      if (!(error instanceof Error && error.cause instanceof ExpiredIteratorException)) throw error;
      this.#iterator = await this.#openIterator();
      return read();
    }
  }

  async #openIterator(): Promise<string | undefined> {
    const { kinesis, streamName, shardId, signal } = this.#options;
    const from = this.#from;
    const shard = { StreamName: streamName, ShardId: shardId };
    const input: GetShardIteratorCommandInput =
      from.kind === 'after'
        ? {
            ...shard,
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            StartingSequenceNumber: from.position.sequenceNumber,
          }
        : from.kind === 'instant'
          ? { ...shard, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(from.atMs) }
          : { ...shard, ShardIteratorType: 'TRIM_HORIZON' };
    const output = await callAws('GetShardIterator', { shardId }, () =>
      kinesis.send(new GetShardIteratorCommand(input), { abortSignal: signal }),
    );
    return output.ShardIterator;
  }
}

function toStreamRecord(record: NonNullable<GetRecordsCommandOutput['Records']>[number]): StreamRecord {
  return {
    sequenceNumber: record.SequenceNumber ?? '0',
    subSequence: 0,
    partitionKey: record.PartitionKey ?? '',
    data: record.Data ?? new Uint8Array(),
    arrivedAtMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
  };
}
