import type { BacktestReport } from '../operators/backtest/backtest-report.ts';
import type { CustomerRecord } from '../operators/customer-record.ts';
import type { PurchaseEvent, RejectReason } from '../operators/event/purchase-event.ts';
import type { QuarantinedRecord } from '../operators/event/record.ts';
import type { MoveFact, PurchaseFact } from '../operators/population/population-facts.ts';
import type { ConsumptionModel } from '../operators/predict/consumption-model.ts';
import type {
  Migration,
  MigrationCause,
  SegmentModel,
  SegmentName,
} from '../operators/segments/segment-model.ts';
import type { AlertStore } from './alert-store.ts';
import type { AnswerStore } from './answer-store.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

/** One page of a listing; `cursor` is opaque and undefined on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | undefined;
}

export interface PageRequest {
  /** 1..1000. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One of `of` parts of the customers, by a hash of their keys; `index` from 0. A cursor belongs to one part. */
export interface ScanSegment {
  readonly index: number;
  /** 1..1,000,000. */
  readonly of: number;
}

export type WriteOutcome = 'written' | 'conflict';

/** Customers by id, under a version condition. */
export interface CustomerStore {
  /** Strongly consistent. */
  get(customerId: string): Promise<CustomerRecord | undefined>;
  /** Strongly consistent, any number of ids; ids not stored are absent from the map. */
  getMany(customerIds: readonly string[]): Promise<ReadonlyMap<string, CustomerRecord>>;
  /**
   * Writes `next` if the stored version still is `next.version - 1` (absent for version 1); says `conflict` if not.
   * The timer index is written only when `timerAtMs` differs from what the index holds.
   * @throws TidemarkError `customer-too-large` when the state does not fit one item (400 KB), even deflated.
   */
  put(next: CustomerRecord): Promise<WriteOutcome>;
  /**
   * Puts several, of distinct customers, each under its own condition and with its own outcome, in the order given. In
   * few calls where the service can do that. After an error some may have been written: putting them again says
   * `conflict`, as it does of a record whose first answer was lost.
   * @throws TidemarkError as `put`.
   */
  putMany(records: readonly CustomerRecord[]): Promise<readonly WriteOutcome[]>;
  /**
   * Ids whose timer stands at or before `untilMs`, in order of their instants, from the UTC day of `fromMs` on: timers
   * of that whole day are given again, so start a day before the last sweep to catch those written just behind it.
   * The index follows the customers by a moment, so an id may come whose timer has moved since: look at the customer.
   * Any range will do, also from 0: days that never had a timer cost nothing.
   */
  due(
    range: { fromMs: number; untilMs: number },
    limit: number,
  ): Promise<readonly { customerId: string; timerAtMs: number }[]>;
  /** All customers in key order of the table, or those of one part; for jobs, not for requests. */
  scan(page: PageRequest & { readonly segment?: ScanSegment | undefined }): Promise<Page<CustomerRecord>>;
}

/** A purchase with the segment held right before it took effect: the one its revenue counts to. */
export type TakenPurchase = PurchaseEvent & {
  /** Undefined for a customer who stood in none, as at a first order. */
  readonly segment?: SegmentName | undefined;
};

/** A purchase as listed to people: prices and all lines, unlike what the customer's state keeps of it. */
export type StoredPurchase = TakenPurchase & {
  /** Lines left out because the order did not fit one item even compressed; totals cover all lines. Usually 0. */
  readonly omittedItems: number;
};

export interface PurchaseStore {
  /** Idempotent: the key is the event's time and hash. Of the segment the last put speaks. */
  putMany(events: readonly TakenPurchase[]): Promise<void>;
  /** Newest first. */
  list(customerId: string, page: PageRequest): Promise<Page<StoredPurchase>>;
  /** What every stored purchase counts, in key order of the table; for jobs, not for requests. */
  scanFacts(page: PageRequest): Promise<Page<PurchaseFact>>;
}

/** A migration with its place in the order of publication. */
export interface PublishedMigration extends Migration {
  /** Sorts by publication over all customers; what `Last-Event-ID` carries. */
  readonly feedKey: string;
  readonly publishedAtMs: number;
}

export interface MigrationStore {
  /**
   * Publishes moves that have just been committed, 25 a call. If somebody publishes one of them again at the same
   * moment, its place in the feed may move; its id stays.
   */
  publish(migrations: readonly Migration[]): Promise<void>;
  /**
   * Publishes those not yet published and leaves the others as they are: for outboxes found on a stored customer,
   * of which nobody knows whether they were published. Returns how many were new.
   */
  republish(migrations: readonly Migration[]): Promise<number>;
  /** One customer's moves, newest first. */
  listByCustomer(customerId: string, page: PageRequest): Promise<Page<PublishedMigration>>;
  /**
   * In order of publication, strictly after `feedKey` (undefined: from the oldest on). What is being written at the
   * moment, or lies within the store's settling time, comes with a later call, so that none is ever passed over.
   * @throws TidemarkError `invalid-cursor` for what is no feed key.
   */
  feedAfter(feedKey: string | undefined, limit: number): Promise<readonly PublishedMigration[]>;
  /** Newest published first, without what `feedAfter` would not give yet: going on after the first misses none. */
  feedLatest(page: PageRequest): Promise<Page<PublishedMigration>>;
  /** The key after which `feedAfter` gives what is published from now on. */
  feedStart(): Promise<string>;
  /** What every stored migration counts, in key order of the table; for jobs, not for requests. */
  scanFacts(page: PageRequest): Promise<Page<MoveFact>>;
  /** Counts every stored migration by cause; reads the whole table, for summaries only. */
  countByCause(): Promise<Readonly<Record<MigrationCause, number>>>;
}

export interface ModelKinds {
  segments: SegmentModel;
  consumption: ConsumptionModel;
}
export type ModelKind = keyof ModelKinds;

/** A model without its content. */
export interface ModelSummary {
  readonly version: string;
  readonly fittedAtMs: number;
  readonly active: boolean;
  /** Customers that the fit saw; undefined for one stored before this was kept apart. */
  readonly sampleSize: number | undefined;
}

/** A backtest as kept beside the models. */
export interface StoredBacktest {
  /** Sorts by the instant it was stored at. */
  readonly id: string;
  readonly storedAtMs: number;
  readonly report: BacktestReport;
}

/** Backtests kept; the oldest make room. */
export const backtestsKept = 20;

export interface ModelStore {
  /** Immutable: putting the same version twice is a no-op, another content under a stored version throws. */
  put<K extends ModelKind>(kind: K, model: ModelKinds[K]): Promise<void>;
  get<K extends ModelKind>(kind: K, version: string): Promise<ModelKinds[K] | undefined>;
  /** The model the pointer names; undefined before the first activation. */
  active<K extends ModelKind>(kind: K): Promise<ModelKinds[K] | undefined>;
  /** @throws TidemarkError `unknown-model` when that version is not stored. */
  activate(kind: ModelKind, version: string): Promise<void>;
  /** Every version, the active one marked. Reads all of the kind: for lists and summaries. */
  list(kind: ModelKind): Promise<readonly ModelSummary[]>;
  /**
   * Keeps a report; of more than `backtestsKept` the oldest are deleted. The same report at the same instant again is a no-op.
   * @throws TidemarkError `backtest-too-large` when it does not fit one item even deflated, `invalid-backtest` when it
   *   holds what is no finite number.
   */
  putBacktest(report: BacktestReport, atMs: number): Promise<void>;
  /** Newest first. @param limit 1..`backtestsKept`, the default */
  backtests(limit?: number): Promise<readonly StoredBacktest[]>;
}

/** A quarantined record as a listing has it: without its bytes, of which a page would have far too many. */
export interface QuarantineSummary extends Omit<QuarantinedRecord, 'data'> {
  readonly id: string;
  /** Bytes kept of the record. */
  readonly bytes: number;
  /** The first of them, at most 200. */
  readonly preview: Uint8Array;
  /** True when only the beginning of the record was kept: it can be read by a person, but not replayed. */
  readonly truncated: boolean;
  readonly status: 'open' | 'replayed';
  readonly replayedAtMs: number | undefined;
}

/** A quarantined record, whole. */
export interface QuarantineEntry extends QuarantineSummary {
  readonly data: Uint8Array;
}

export interface QuarantineRequest extends PageRequest {
  readonly reason?: RejectReason | undefined;
  readonly status?: 'open' | 'replayed' | undefined;
  readonly alongShards?: boolean | undefined;
}

export interface QuarantineStore {
  /** Idempotent: the key is the record's arrival day and position; one already stored keeps its status. */
  putMany(records: readonly QuarantinedRecord[]): Promise<void>;
  /**
   * Newest day first, within a day shard by shard: each from its newest record back, or from its oldest on where it is asked
   * for `alongShards`. A page may hold fewer than `limit`, with a filter even none, and still have a cursor, which is good
   * for the same order alone: a call looks at a bounded part of the table.
   */
  list(page: QuarantineRequest): Promise<Page<QuarantineSummary>>;
  get(id: string): Promise<QuarantineEntry | undefined>;
  /** @throws TidemarkError `unknown-quarantine-entry` when there is none of that id. */
  markReplayed(id: string, atMs: number): Promise<void>;
  /** Reads the whole table, for summaries only. */
  countByReason(): Promise<Readonly<Partial<Record<RejectReason, number>>>>;
}

export interface Stores {
  readonly customers: CustomerStore;
  readonly purchases: PurchaseStore;
  readonly migrations: MigrationStore;
  readonly models: ModelStore;
  readonly quarantine: QuarantineStore;
  readonly checkpoints: CheckpointStore;
  readonly alerts: AlertStore;
  readonly answers: AnswerStore;
}
