import type { ActiveModels, CustomerUpdate } from './batch.ts';
import { startUpdate } from './batch.ts';
import type { CustomerRecord } from './customer-record.ts';
import { detectMigrationsStep } from './detect-migrations.ts';
import { dropDuplicatesStep } from './drop-duplicates.ts';
import type { PositionedEvent } from './event/record.ts';
import { predictConsumptionStep } from './predict-consumption.ts';
import { reassignSegmentsStep } from './reassign-segments.ts';
import type { StateOptions } from './state/customer-state.ts';
import { updateFeaturesStep } from './update-features.ts';

/** All of the chain's pure steps for one customer: what a writer does again after somebody else wrote first. */
export function applyEvents(
  before: CustomerRecord,
  incoming: readonly PositionedEvent[],
  shardId: string,
  models: ActiveModels,
  options: StateOptions,
): CustomerUpdate {
  const deduplicated = dropDuplicatesStep(startUpdate(before, incoming), shardId);
  const updated = updateFeaturesStep(deduplicated, options);
  const predicted = predictConsumptionStep(reassignSegmentsStep(updated, models), models);
  return detectMigrationsStep(predicted, models, shardId);
}
