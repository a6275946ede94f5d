import type { ActiveModels } from '../../operators/batch.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import { reviewCustomer } from '../../operators/review-customer.ts';
import type { Stores } from '../../sinks/stores.ts';
import type { CustomerCache } from '../customer-cache.ts';
import type { PipelineCounters } from '../pipeline-counters.ts';
import { inOrder, writeCustomers } from '../write-customers.ts';

export interface ReviewDependencies {
  readonly stores: Pick<Stores, 'customers' | 'migrations' | 'checkpoints'>;
  readonly cache: CustomerCache;
  readonly counters: PipelineCounters;
  /** Customers handed to the store at once, 1... */
  readonly writesInFlightMax: number;
  /** Long work ends between two pages once this is aborted. */
  readonly stop?: AbortSignal | undefined;
}

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
  const { stores, cache, counters } = dependencies;
  counters.judgedBy(models);
  const results = await writeCustomers<Review>(
    await loadReviews(customers, models, atMs, dependencies),
    {
      before: ({ before }) => before,
      next: ({ after }) => after,
      again: async (lost) => lost.map(({ current }) => current && review(current, models, atMs)),
      written({ before }, after) {
        counters.recordChanged(before, after);
        // With its outbox still full, so that whoever writes before it is published publishes it first.
        cache.set(after.customerId, after);
      },
    },
    dependencies,
  );
  const records = results.flatMap(({ record }) => record ?? []);
  const moves = inOrder(records.flatMap((record) => record.outbox));
  if (moves.length > 0) await stores.migrations.publish(moves);
  for (const record of records) publishedInCache(record, cache);
  return records.length;
}

interface Review {
  readonly before: CustomerRecord;
  /** Undefined where nothing is to be written. */
  readonly after: CustomerRecord | undefined;
}

function review(before: CustomerRecord, models: ActiveModels, atMs: number): Review {
  return { before, after: reviewCustomer(before, models, atMs) };
}

/** Reviews of those there are, from memory, from the caller, or read. */
async function loadReviews(
  customers: Parameters<typeof reviewCustomers>[0],
  models: ActiveModels,
  atMs: number,
  { stores, cache }: ReviewDependencies,
): Promise<Review[]> {
  const remembered = customers.map(({ customerId, known }) => {
    const record = newer(cache.get(customerId), known);
    return record && review(record, models, atMs);
  });
  // Another process may have written since: only what is stored can say that nothing is due.
  const read = customers.filter(({ known }, index) => !known && remembered[index]?.after === undefined);
  const stored =
    read.length === 0
      ? new Map<string, CustomerRecord>()
      : await stores.customers.getMany(read.map(({ customerId }) => customerId));
  return customers.flatMap(({ customerId }, index) => {
    const record = stored.get(customerId);
    return record ? [review(record, models, atMs)] : (remembered[index] ?? []);
  });
}

function newer(a: CustomerRecord | undefined, b: CustomerRecord | undefined): CustomerRecord | undefined {
  return a && b ? (b.version > a.version ? b : a) : (a ?? b);
}

/** Empties the outbox in memory, unless somebody has written the customer again since. */
function publishedInCache(record: CustomerRecord, cache: CustomerCache): void {
  if (cache.peek(record.customerId) === record) cache.set(record.customerId, { ...record, outbox: [] });
}
