import type { PurchaseEvent, Rejection } from './purchase-event.ts';

/** A position in one shard. `subSequence` counts the user records inside an aggregated record, from 0. */
export interface RecordPosition {
  /** Kinesis sequence number: a decimal string of up to 56 digits, compared as a number. */
  readonly sequenceNumber: string;
  readonly subSequence: number;
}

/** One user record as it came off a shard. */
export interface StreamRecord extends RecordPosition {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** When Kinesis took the record, UTC milliseconds. */
  readonly arrivedAtMs: number;
}

/** What one GetRecords call (or one Lambda invocation) returned for one shard, in order. */
export interface RecordBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  /** How far the shard's tip is ahead of this batch, milliseconds; 0 at the tip. */
  readonly behindMs: number;
  /** True when the shard had nothing more when this batch was read. */
  readonly atTip: boolean;
  /** True when the shard was closed by a split or merge, and this is its last batch. */
  readonly shardEnded: boolean;
}

/** A validated event with the position it was read at. */
export interface PositionedEvent extends RecordPosition {
  readonly event: PurchaseEvent;
  /**
   * True when the stream's own partition key is the customer's id, which alone keeps a customer's records in order where
   * a shard is worked on by several at once. Inside an aggregated record it is mostly another customer's.
   */
  readonly ordered: boolean;
}

/** A record that went to quarantine, with everything needed to list, mend and replay it. */
export interface QuarantinedRecord extends StreamRecord {
  readonly shardId: string;
  readonly rejection: Rejection;
}

/**
 * Orders positions within one shard: negative when `a` was written first.
 * Sequence numbers have no leading zeros, so the longer decimal string is the larger number.
 */
export function comparePositions(a: RecordPosition, b: RecordPosition): number {
  if (a.sequenceNumber !== b.sequenceNumber) {
    if (a.sequenceNumber.length !== b.sequenceNumber.length) {
      return a.sequenceNumber.length - b.sequenceNumber.length;
    }
    return a.sequenceNumber < b.sequenceNumber ? -1 : 1;
  }
  return a.subSequence - b.subSequence;
}
