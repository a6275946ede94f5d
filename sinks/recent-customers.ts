import { LRUCache } from 'lru-cache';
import type { CustomerRecord } from '../operators/customer-record.ts';
import type { CustomerStore } from './stores.ts';

export interface RecentCustomersOptions {
  /** How old a record may be that is given without asking the table, milliseconds; 0 always asks. */
  readonly ageMsMax: number;
  /** Records held; the least recently used go first. Default 10,000. */
  readonly customersMax?: number;
  /** A clock that never goes back; its zero does not matter. */
  readonly nowMs: () => number;
}

/**
 * Decoded customers as lately read, for look-ups. What is given was in the table at most `ageMsMax` ago; after a write
 * through `writing` has returned, nothing older than that write is given. Customers who are not stored are not remembered.
 * Look-ups of one customer at the same time share one read.
 */
export class RecentCustomers {
  readonly #options: RecentCustomersOptions;
  readonly #held: LRUCache<string, { readonly record: CustomerRecord; readonly readAtMs: number }>;
  /** Reads under way whose answer may be kept; a write takes its customer out. */
  readonly #reading = new Map<string, Promise<CustomerRecord | undefined>>();

  constructor(options: RecentCustomersOptions) {
    this.#options = options;
    this.#held = new LRUCache({ max: options.customersMax ?? 10_000 });
  }

  /** The store as look-ups should see it: `get` and `getMany` from here where they may. */
  reading(store: CustomerStore): CustomerStore {
    if (this.#options.ageMsMax === 0) return store;
    return {
      ...store,
      get: async (customerId) => this.#recent(customerId) ?? this.#read(customerId, store),
      getMany: async (customerIds) => {
        const found = new Map<string, CustomerRecord>();
        const missing: string[] = [];
        for (const customerId of customerIds) {
          const record = this.#recent(customerId);
          if (record) found.set(customerId, record);
          else missing.push(customerId);
        }
        if (missing.length === 0) return found;
        // Not kept: a batch would push out what is asked for often, and its reads can't be told apart by time.
        return new Map([...found, ...(await store.getMany(missing))]);
      },
    };
  }

  /** The store as writers should use it: reads go to the table, and what is written is forgotten here. */
  writing(store: CustomerStore): CustomerStore {
    if (this.#options.ageMsMax === 0) return store;
    return {
      ...store,
      put: async (next) => {
        try {
          return await store.put(next);
        } finally {
          // Also after an error: it may have been written all the same.
          this.#forget(next.customerId);
        }
      },
      putMany: async (records) => {
        try {
          return await store.putMany(records);
        } finally {
          for (const { customerId } of records) this.#forget(customerId);
        }
      },
    };
  }

  #recent(customerId: string): CustomerRecord | undefined {
    const held = this.#held.get(customerId);
    if (held === undefined) return undefined;
    if (this.#options.nowMs() - held.readAtMs < this.#options.ageMsMax) return held.record;
    this.#held.delete(customerId);
    return undefined;
  }

  #read(customerId: string, store: CustomerStore): Promise<CustomerRecord | undefined> {
    const underWay = this.#reading.get(customerId);
    if (underWay !== undefined) return underWay;
    // The age counts from before the read: the table may have changed while the answer was on its way.
    const readAtMs = this.#options.nowMs();
    const read = store.get(customerId).then(
      (record) => {
        if (this.#reading.get(customerId) !== read) return record;
        this.#reading.delete(customerId);
        if (record) this.#held.set(customerId, { record, readAtMs });
        return record;
      },
      (error: unknown) => {
        if (this.#reading.get(customerId) === read) this.#reading.delete(customerId);
        throw error;
      },
    );
    this.#reading.set(customerId, read);
    return read;
  }

  #forget(customerId: string): void {
    this.#held.delete(customerId);
    this.#reading.delete(customerId);
  }
}
