import type { CustomerRecord } from '../operators/customer-record.ts';
import type { CustomerStore } from './stores.ts';

export interface JoinedReadsOptions {
  /** Calls of the service under way at a time, 1... Default 2. */
  readonly callsAtOnce?: number;
  /** Customers of one call at most, 1..100. Default 32: larger ones make all of them wait for the last. */
  readonly customersPerCall?: number;
}

interface Waiting {
  readonly customerId: string;
  readonly resolve: (record: CustomerRecord | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A store whose `get` shares calls under load. As long as few look-ups are under way each makes its own call at once; those
 * that come while the limit of calls is under way wait for one of them to end and then go together in one. A call costs
 * this process far more than what it reads, so busy times are when it matters; nothing is read earlier or kept longer
 * than without. What waits is bounded by the requests being answered at a time. A call that fails fails for all in it.
 */
export function joinedReads(store: CustomerStore, options: JoinedReadsOptions = {}): CustomerStore {
  const { callsAtOnce = 2, customersPerCall = 32 } = options;
  let waiting: Waiting[] = [];
  let calls = 0;
  const settle = async (group: readonly Waiting[]) => {
    const [only] = group;
    try {
      if (group.length === 1 && only !== undefined) {
        only.resolve(await store.get(only.customerId));
        return;
      }
      const found = await store.getMany(group.map(({ customerId }) => customerId));
      for (const { customerId, resolve } of group) resolve(found.get(customerId));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  const begin = () => {
    while (calls < callsAtOnce && waiting.length > 0) {
      const group = waiting.slice(0, customersPerCall);
      waiting = waiting.slice(customersPerCall);
      calls += 1;
      void settle(group).finally(() => {
        calls -= 1;
        begin();
      });
    }
  };
  return {
    ...store,
    get: (customerId) =>
      new Promise((resolve, reject) => {
        waiting.push({ customerId, resolve, reject });
        begin();
      }),
  };
}
