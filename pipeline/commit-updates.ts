import { concatMap, type OperatorFunction } from 'rxjs';
import { applyEvents } from '../operators/apply-events.ts';
import { type CustomerUpdate, changesCustomer, type UpdateBatch } from '../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../operators/customer-record.ts';
import type { StateOptions } from '../operators/state/customer-state.ts';
import type { Stores } from '../sinks/stores.ts';
import type { LoadDependencies } from './load-customers.ts';
import type { PipelineCounters } from './pipeline-counters.ts';
import { type CustomerWork, inOrder, writeCustomers } from './write-customers.ts';

export interface CommitDependencies extends LoadDependencies {
  readonly stores: Stores;
  readonly counters: PipelineCounters;
  readonly state: StateOptions;
  /** Customers of a shard handed to the store at once, 1... The store's own limit, over all shards, may hold some back. */
  readonly writesInFlightMax: number;
  /** How far timers have been swept: one behind it would never be looked for again. UTC milliseconds. */
  readonly sweptToMs: () => number;
  /** False where the purchase history is kept elsewhere: saves one write an event. */
  readonly writePurchases: boolean;
}

/** A batch all of whose effects are stored and published. */
export type CommittedBatch = UpdateBatch;

/**
 * Writes a batch: quarantine and purchase history (idempotent keys), then the customers (version condition), then
 * their moves (deterministic ids). Whatever a crash cuts off is done again by the replay, under the same keys.
 */
export async function commitStep(
  batch: UpdateBatch,
  dependencies: CommitDependencies,
): Promise<CommittedBatch> {
  const { stores, counters } = dependencies;
  counters.judgedBy(batch.models);
  if (batch.quarantined.length > 0) await stores.quarantine.putMany(batch.quarantined);
  await writePurchases(batch.updates, dependencies);
  const results = await writeCustomers(batch.updates, workOn(batch, dependencies), dependencies);
  const committed = results.flatMap(({ work, record }) => (work ? [committedUpdate(work, record)] : []));
  const moves = inOrder(committed.flatMap((update) => update.after.outbox));
  if (moves.length > 0) await stores.migrations.publish(moves);
  for (const update of committed) {
    // Published: in memory the outbox is empty from here on, and the next write says so.
    dependencies.cache.set(update.after.customerId, { ...update.after, outbox: [] });
  }
  counters.batchCommitted(batch);
  return { ...batch, updates: committed };
}

/** The update with what was stored of it; where nothing was written, what was unpublished has been published. */
function committedUpdate(update: CustomerUpdate, record: CustomerRecord | undefined): CustomerUpdate {
  return { ...update, after: record ?? { ...update.after, outbox: [] } };
}

function workOn(batch: UpdateBatch, dependencies: CommitDependencies): CustomerWork<CustomerUpdate> {
  return {
    before: (update) => update.before,
    next: (update) =>
      changesCustomer(update) ? floorTimer(update.after, dependencies.sweptToMs()) : undefined,
    async again(lost) {
      const versions = lost.map(({ current }) => current?.standing?.modelVersion);
      const models = await dependencies.models.atLeast(versions);
      const updates = lost.map(({ work: { before, incoming }, current }) =>
        applyEvents(
          current ?? newCustomer(before.customerId),
          incoming,
          batch.shardId,
          models,
          dependencies.state,
        ),
      );
      await writePurchases(updates, dependencies);
      return updates;
    },
    written: (update, record) => dependencies.counters.customerCommitted({ ...update, after: record }),
  };
}

/**
 * Raises a timer that lies behind the sweep to the sweep, so that the next one finds it. Late events leave such timers;
 * the moves they make keep their exact instants.
 */
function floorTimer(record: CustomerRecord, sweptToMs: number): CustomerRecord {
  if (record.timerAtMs === undefined || record.timerAtMs >= sweptToMs) return record;
  return { ...record, timerAtMs: sweptToMs };
}

async function writePurchases(
  updates: readonly CustomerUpdate[],
  dependencies: CommitDependencies,
): Promise<void> {
  const { counters, stores } = dependencies;
  if (dependencies.writePurchases) {
    const purchases = updates.flatMap(({ fresh, held }) =>
      fresh.map((event, index) => ({ ...event, segment: held[index] })),
    );
    if (purchases.length > 0) await stores.purchases.putMany(purchases);
  }
  // Before their customers are written, so that they count under the segments they are stored under, whatever becomes of that.
  for (const update of updates) counters.purchasesStored(update);
}

export function commitUpdates(
  dependencies: CommitDependencies,
): OperatorFunction<UpdateBatch, CommittedBatch> {
  return concatMap((batch) => commitStep(batch, dependencies));
}
