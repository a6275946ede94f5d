import type { ActiveModels, CustomerUpdate, UpdateBatch } from '../operators/batch.ts';
import type { CustomerRecord } from '../operators/customer-record.ts';
import type { RejectReason } from '../operators/event/purchase-event.ts';
import { comparePositions, type RecordPosition } from '../operators/event/record.ts';
import { footprintOf, purchaseFact } from '../operators/population/population-facts.ts';
import { PopulationTotals } from '../operators/population/population-totals.ts';
import type { PopulationView } from '../operators/population/population-view.ts';
import type { SegmentKey } from '../operators/population/segment-index.ts';
import type { MigrationCause } from '../operators/segments/segment-model.ts';
import type { ShardCheckpoint } from '../sinks/checkpoint-store.ts';

/**
 * What this process has seen pass. Given a population (counted from the tables at start), its figures of customers, sizes
 * and moves are those of the whole deployment; without, they are what this process alone has changed. Figures of shards
 * are exact across crashes, since they are stored with the checkpoint.
 */
export class PipelineCounters {
  /** All customers with what they bought and where they moved; undefined in processes that see a part of them only. */
  readonly population: PopulationView | undefined;
  readonly #totals: PopulationTotals;
  /** Newest instant of a forecast by segment that this process has seen to, UTC milliseconds. */
  forecastsKeptMs = Number.NEGATIVE_INFINITY;
  conflicts = 0;
  lateEvents = 0;
  readonly quarantinedByReason = new Map<RejectReason, number>();
  readonly shards = new Map<string, ShardCheckpoint>();
  /** How often each shard was found to hold nothing more, by this process. */
  readonly tipReads = new Map<string, number>();
  /** Age of what each shard still has to process, milliseconds. */
  readonly lagMsByShard = new Map<string, number>();

  constructor(population?: PopulationView) {
    this.population = population;
    this.#totals = population?.totals ?? new PopulationTotals();
  }

  get customers(): number {
    return this.#totals.customers;
  }

  /** Distinct events applied to customers. */
  get eventsApplied(): number {
    return this.#totals.eventsApplied;
  }

  /** Earliest event time over all customers; undefined before the first event. */
  get firstEventAtMs(): number | undefined {
    return this.#totals.firstEventAtMs;
  }

  get segmentCounts(): ReadonlyMap<SegmentKey, number> {
    return this.#totals.segmentCounts;
  }

  get migrationsByCause(): Readonly<Record<MigrationCause, number>> {
    return this.#totals.migrationsByCause;
  }

  /** Valid events read that changed nothing, since they had been applied before. */
  get duplicates(): number {
    let events = 0;
    for (const shard of this.shards.values()) events += shard.events;
    return Math.max(0, events - this.eventsApplied);
  }

  customerCommitted(update: CustomerUpdate): void {
    const { before, after } = update;
    if (after.version === before.version) return;
    this.lateEvents += update.late;
    this.recordChanged(before, after);
  }

  /** Counts purchases of a batch; the customer may not be written yet. */
  purchasesStored({ fresh, held }: Pick<CustomerUpdate, 'fresh' | 'held'>): void {
    if (this.population === undefined) return;
    for (const [index, event] of fresh.entries()) {
      this.population.purchaseSeen(purchaseFact(event, held[index]));
    }
  }

  /** Counts a record found stored that somebody else wrote, or this process without hearing of it. */
  recordFound(record: CustomerRecord): void {
    this.population?.recordSeen(record);
  }

  /** Tells of the models that what is counted next was judged by. */
  judgedBy({ segments }: ActiveModels): void {
    if (segments !== undefined) this.population?.modelFitted(segments.fittedAtMs);
  }

  /** Counts a write of a customer. */
  recordChanged(before: CustomerRecord, after: CustomerRecord): void {
    const { population } = this;
    if (population === undefined) {
      this.#totals.replace(before.version === 0 ? undefined : footprintOf(before), footprintOf(after));
      for (const { cause } of after.outbox) this.#totals.migrationsByCause[cause] += 1;
      return;
    }
    population.recordSeen(after);
  }

  batchCommitted(batch: UpdateBatch): void {
    const before = this.shards.get(batch.shardId);
    for (const record of batch.quarantined) {
      // A replay puts the same record under the same key again.
      if (before && comparePositions(record, before) <= 0) continue;
      const { rejection } = record;
      this.quarantinedByReason.set(
        rejection.reason,
        (this.quarantinedByReason.get(rejection.reason) ?? 0) + 1,
      );
    }
    this.lagMsByShard.set(batch.shardId, batch.behindMs);
    this.tipReads.set(batch.shardId, (this.tipReads.get(batch.shardId) ?? 0) + (batch.atTip ? 1 : 0));
  }

  /**
   * The shard's progress with this batch added: what its checkpoint then says. Records at or before the present
   * checkpoint are being replayed: they count nothing, and the checkpoint stays where it is.
   */
  shardAdvanced(batch: UpdateBatch): ShardCheckpoint {
    const before = this.shards.get(batch.shardId);
    const isNew = (position: RecordPosition) =>
      before === undefined || comparePositions(position, before) > 0;
    const events = batch.events.filter(isNew);
    const newest = events.reduce(
      (max, { event }) => Math.max(max, event.occurredAtMs),
      Number.NEGATIVE_INFINITY,
    );
    const watermarkMs = Math.max(before?.watermarkMs ?? Number.NEGATIVE_INFINITY, newest);
    const end = batch.end && isNew(batch.end) ? batch.end : before;
    const progress: ShardCheckpoint = {
      shardId: batch.shardId,
      sequenceNumber: end?.sequenceNumber ?? '0',
      subSequence: end?.subSequence ?? 0,
      watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : undefined,
      events: (before?.events ?? 0) + events.length,
      quarantined: (before?.quarantined ?? 0) + batch.quarantined.filter(isNew).length,
      // A replay reads a shard again that had been read to its end.
      ended: batch.shardEnded || (before?.ended ?? false),
    };
    this.shards.set(batch.shardId, progress);
    return progress;
  }

  /** Newest event time over all shards; undefined before the first event. */
  watermarkMs(): number | undefined {
    let newest: number | undefined;
    for (const { watermarkMs } of this.shards.values()) {
      if (watermarkMs !== undefined) newest = Math.max(newest ?? watermarkMs, watermarkMs);
    }
    return newest;
  }
}
