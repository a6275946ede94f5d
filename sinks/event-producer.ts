import type { KinesisClient, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { ConfigurationError } from '../operators/errors.ts';
import { toTidemarkError } from './aws-errors.ts';
import type { UserRecord } from './kinesis-aggregation.ts';
import { listOpenShards, type OpenShard, partitionKeyHash, shardOfHash } from './open-shards.ts';
import { type LaneHead, PutLanes, type PutResult, recordBytesMax, wireBytes } from './put-lanes.ts';
import { type BackOffOptions, backOff, putRecords, refused } from './put-records.ts';
import { tickOpenShards } from './tick-shards.ts';

export interface EventProducerOptions extends BackOffOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  /** Packs records of one shard into aggregated records. Default false. */
  readonly aggregate?: boolean;
  /** Size at which an aggregated record is full, bytes, 1,024..1,048,576. Default 51,200, as Amazon's own producer. */
  readonly aggregateBytesMax?: number;
  /** Calls under way at once, 1... Default 4. */
  readonly maxInFlight?: number;
  /** Calls that try to put one record before it is given up, 1... Default 10. */
  readonly attemptsMax?: number;
  /** Records that may wait or be under way, 1... Default 20,000; a put that comes when there are as many is refused. */
  readonly bufferedMax?: number;
  /** Told after each call; totals since the producer was made. */
  readonly onProgress?: (progress: ProducerProgress) => void;
}

interface ProducerProgress {
  readonly acknowledged: number;
  readonly failed: number;
  /** Times a record had to be sent again. */
  readonly retried: number;
}

/** Puts records on the stream, in order per partition key. */
export interface EventProducer {
  /**
   * Resolves once every record is acknowledged or given up, with one result per record in their order; never rejects.
   * Records of one partition key reach the stream in the order they were put, over all puts. When one is given up, those
   * that wait behind it are given up with it.
   */
  put(records: readonly UserRecord[]): Promise<readonly PutResult[]>;
  /**
   * Says to every open shard that no event at or before `upToMs` (UTC milliseconds) follows. Goes out once every record
   * put before is settled; what is put meanwhile may go ahead of it, so the caller waits.
   * @throws ThrottledError | DependencyError when the attempts are used up.
   */
  putTick(upToMs: number): Promise<void>;
  /** Resolves once every record put so far is settled. */
  flush(): Promise<void>;
  /** Takes nothing more, waits for what is under way, and gives up what is not acknowledged after `graceMs` (default 10 s). */
  close(graceMs?: number): Promise<void>;
}

const partitionKeyLengthMax = 256;

/**
 * Makes a producer over PutRecords: calls of at most 500 records and 5 MB, only what failed is sent again, with full
 * jitter (up to 50 ms doubled per attempt, at most 5 s). A call that times out may have taken effect, so a record can
 * stand on the stream twice: the event's id tells.
 *
 * Order: a call holds at most one record of a partition key (with `aggregate`: one aggregated record of a shard), and
 * the next one goes out after its acknowledgement. One key alone therefore moves at one record per round trip; a stream
 * of many customers does not notice.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html for limits and the lack of order
 */
export function createEventProducer(options: EventProducerOptions): EventProducer {
  return new KinesisEventProducer(options);
}

class KinesisEventProducer implements EventProducer {
  readonly #options: EventProducerOptions;
  readonly #lanes: PutLanes;
  readonly #outstanding = new Set<Promise<unknown>>();
  readonly #aborted = new AbortController();
  readonly #progress = { acknowledged: 0, failed: 0, retried: 0 };
  #callsInFlight = 0;
  #buffered = 0;
  #closed = false;
  #shards: Promise<readonly OpenShard[]> | undefined;

  constructor(options: EventProducerOptions) {
    const aggregateBytesMax = options.aggregateBytesMax ?? 51_200;
    checkRanges({ ...options, aggregateBytesMax });
    this.#options = options;
    // The format's framing and the partition key count towards the record's limit as well.
    this.#lanes = new PutLanes(options.aggregate ? Math.min(aggregateBytesMax, recordBytesMax - 512 * 4) : 0);
  }

  put(records: readonly UserRecord[]): Promise<readonly PutResult[]> {
    if (this.#closed) return Promise.resolve(records.map(() => refused('the producer is closed', false)));
    const bufferedMax = this.#options.bufferedMax ?? 20_000;
    if (this.#buffered >= bufferedMax) {
      return Promise.resolve(records.map(() => refused(`${bufferedMax} records wait already`, true)));
    }
    this.#buffered += records.length;
    const settled = this.#settleAll(records).finally(() => {
      this.#buffered -= records.length;
      this.#outstanding.delete(settled);
    });
    this.#outstanding.add(settled);
    return settled;
  }

  async putTick(upToMs: number): Promise<void> {
    await this.flush();
    const { kinesis, streamName } = this.#options;
    const shards = await tickOpenShards(upToMs, {
      listShards: () => listOpenShards(kinesis, streamName),
      call: (entries) => this.#call(entries),
      backOff: (attempt) => this.#backOff(attempt),
      attemptsMax: this.#attemptsMax,
    });
    // Records change lanes only while none is under way, or they could overtake each other.
    if (this.#outstanding.size === 0) this.#shards = Promise.resolve(shards);
  }

  async flush(): Promise<void> {
    await Promise.all(this.#outstanding);
  }

  async close(graceMs = 10_000): Promise<void> {
    this.#closed = true;
    const timer = setTimeout(() => this.#aborted.abort(), graceMs);
    await this.flush();
    clearTimeout(timer);
    this.#aborted.abort();
  }

  get #attemptsMax(): number {
    return this.#options.attemptsMax ?? 10;
  }

  async #settleAll(records: readonly UserRecord[]): Promise<readonly PutResult[]> {
    let laneOf: (partitionKey: string) => string;
    try {
      laneOf = await this.#laneNames();
    } catch (error) {
      const failure = toTidemarkError(error, 'put', {});
      return records.map(() => refused(failure.message, failure.retryable));
    }
    const settled = records.map(
      (record) =>
        new Promise<PutResult>((settle) => {
          const problem = unfit(record);
          if (problem !== undefined) settle(refused(problem, false));
          else this.#lanes.add(laneOf(record.partitionKey), { ...record, settle });
        }),
    );
    this.#pump();
    return Promise.all(settled);
  }

  async #laneNames(): Promise<(partitionKey: string) => string> {
    if (!this.#options.aggregate) return (partitionKey) => partitionKey;
    this.#shards ??= listOpenShards(this.#options.kinesis, this.#options.streamName);
    const listing = this.#shards;
    try {
      const shards = await listing;
      return (key) => shardOfHash(shards, partitionKeyHash(key))?.shardId ?? `key ${key}`;
    } catch (error) {
      if (this.#shards === listing) this.#shards = undefined;
      throw error;
    }
  }

  #pump(): void {
    while (this.#callsInFlight < (this.#options.maxInFlight ?? 4)) {
      const heads = this.#lanes.takeCall();
      if (heads.length === 0) return;
      this.#callsInFlight += 1;
      void this.#send(heads).then(() => {
        this.#callsInFlight -= 1;
        this.#pump();
      });
    }
  }

  /** One call. What failed keeps its slot while it waits, so that throttling also lowers the number of calls. */
  async #send(heads: readonly LaneHead[]): Promise<void> {
    const results = await this.#call(
      heads.map(({ wire }) => ({ PartitionKey: wire.partitionKey, Data: wire.data })),
    );
    const again: LaneHead[] = [];
    for (const [index, head] of heads.entries()) {
      const result = results[index] as PutResult;
      if (result.ok) {
        for (const record of head.records) record.settle(result);
        this.#progress.acknowledged += head.records.length;
        this.#lanes.done(head);
      } else if (result.retryable && head.attempts + 1 < this.#attemptsMax && !this.#aborted.signal.aborted) {
        this.#progress.retried += head.records.length;
        again.push(head);
      } else {
        this.#giveUp(head, result);
      }
    }
    this.#options.onProgress?.({ ...this.#progress });
    if (again.length === 0) return;
    // The lanes that are done need not wait with those that are not.
    this.#pump();
    await this.#backOff(1 + Math.max(...again.map((head) => head.attempts)));
    for (const head of again) this.#lanes.failed(head);
  }

  #giveUp(head: LaneHead, result: PutResult & { ok: false }): void {
    const behind = this.#lanes.giveUp(head);
    const error = `given up after ${head.attempts + 1} calls: ${result.error}`;
    for (const record of head.records) record.settle({ ...result, error });
    for (const record of behind)
      record.settle({ ...result, error: `an earlier record of its key was ${error}` });
    this.#progress.failed += head.records.length + behind.length;
  }

  #call(entries: PutRecordsRequestEntry[]): Promise<readonly PutResult[]> {
    const { kinesis, streamName } = this.#options;
    return putRecords(kinesis, streamName, entries, this.#aborted.signal);
  }

  #backOff(attempt: number): Promise<void> {
    return backOff(attempt, this.#aborted.signal, this.#options);
  }
}

function unfit(record: UserRecord): string | undefined {
  const { length } = record.partitionKey;
  if (length === 0 || length > partitionKeyLengthMax) {
    return `the partition key has ${length} characters; Kinesis takes 1 to ${partitionKeyLengthMax}`;
  }
  const bytes = wireBytes(record);
  if (bytes > recordBytesMax) return `the record has ${bytes} bytes; Kinesis takes at most ${recordBytesMax}`;
  return undefined;
}

function checkRanges(options: EventProducerOptions & { aggregateBytesMax: number }): void {
  const { aggregateBytesMax, maxInFlight = 1, attemptsMax = 1, bufferedMax = 1 } = options;
  const problems: string[] = [];
  if (!(aggregateBytesMax >= 1_024 && aggregateBytesMax <= recordBytesMax)) {
    problems.push(`aggregateBytesMax is ${aggregateBytesMax}, expected 1024 to ${recordBytesMax}`);
  }
  for (const [name, value] of Object.entries({ maxInFlight, attemptsMax, bufferedMax })) {
    if (!Number.isInteger(value) || value < 1)
      problems.push(`${name} is ${value}, expected a whole number from 1`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}
