import { concatMap, type OperatorFunction } from 'rxjs';
import { type DecodedBatch, startUpdate, type UpdateBatch } from '../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../operators/customer-record.ts';
import type { PositionedEvent } from '../operators/event/record.ts';
import type { ActiveModelCache } from '../sinks/active-model-cache.ts';
import type { CustomerStore } from '../sinks/stores.ts';
import type { CustomerCache } from './customer-cache.ts';

export interface LoadDependencies {
  readonly customers: CustomerStore;
  readonly cache: CustomerCache;
  readonly models: ActiveModelCache;
}

/** Groups a batch by customer and brings in their records, from the cache where it has them. */
export async function loadStep(batch: DecodedBatch, dependencies: LoadDependencies): Promise<UpdateBatch> {
  const incomingById = new Map<string, PositionedEvent[]>();
  for (const positioned of batch.events) {
    const { customerId } = positioned.event;
    const incoming = incomingById.get(customerId);
    if (incoming) incoming.push(positioned);
    else incomingById.set(customerId, [positioned]);
  }
  const records = await loadRecords([...incomingById.keys()], dependencies);
  // A record judged by a model we have not seen means that ours is stale.
  const models = await dependencies.models.atLeast(records.map((record) => record.standing?.modelVersion));
  const updates = records.map((record) => startUpdate(record, incomingById.get(record.customerId) ?? []));
  return { ...batch, models, updates };
}

async function loadRecords(
  customerIds: readonly string[],
  dependencies: LoadDependencies,
): Promise<CustomerRecord[]> {
  const missing = customerIds.filter((customerId) => !dependencies.cache.has(customerId));
  const stored =
    missing.length > 0 ? await dependencies.customers.getMany(missing) : new Map<string, CustomerRecord>();
  return customerIds.map(
    (customerId) => dependencies.cache.get(customerId) ?? stored.get(customerId) ?? newCustomer(customerId),
  );
}

export function loadCustomers(dependencies: LoadDependencies): OperatorFunction<DecodedBatch, UpdateBatch> {
  return concatMap((batch) => loadStep(batch, dependencies));
}
