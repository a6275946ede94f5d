import { createRequire } from 'node:module';

type Item = Record<string, unknown>;

interface Index {
  readonly IndexName: string;
}

interface Table {
  readonly TableName: string;
  readonly GlobalSecondaryIndexes?: readonly Index[];
}

interface DynaliteDb {
  createKey(item: Item, table: Table): string;
  getIndexActions(
    indexes: readonly Index[],
    before: Item | null,
    after: Item,
    table: Table,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Item }[] };
}

interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

export interface LevelStore {
  get(key: string): Promise<Item | undefined>;
  put(key: string, value: Item): Promise<void>;
  del(key: string): Promise<void>;
  iterator(range: KeyRange): AsyncIterable<[string, Item]>;
  values(range: KeyRange): AsyncIterable<Item>;
}

const requireHere = createRequire(import.meta.url);

/**
 * Makes dynalite's indexes agree with its tables again: it writes an index entry, then the item, so that a process
 * killed between the two leaves an entry of an item that never was, or an item that its index has lost.
 * Reads every item of the tables that have indexes once, in constant memory.
 *
 * @returns how many index entries were removed or added
 */
export async function mendIndexes(store: LevelStore): Promise<number> {
  const db = createRequire(requireHere.resolve('dynalite'))('./db') as DynaliteDb;
  let mended = 0;
  const tables: Table[] = [];
  for await (const table of store.values(under('table'))) tables.push(table as unknown as Table);
  for (const table of tables) {
    const indexes = table.GlobalSecondaryIndexes ?? [];
    if (indexes.length === 0) continue;
    const items = `item-${table.TableName}`;
    const nameOf = (index: string) => `index-global~${table.TableName}~${index}`;
    const entriesOf = (item: Item) =>
      db.getIndexActions(indexes, null, item, table).puts.map((put) => ({
        key: `${nameOf(put.index)}~${put.key}`,
        projected: put.item,
      }));
    for (const index of indexes) {
      for await (const [key, projected] of store.iterator(under(nameOf(index.IndexName)))) {
        const item = await find(store, `${items}~${db.createKey(projected, table)}`);
        if (item && entriesOf(item).some((entry) => entry.key === key)) continue;
        await store.del(key);
        mended += 1;
      }
    }
    for await (const item of store.values(under(items))) {
      for (const { key, projected } of entriesOf(item)) {
        if (await find(store, key)) continue;
        await store.put(key, projected);
        mended += 1;
      }
    }
  }
  return mended;
}

/** The keys dynalite keeps under a name. */
function under(name: string): KeyRange {
  return { gte: `${name}~`, lt: `${name}~\xFF` };
}

/** Releases of LevelDB's wrapper differ in how they say that there is nothing under a key. */
async function find(store: LevelStore, key: string): Promise<Item | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if ((error as { code?: string }).code === 'LEVEL_NOT_FOUND') return undefined;
    throw error;
  }
}
