import type { OperatorFunction } from 'rxjs';
import type { ActiveModels, CustomerUpdate, UpdateBatch } from './batch.ts';
import { mapUpdates } from './map-updates.ts';
import { predictionSummary } from './predict/prediction-summary.ts';

/** Predicts what is stored with the customer, as of the newest event. */
export function predictConsumptionStep(update: CustomerUpdate, models: ActiveModels): CustomerUpdate {
  const model = models.consumption;
  if (!model || update.fresh.length === 0) return update;
  const prediction = predictionSummary(update.state, model, update.state.lifetime.lastEventAtMs);
  return { ...update, after: { ...update.after, prediction } };
}

export function predictConsumption(): OperatorFunction<UpdateBatch, UpdateBatch> {
  return mapUpdates(predictConsumptionStep);
}
