import type { CustomerUpdate, UpdateBatch } from '../operators/batch.ts';
import type { CustomerRecord } from '../operators/customer-record.ts';
import type { RejectReason } from '../operators/event/purchase-event.ts';
import { comparePositions, type RecordPosition } from '../operators/event/record.ts';
import type { MigrationCause, SegmentName } from '../operators/segments/segment-model.ts';
import type { ShardCheckpoint } from '../sinks/stores.ts';

/**
 * What this process has seen pass, on top of what the tables held when it started. Figures of shards are exact across
 * crashes, since they are stored with the checkpoint; the others are recounted from the tables at start.
 */
export class PipelineCounters {
  customers = 0;
  eventsApplied = 0;
  /** Earliest event time over all customers; undefined before the first event. */
  firstEventAtMs: number | undefined;
  conflicts = 0;
  lateEvents = 0;
  readonly segmentCounts = new Map<SegmentName | 'unassigned', number>();
  readonly migrationsByCause: Record<MigrationCause, number> = { event: 0, time: 0, model: 0 };
  readonly quarantinedByReason = new Map<RejectReason, number>();
  readonly shards = new Map<string, ShardCheckpoint>();
  /** How often each shard was found to hold nothing more, by this process. */
  readonly tipReads = new Map<string, number>();
  /** Age of what each shard still has to process, milliseconds. */
  readonly lagMsByShard = new Map<string, number>();

  /** Valid events read that changed nothing, since they had been applied before. */
  get duplicates(): number {
    let events = 0;
    for (const shard of this.shards.values()) events += shard.events;
    return Math.max(0, events - this.eventsApplied);
  }

  /** Counts a record found in the table at start. */
  recordFound(record: CustomerRecord): void {
    this.customers += 1;
    this.eventsApplied += record.state.lifetime.events;
    this.#count(record, 1);
  }

  customerCommitted(update: CustomerUpdate): void {
    if (update.after.version === update.before.version) return;
    if (update.before.version === 0) this.customers += 1;
    this.eventsApplied += update.after.state.lifetime.events - update.before.state.lifetime.events;
    this.lateEvents += update.late;
    this.recordChanged(update.before, update.after);
  }

  /** Counts a write that a sweep or roll-out made. */
  recordChanged(before: CustomerRecord, after: CustomerRecord): void {
    if (before.version > 0) this.#count(before, -1);
    this.#count(after, 1);
    for (const migration of after.outbox) this.migrationsByCause[migration.cause] += 1;
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

  #count(record: CustomerRecord, step: 1 | -1): void {
    const { firstEventAtMs } = record.state.lifetime;
    this.firstEventAtMs = Math.min(this.firstEventAtMs ?? firstEventAtMs, firstEventAtMs);
    const segment = record.standing?.segment ?? 'unassigned';
    this.segmentCounts.set(segment, (this.segmentCounts.get(segment) ?? 0) + step);
  }
}
