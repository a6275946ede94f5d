import type { CustomerRecord } from '../../operators/customer-record.ts';
import type { Migration } from '../../operators/segments/segment-model.ts';
import type { OrderEntry, RecentPurchase } from '../../operators/state/customer-state.ts';
import type { CustomerStore, Stores } from '../../sinks/stores.ts';
import type { TableRole } from '../../sinks/table-definitions.ts';

/** What is taken away from the pipeline, from outside, to show that its absence is noticed. */
export interface RemovedSafeguard {
  readonly name: string;
  readonly wrap: (stores: Stores) => Stores;
  readonly ignoreConditions: (role: TableRole) => boolean;
  /** Set where what a process holds in memory would stand in for what was removed. */
  readonly cacheCustomersMax?: number;
}

export const nothingRemoved: RemovedSafeguard = {
  name: 'none',
  wrap: (stores) => stores,
  ignoreConditions: () => false,
};

/** One at a time: each must make some schedule fail. */
export const safeguards: readonly RemovedSafeguard[] = [
  { ...nothingRemoved, name: 'version condition', ignoreConditions: (role) => role === 'customers' },
  {
    ...nothingRemoved,
    name: 'duplicate marks',
    wrap: (stores) => ({ ...stores, customers: forgettingOrders(stores.customers) }),
    cacheCustomersMax: 1,
  },
  {
    ...nothingRemoved,
    name: 'outbox',
    wrap: (stores) => ({
      ...stores,
      customers: onLoad(stores.customers, (record) => ({ ...record, outbox: [] })),
    }),
  },
  { ...nothingRemoved, name: 'commit order: customers before the checkpoint', wrap: checkpointFirst },
  { ...nothingRemoved, name: 'commit order: purchases before the checkpoint', wrap: purchasesLast },
  { ...nothingRemoved, name: 'commit order: customers before their moves', wrap: movesFirst },
  { ...nothingRemoved, name: 'commit order: quarantine before the checkpoint', wrap: quarantineLast },
];

function onLoad(customers: CustomerStore, change: (record: CustomerRecord) => CustomerRecord): CustomerStore {
  return {
    ...customers,
    async get(customerId) {
      const record = await customers.get(customerId);
      return record && change(record);
    },
    async getMany(customerIds) {
      const records = await customers.getMany(customerIds);
      return new Map([...records].map(([id, record]) => [id, change(record)]));
    },
    async scan(page) {
      const found = await customers.scan(page);
      return { ...found, items: found.items.map(change) };
    },
  };
}

/** Loaded orders can't be recognised: their hashes are others in memory, and go back to what they were when written. */
function forgettingOrders(customers: CustomerStore): CustomerStore {
  const trueEntries = new WeakMap<object, OrderEntry>();
  const truePurchases = new WeakMap<object, RecentPurchase>();
  const disguise = <T extends { readonly hash: number }>(item: T, originals: WeakMap<object, T>): T => {
    const disguised = { ...item, hash: 2 ** 48 - 1 - item.hash };
    originals.set(disguised, item);
    return disguised;
  };
  const forgetful = onLoad(customers, (record) => ({
    ...record,
    marks: [],
    state: {
      ...record.state,
      entries: record.state.entries.map((entry) => disguise(entry, trueEntries)),
      recent: record.state.recent.map((purchase) => disguise(purchase, truePurchases)),
    },
  }));
  const undisguised = (next: CustomerRecord): CustomerRecord => ({
    ...next,
    state: {
      ...next.state,
      entries: next.state.entries.map((entry) => trueEntries.get(entry) ?? entry),
      recent: next.state.recent.map((purchase) => truePurchases.get(purchase) ?? purchase),
    },
  });
  return {
    ...forgetful,
    put: (next) => customers.put(undisguised(next)),
    putMany: (records) => customers.putMany(records.map(undisguised)),
  };
}

/** Work put off until the checkpoint has been written. */
class PutOff {
  #waiting: (() => Promise<unknown>)[] = [];

  add(work: () => Promise<unknown>): void {
    this.#waiting.push(work);
  }

  async behind(
    checkpoints: Stores['checkpoints'],
    checkpoint: Parameters<Stores['checkpoints']['putShard']>[0],
  ) {
    const waiting = this.#waiting;
    this.#waiting = [];
    await checkpoints.putShard(checkpoint);
    for (const work of waiting) await work();
  }
}

function checkpointFirst(stores: Stores): Stores {
  const later = new PutOff();
  return {
    ...stores,
    customers: {
      ...stores.customers,
      async put(next) {
        later.add(() => stores.customers.put(next));
        return 'written';
      },
      async putMany(records) {
        later.add(() => stores.customers.putMany(records));
        return records.map(() => 'written');
      },
    },
    migrations: {
      ...stores.migrations,
      async publish(moves) {
        later.add(() => stores.migrations.publish(moves));
      },
    },
    checkpoints: {
      ...stores.checkpoints,
      putShard: (checkpoint) => later.behind(stores.checkpoints, checkpoint),
    },
  };
}

function purchasesLast(stores: Stores): Stores {
  const later = new PutOff();
  return {
    ...stores,
    purchases: {
      ...stores.purchases,
      async putMany(events) {
        later.add(() => stores.purchases.putMany(events));
      },
    },
    checkpoints: {
      ...stores.checkpoints,
      putShard: (checkpoint) => later.behind(stores.checkpoints, checkpoint),
    },
  };
}

function quarantineLast(stores: Stores): Stores {
  const later = new PutOff();
  return {
    ...stores,
    quarantine: {
      ...stores.quarantine,
      async putMany(records) {
        later.add(() => stores.quarantine.putMany(records));
      },
    },
    checkpoints: {
      ...stores.checkpoints,
      putShard: (checkpoint) => later.behind(stores.checkpoints, checkpoint),
    },
  };
}

function movesFirst(stores: Stores): Stores {
  const publish = async (moves: readonly Migration[]) => {
    if (moves.length > 0) await stores.migrations.publish(moves);
  };
  return {
    ...stores,
    customers: {
      ...stores.customers,
      async put(next) {
        await publish(next.outbox);
        return stores.customers.put(next);
      },
      async putMany(records) {
        await publish(records.flatMap(({ outbox }) => outbox));
        return stores.customers.putMany(records);
      },
    },
  };
}

/** @throws RangeError for a name that no safeguard has; undefined gives none removed. */
export function safeguardNamed(name: string | undefined) {
  if (name === undefined) return nothingRemoved;
  const known = safeguards.find((safeguard) => safeguard.name === name);
  if (!known)
    throw new RangeError(`no safeguard is called ${name}: ${safeguards.map((one) => one.name).join('; ')}`);
  return known;
}
