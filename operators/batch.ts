import type { CustomerRecord } from './customer-record.ts';
import type { ClockTick, PurchaseEvent } from './event/purchase-event.ts';
import type { PositionedEvent, QuarantinedRecord, RecordPosition } from './event/record.ts';
import type { ConsumptionModel } from './predict/consumption-model.ts';
import type { Migration, SegmentModel, SegmentName, SegmentStanding } from './segments/segment-model.ts';
import type { CustomerState } from './state/customer-state.ts';
import type { FoldedEvent } from './state/fold-events.ts';

/** The models a batch is judged by; either is undefined before its first fit. */
export interface ActiveModels {
  readonly segments: SegmentModel | undefined;
  readonly consumption: ConsumptionModel | undefined;
}

/** A batch whose records have been read: events in order of the shard, and what can't be used. */
export interface DecodedBatch {
  readonly shardId: string;
  readonly events: readonly PositionedEvent[];
  readonly quarantined: readonly QuarantinedRecord[];
  /** Ends the batch: all of it must have taken effect before the clock may move. */
  readonly tick: ClockTick | undefined;
  /** Position of the last record; undefined when the shard had none. */
  readonly end: RecordPosition | undefined;
  /** True when the shard had nothing more when this batch was read. */
  readonly atTip: boolean;
  readonly behindMs: number;
  /** True when the shard was closed by a split or merge, and this is its last batch. */
  readonly shardEnded: boolean;
}

/** What one batch does to one customer. Each operator fills in its part; `after` is what gets written. */
export interface CustomerUpdate {
  readonly before: CustomerRecord;
  /** The customer's events of this batch, in order of the shard, duplicates among them. */
  readonly incoming: readonly PositionedEvent[];
  /** The incoming events that have not been applied before. */
  readonly fresh: readonly PurchaseEvent[];
  /** Fresh events older than the allowed lateness: in lifetime totals, in no window. */
  readonly late: number;
  readonly state: CustomerState;
  readonly trail: readonly FoldedEvent[];
  /** The segment held right before each fresh event took effect; undefined for none. */
  readonly held: readonly (SegmentName | undefined)[];
  readonly standing: SegmentStanding | undefined;
  readonly migrations: readonly Migration[];
  readonly after: CustomerRecord;
}

/** A decoded batch with its customers' records, taken through the chain. */
export interface UpdateBatch extends DecodedBatch {
  readonly models: ActiveModels;
  readonly updates: readonly CustomerUpdate[];
}

/** The starting point of an update: nothing applied, nothing decided. */
export function startUpdate(before: CustomerRecord, incoming: readonly PositionedEvent[]): CustomerUpdate {
  return {
    before,
    incoming,
    fresh: [],
    late: 0,
    state: before.state,
    trail: [],
    held: [],
    standing: before.standing,
    migrations: [],
    after: before,
  };
}

/** True when the update changes the customer at all; duplicates alone don't. */
export function changesCustomer(update: CustomerUpdate): boolean {
  return update.after !== update.before;
}
