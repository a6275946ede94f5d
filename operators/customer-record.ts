import type { RecordPosition } from './event/record.ts';
import type { Migration, SegmentStanding } from './segments/segment-model.ts';
import type { CustomerState } from './state/customer-state.ts';

/** The highest position applied from one shard: all the customer's records up to it have been folded. */
export interface ShardMark extends RecordPosition {
  readonly shardId: string;
}

/** One customer as stored: one item, written once a flush under a version condition. */
export interface CustomerRecord {
  readonly customerId: string;
  /** Grows by one with each write; 0 for a customer not stored yet. */
  readonly version: number;
  readonly state: CustomerState;
  /** Sorted by shard id. Not part of the order-proof state: they name the way the events came. */
  readonly marks: readonly ShardMark[];
  /** Undefined until a segment model is active. */
  readonly standing: SegmentStanding | undefined;
  /** Instant in the timer index; at or before the next change without a purchase. Undefined when nothing is due. */
  readonly timerAtMs: number | undefined;
  /** Moves committed with this item whose publication may not have happened yet. */
  readonly outbox: readonly Migration[];
}
