import { map, type OperatorFunction } from 'rxjs';
import type { ActiveModels, CustomerUpdate, UpdateBatch } from './batch.ts';

/** Lifts a pure step over one customer to an operator over batches, in order. */
export function mapUpdates(
  step: (update: CustomerUpdate, models: ActiveModels, shardId: string) => CustomerUpdate,
): OperatorFunction<UpdateBatch, UpdateBatch> {
  return map((batch) => ({
    ...batch,
    updates: batch.updates.map((update) => step(update, batch.models, batch.shardId)),
  }));
}
