import { concatMap, from, lastValueFrom, mergeMap, type OperatorFunction, toArray } from 'rxjs';
import { applyEvents } from '../operators/apply-events.ts';
import { type CustomerUpdate, changesCustomer, type UpdateBatch } from '../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../operators/customer-record.ts';
import { DependencyError } from '../operators/errors.ts';
import type { StateOptions } from '../operators/state/customer-state.ts';
import type { Stores } from '../sinks/stores.ts';
import type { LoadDependencies } from './load-customers.ts';
import type { PipelineCounters } from './pipeline-counters.ts';

export interface CommitDependencies extends LoadDependencies {
  readonly stores: Stores;
  readonly counters: PipelineCounters;
  readonly state: StateOptions;
  /** Customer writes in flight, 1..256 a shard. */
  readonly writesInFlightMax: number;
  /** How far timers have been swept: one behind it would never be looked for again. UTC milliseconds. */
  readonly sweptToMs: () => number;
  /** False where the purchase history is kept elsewhere: saves one write an event. */
  readonly writePurchases: boolean;
}

/** A batch all of whose effects are stored and published. */
export type CommittedBatch = UpdateBatch;

/** Losing this many races for one customer in a row means that something other than a race is wrong. */
const attemptsMax = 10;

/**
 * Writes a batch: quarantine and purchase history (idempotent keys), then the customers (version condition), then
 * their moves (deterministic ids). Whatever a crash cuts off is done again by the replay, under the same keys.
 */
export async function commitStep(
  batch: UpdateBatch,
  dependencies: CommitDependencies,
): Promise<CommittedBatch> {
  const { stores, counters } = dependencies;
  if (batch.quarantined.length > 0) await stores.quarantine.putMany(batch.quarantined);
  await writePurchases(batch.updates, dependencies);
  const committed = await lastValueFrom(
    from(batch.updates).pipe(
      mergeMap((update) => commitCustomer(update, batch, dependencies), dependencies.writesInFlightMax),
      toArray(),
    ),
  );
  const moves = committed.flatMap((update) => update.after.outbox).sort((a, b) => a.atMs - b.atMs);
  if (moves.length > 0) await stores.migrations.publish(moves);
  for (const update of committed) {
    // Published: in memory the outbox is empty from here on, and the next write says so.
    dependencies.cache.set(update.after.customerId, { ...update.after, outbox: [] });
  }
  counters.batchCommitted(batch);
  return { ...batch, updates: committed };
}

async function commitCustomer(
  first: CustomerUpdate,
  batch: UpdateBatch,
  dependencies: CommitDependencies,
): Promise<CustomerUpdate> {
  const { customers, migrations } = dependencies.stores;
  let update = first;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    // A crash may have left these unpublished; the write below would drop them.
    if (update.before.outbox.length > 0) await migrations.republish(update.before.outbox);
    if (!changesCustomer(update)) return { ...update, after: { ...update.after, outbox: [] } };
    const after = floorTimer(update.after, dependencies.sweptToMs());
    if ((await customers.put(after)) === 'written') {
      const written = { ...update, after };
      dependencies.counters.customerCommitted(written);
      return written;
    }
    const { customerId } = update.before;
    const current = (await customers.get(customerId)) ?? newCustomer(customerId);
    const models = await dependencies.models.atLeast([current.standing?.modelVersion]);
    update = applyEvents(current, update.incoming, batch.shardId, models, dependencies.state);
    await writePurchases([update], dependencies);
    dependencies.counters.conflicts += 1;
  }
  throw new DependencyError(
    'write-conflict',
    `customer was written by others ${attemptsMax} times in a row`,
    {
      retryable: true,
      context: { customerId: first.before.customerId, shardId: batch.shardId },
    },
  );
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
  if (!dependencies.writePurchases) return;
  const purchases = updates.flatMap((update) => update.fresh);
  if (purchases.length > 0) await dependencies.stores.purchases.putMany(purchases);
}

export function commitUpdates(
  dependencies: CommitDependencies,
): OperatorFunction<UpdateBatch, CommittedBatch> {
  return concatMap((batch) => commitStep(batch, dependencies));
}
