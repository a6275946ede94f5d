import type { OperatorFunction } from 'rxjs';
import type { CustomerUpdate, UpdateBatch } from './batch.ts';
import type { ShardMark } from './customer-record.ts';
import type { PurchaseEvent } from './event/purchase-event.ts';
import { comparePositions } from './event/record.ts';
import { mapUpdates } from './map-updates.ts';
import { isDuplicate } from './state/fold-events.ts';

/**
 * Keeps the events that have not been applied before. An event is dropped when its shard position is at or below the
 * customer's mark (a replay; it tells only of records that come in order), or when its id is remembered in the state or came earlier in the batch (a duplicate).
 */
export function dropDuplicatesStep(update: CustomerUpdate, shardId: string): CustomerUpdate {
  const mark = update.before.marks.find((candidate) => candidate.shardId === shardId);
  const seen = new Set<number>();
  const fresh: PurchaseEvent[] = [];
  for (const positioned of update.incoming) {
    const { event } = positioned;
    if (mark && positioned.ordered && comparePositions(positioned, mark) <= 0) continue;
    if (seen.has(event.eventHash) || isDuplicate(update.before.state, event)) continue;
    seen.add(event.eventHash);
    fresh.push(event);
  }
  return { ...update, fresh };
}

/** Shards of one customer that are remembered; the mark written longest ago is dropped beyond it. */
const marksMax = 8;

/** The customer's marks with the shard's raised to the last incoming event of those that come in order. */
export function raiseMark(update: CustomerUpdate, shardId: string): readonly ShardMark[] {
  const last = update.incoming.findLast(({ ordered }) => ordered);
  const before = update.before.marks.find((candidate) => candidate.shardId === shardId);
  if (!last || (before && comparePositions(last, before) <= 0)) return update.before.marks;
  const mark: ShardMark = { shardId, sequenceNumber: last.sequenceNumber, subSequence: last.subSequence };
  const others = update.before.marks.filter((candidate) => candidate.shardId !== shardId);
  // Sequence numbers grow with time over all shards of a stream, so the lowest is the one idle for longest.
  const newest = others.sort((a, b) => comparePositions(b, a)).slice(0, marksMax - 1);
  return [...newest, mark].sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
}

export function dropDuplicates(): OperatorFunction<UpdateBatch, UpdateBatch> {
  return mapUpdates((update, _models, shardId) => dropDuplicatesStep(update, shardId));
}
