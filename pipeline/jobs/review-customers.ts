import { from, lastValueFrom, mergeMap, toArray } from 'rxjs';
import type { ActiveModels } from '../../operators/batch.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import { DependencyError } from '../../operators/errors.ts';
import { reviewCustomer } from '../../operators/review-customer.ts';
import type { Stores } from '../../sinks/stores.ts';
import type { CustomerCache } from '../customer-cache.ts';
import type { PipelineCounters } from '../pipeline-counters.ts';

export interface ReviewDependencies {
  readonly stores: Pick<Stores, 'customers' | 'migrations' | 'checkpoints'>;
  readonly cache: CustomerCache;
  readonly counters: PipelineCounters;
  /** Customer writes in flight. */
  readonly writesInFlightMax: number;
  /** Long work ends between two pages once this is aborted. */
  readonly stop?: AbortSignal | undefined;
}

const attemptsMax = 10;

/**
 * Brings customers up to `atMs` with no event and writes those that changed, then publishes their moves in order of
 * time. Whoever calls has stored which customers are in hand, so that after a crash the same are reviewed again.
 *
 * @returns how many were written
 */
export async function reviewCustomers(
  customers: readonly { readonly customerId: string; readonly known?: CustomerRecord }[],
  models: ActiveModels,
  atMs: number,
  dependencies: ReviewDependencies,
): Promise<number> {
  const written = await lastValueFrom(
    from(customers).pipe(
      mergeMap(
        ({ customerId, known }) => reviewOne(customerId, known, models, atMs, dependencies),
        dependencies.writesInFlightMax,
      ),
      toArray(),
    ),
  );
  const records = written.filter((record) => record !== undefined);
  const moves = records.flatMap((record) => record.outbox).sort((a, b) => a.atMs - b.atMs);
  if (moves.length > 0) await dependencies.stores.migrations.publish(moves);
  for (const record of records) publishedInCache(record, dependencies.cache);
  return records.length;
}

async function reviewOne(
  customerId: string,
  known: CustomerRecord | undefined,
  models: ActiveModels,
  atMs: number,
  { stores, cache, counters }: ReviewDependencies,
): Promise<CustomerRecord | undefined> {
  let record = cache.get(customerId) ?? known ?? (await stores.customers.get(customerId));
  for (let attempt = 1; attempt <= attemptsMax && record; attempt += 1) {
    // A crash may have left these unpublished; the write below would drop them.
    if (record.outbox.length > 0) await stores.migrations.republish(record.outbox);
    const next = reviewCustomer(record, models, atMs);
    if (!next) return undefined;
    if ((await stores.customers.put(next)) === 'written') {
      counters.recordChanged(record, next);
      // With its outbox still full, so that whoever writes before it is published publishes it first.
      cache.set(customerId, next);
      return next;
    }
    counters.conflicts += 1;
    record = await stores.customers.get(customerId);
  }
  if (!record) return undefined;
  throw new DependencyError(
    'write-conflict',
    `customer was written by others ${attemptsMax} times in a row`,
    {
      retryable: true,
      context: { customerId },
    },
  );
}

/** Empties the outbox in memory, unless somebody has written the customer again since. */
function publishedInCache(record: CustomerRecord, cache: CustomerCache): void {
  if (cache.peek(record.customerId) === record) cache.set(record.customerId, { ...record, outbox: [] });
}
