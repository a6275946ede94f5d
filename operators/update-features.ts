import type { OperatorFunction } from 'rxjs';
import type { CustomerUpdate, UpdateBatch } from './batch.ts';
import { mapUpdates } from './map-updates.ts';
import type { StateOptions } from './state/customer-state.ts';
import { foldEvents, isLate } from './state/fold-events.ts';

/** Folds the fresh events into the customer's state and keeps the history as it stood after each. */
export function updateFeaturesStep(update: CustomerUpdate, options: StateOptions): CustomerUpdate {
  if (update.fresh.length === 0) return update;
  const { state, trail } = foldEvents(update.before.state, update.fresh, options);
  const late = trail.filter((folded) => isLate(folded, options)).length;
  return { ...update, state, trail, late };
}

export function updateFeatures(options: StateOptions): OperatorFunction<UpdateBatch, UpdateBatch> {
  return mapUpdates((update) => updateFeaturesStep(update, options));
}
