import type { OperatorFunction } from 'rxjs';
import type { ActiveModels, CustomerUpdate, UpdateBatch } from './batch.ts';
import type { CustomerRecord } from './customer-record.ts';
import { raiseMark } from './drop-duplicates.ts';
import { mapUpdates } from './map-updates.ts';
import { nextReviewMs } from './next-review.ts';

/** Puts the moves into the outbox and sets the timer of the next one: what remains is to write the record. */
export function detectMigrationsStep(
  update: CustomerUpdate,
  models: ActiveModels,
  shardId: string,
): CustomerUpdate {
  if (update.fresh.length === 0) return update;
  const { state, standing } = update;
  const nextMs = standing && models.segments ? nextReviewMs(state, standing, models.segments) : undefined;
  const after: CustomerRecord = {
    ...update.after,
    version: update.before.version + 1,
    state,
    standing,
    marks: raiseMark(update, shardId),
    outbox: update.migrations,
    timerAtMs: earlierTimer(update.before.timerAtMs, nextMs),
  };
  return { ...update, after };
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
