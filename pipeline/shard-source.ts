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
  /**
   * A batch that is not full is added to until this long after its first records, ms, or until it is full. Several
   * events of a customer then become one write, and all of them are that much later. Default 0: each read is a batch.
   */
  readonly coalesceMs?: number;
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
  /** What ended the last window. */
  #failure: { readonly error: unknown } | undefined;
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
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
    const first = await this.#readRecords(this.#options.recordsMax);
    const read = first.records;
    // At the tip nothing is held back: the clock and the timers wait for that answer.
    if (read.length > 0) await this.#addTo(read, first.behindMs);
    const last = read.at(-1);
    return {
      shardId: this.#options.shardId,
      records: read.filter(({ arrivedAtMs }) => arrivedAtMs >= this.#notBeforeMs),
      behindMs: last ? Math.max(0, this.#options.nowMs() - last.arrivedAtMs) : first.behindMs,
      atTip: read.length === 0 && first.behindMs === 0,
      shardEnded: this.ended,
    };
  }

  /**
   * Goes on reading until the window has passed or the batch is full; the end of the shard, a stop, and a failure end the
   * window early. A failure comes out with the next call: what was read before it has been taken and can be written.
   */
  async #addTo(read: StreamRecord[], behindMs: number): Promise<void> {
    const { coalesceMs = 0, recordsMax, pollMs, nowMs, signal } = this.#options;
    const closesAtMs = nowMs() + coalesceMs;
    const open = () =>
      !this.ended && !signal.aborted && nowMs() < closesAtMs && read.length < recordsMax && !this.#failure;
    let atTip = behindMs === 0;
    while (open()) {
      if (atTip) await pause(Math.min(pollMs, closesAtMs - nowMs()), signal);
      if (!open()) return;
      try {
        const more = await this.#readRecords(recordsMax - read.length);
        read.push(...more.records);
        atTip = more.behindMs === 0;
      } catch (error) {
        this.#failure = { error };
      }
    }
  }

  /** One read, after which the next goes on behind it. */
  async #readRecords(recordsMax: number): Promise<{ records: StreamRecord[]; behindMs: number }> {
    const output = await this.#read(recordsMax);
    const records = (output.Records ?? []).map(toStreamRecord);
    const last = records.at(-1);
    if (last) this.#from = { kind: 'after', position: last };
    this.#iterator = output.NextShardIterator;
    this.ended = output.NextShardIterator === undefined;
    this.#idle = records.length === 0;
    return { records, behindMs: output.MillisBehindLatest ?? 0 };
  }

  async #read(recordsMax: number): Promise<GetRecordsCommandOutput> {
    const { kinesis, shardId, signal } = this.#options;
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
