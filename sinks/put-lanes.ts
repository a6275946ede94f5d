import { aggregatedBytesMax, aggregateRecords, type UserRecord } from './kinesis-aggregation.ts';

/** What became of one record: where it stands on the stream, or why it does not. */
export type PutResult =
  | { readonly ok: true; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly ok: false; readonly error: string; readonly retryable: boolean };

/** A record that waits, and whom to tell. */
export interface WaitingRecord extends UserRecord {
  readonly settle: (result: PutResult) => void;
}

/** What stands for its lane in one call: one Kinesis record, with the user records in it. */
export interface LaneHead {
  readonly lane: string;
  readonly records: readonly WaitingRecord[];
  readonly wire: UserRecord;
  /** Calls that have failed to put the lane's head so far. */
  readonly attempts: number;
}

interface Lane {
  readonly name: string;
  waiting: WaitingRecord[];
  attempts: number;
}

/** Kinesis takes at most this many records a call. */
export const recordsPerCallMax = 500;
/** Kinesis takes at most this many bytes a call, partition keys included. */
const bytesPerCallMax = 5 * 1024 * 1024;
/** Kinesis takes at most this many bytes a record, its partition key included. */
export const recordBytesMax = 1024 * 1024;

/**
 * Queues of records that must keep their order. A call takes at most one head of each lane, and none of a lane whose
 * head is still under way: Kinesis promises no order among the records of one call, and any of them may fail alone, so
 * only this keeps a later record from going ahead of an earlier one. Memory: the records that wait; lanes without any
 * are dropped.
 * @param aggregateBytesMax 0: a head is one record. Else as many records as fit are packed into one aggregated record.
 */
export class PutLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #aggregateBytesMax: number;
  #ready: Lane[] = [];

  constructor(aggregateBytesMax: number) {
    this.#aggregateBytesMax = aggregateBytesMax;
  }

  add(name: string, record: WaitingRecord): void {
    const lane = this.#lanes.get(name);
    if (lane) {
      lane.waiting.push(record);
      return;
    }
    const created: Lane = { name, waiting: [record], attempts: 0 };
    this.#lanes.set(name, created);
    this.#ready.push(created);
  }

  /** Takes what one call may hold; empty when all are under way. A head comes back by `done`, `failed` or `giveUp`. */
  takeCall(): LaneHead[] {
    const heads: LaneHead[] = [];
    let bytes = 0;
    let taken = 0;
    for (const lane of this.#ready) {
      if (heads.length === recordsPerCallMax) break;
      const head = this.#takeHead(lane);
      const headBytes = wireBytes(head.wire);
      if (bytes + headBytes > bytesPerCallMax) {
        lane.waiting.unshift(...head.records);
        break;
      }
      bytes += headBytes;
      taken += 1;
      heads.push(head);
    }
    this.#ready = this.#ready.slice(taken);
    return heads;
  }

  /** The head is on the stream: the lane goes on with its next. */
  done(head: LaneHead): void {
    const lane = this.#lane(head);
    lane.attempts = 0;
    if (lane.waiting.length === 0) this.#lanes.delete(lane.name);
    else this.#ready.push(lane);
  }

  /** The head goes back to where it was, to be taken again. */
  failed(head: LaneHead): void {
    const lane = this.#lane(head);
    lane.attempts += 1;
    lane.waiting.unshift(...head.records);
    this.#ready.push(lane);
  }

  /** Gives up the head, and gives the records of the same keys that wait behind it: they must not overtake it. */
  giveUp(head: LaneHead): readonly WaitingRecord[] {
    const lane = this.#lane(head);
    const keys = new Set(head.records.map((record) => record.partitionKey));
    const behind = lane.waiting.filter((record) => keys.has(record.partitionKey));
    lane.waiting = lane.waiting.filter((record) => !keys.has(record.partitionKey));
    this.done(head);
    return behind;
  }

  #takeHead(lane: Lane): LaneHead {
    const { name, attempts, waiting } = lane;
    let count = 1;
    if (this.#aggregateBytesMax > 0) {
      let bytes = aggregatedBytesMax(waiting[0] as WaitingRecord);
      while (count < waiting.length) {
        bytes += aggregatedBytesMax(waiting[count] as WaitingRecord);
        if (bytes > this.#aggregateBytesMax) break;
        count += 1;
      }
    }
    const records = waiting.splice(0, count);
    const [first] = records as [WaitingRecord];
    return { lane: name, records, attempts, wire: count === 1 ? first : aggregateRecords(records) };
  }

  #lane(head: LaneHead): Lane {
    // A lane with a head under way is never dropped, so it is there.
    return this.#lanes.get(head.lane) as Lane;
  }
}

/** Bytes of a record as the limits count them. */
export function wireBytes(record: UserRecord): number {
  return record.data.byteLength + Buffer.byteLength(record.partitionKey);
}
