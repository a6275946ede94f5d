import type { OperatorFunction } from 'rxjs';
import type { ActiveModels, CustomerUpdate, UpdateBatch } from './batch.ts';
import type { CustomerRecord } from './customer-record.ts';
import { raiseMark } from './drop-duplicates.ts';
import { mapUpdates } from './map-updates.ts';
import { rightSince } from './segments/advance-standing.ts';
import { nextChangeAt } from './segments/next-change.ts';
import type { SegmentModel, SegmentStanding } from './segments/segment-model.ts';
import type { PurchaseHistory } from './state/fold-history.ts';

/** Puts the moves into the outbox and sets the timer of the next one: what remains is to write the record. */
export function detectMigrationsStep(
  update: CustomerUpdate,
  models: ActiveModels,
  shardId: string,
): CustomerUpdate {
  if (update.fresh.length === 0) return update;
  const nextMs = nextReviewMs(update.state, update.standing, models.segments);
  const after: CustomerRecord = {
    ...update.after,
    version: update.before.version + 1,
    state: update.state,
    standing: update.standing,
    marks: raiseMark(update, shardId),
    outbox: update.migrations,
    timerAtMs: earlierTimer(update.before.timerAtMs, nextMs),
  };
  return { ...update, after };
}

/** The instant at which the segment changes without a purchase; undefined when it never will. */
export function nextReviewMs(
  history: PurchaseHistory,
  standing: SegmentStanding | undefined,
  model: SegmentModel | undefined,
): number | undefined {
  if (!standing || !model) return undefined;
  const knownMs = Math.max(model.fittedAtMs, rightSince(history, standing));
  return nextChangeAt(history, standing.segment, model, knownMs)?.atMs;
}

/**
 * Timers are lazy: the indexed instant moves only to an earlier one, since a changed index entry costs two more write
 * units. A timer that fires too early finds nothing due and is armed again.
 */
export function earlierTimer(indexedMs: number | undefined, nextMs: number | undefined): number | undefined {
  if (indexedMs === undefined) return nextMs;
  return nextMs === undefined ? indexedMs : Math.min(indexedMs, nextMs);
}

export function detectMigrations(): OperatorFunction<UpdateBatch, UpdateBatch> {
  return mapUpdates(detectMigrationsStep);
}
