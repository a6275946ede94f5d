import type { RecordPosition } from './event/record.ts';
import type { Migration, SegmentStanding } from './segments/segment-model.ts';
import type { CustomerState } from './state/customer-state.ts';
import { emptyState } from './state/fold-events.ts';

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
  /** As of the customer's newest event, for lists and exports; reads compute their own as of now. */
  readonly prediction: PredictionSummary | undefined;
}

/** The part of a prediction that is stored with the customer. */
export interface PredictionSummary {
  readonly asOfMs: number;
  readonly modelVersion: string;
  readonly probabilityAlive: number;
  readonly expectedPurchases30: number;
  /** Undefined when abstaining. */
  readonly nextOrderAtMs: number | undefined;
}

/** A customer of whom nothing is stored yet. */
export function newCustomer(customerId: string): CustomerRecord {
  return {
    customerId,
    version: 0,
    state: emptyState,
    marks: [],
    standing: undefined,
    timerAtMs: undefined,
    outbox: [],
    prediction: undefined,
  };
}
