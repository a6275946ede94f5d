import avro from 'avsc';
import type { CustomerState, OrderEntry, RecentPurchase, SettledConsumption } from './customer-state.ts';
import { packHashes, packScaled, type Scaled, unpackHashes, unpackScaled } from './packing.ts';
import { decodeVersioned, encodeVersioned } from './versioned-avro.ts';

/** First byte of every stored state. A state written under another number is refused, never guessed at. */
export const stateSchemaVersion = 1;

const scaled = {
  type: 'record',
  fields: [
    { name: 'scale', type: 'int' },
    { name: 'values', type: { type: 'array', items: 'long' } },
  ],
} as const;

/** Columns, not rows: each column packs to the fewest bytes by itself. */
const stateType = avro.Type.forSchema({
  type: 'record',
  name: 'State',
  fields: [
    { name: 'lifetime', type: { type: 'array', items: 'long' } },
    { name: 'firstPurchaseAtMs', type: ['null', 'long'] },
    { name: 'lastPurchaseAtMs', type: ['null', 'long'] },
    { name: 'entryTimes', type: { name: 'Scaled', ...scaled } },
    { name: 'entryHashes', type: 'bytes' },
    { name: 'entrySpend', type: 'Scaled' },
    { name: 'entryBought', type: 'Scaled' },
    { name: 'entryReturned', type: 'Scaled' },
    { name: 'tiles', type: { type: 'array', items: { type: 'array', items: 'long' } } },
    { name: 'oldDays', type: 'Scaled' },
    { name: 'oldDaysDropped', type: 'int' },
    { name: 'names', type: { type: 'array', items: 'string' } },
    { name: 'categories', type: { type: 'array', items: 'int' } },
    { name: 'olderTimes', type: 'Scaled' },
    { name: 'olderHashes', type: 'bytes' },
    { name: 'recentSizes', type: { type: 'array', items: 'int' } },
    { name: 'recentItems', type: { type: 'array', items: 'int' } },
    { name: 'recentQuantities', type: 'Scaled' },
    { name: 'products', type: { type: 'array', items: { type: 'array', items: 'long' } } },
    { name: 'productCategories', type: { type: 'array', items: { type: 'array', items: 'long' } } },
    { name: 'evicted', type: 'int' },
  ],
} as avro.Schema);

interface StoredState {
  lifetime: number[];
  firstPurchaseAtMs: number | null;
  lastPurchaseAtMs: number | null;
  entryTimes: Scaled;
  entryHashes: Buffer;
  entrySpend: Scaled;
  entryBought: Scaled;
  entryReturned: Scaled;
  tiles: number[][];
  oldDays: Scaled;
  oldDaysDropped: number;
  /** Every text once: product ids and categories. */
  names: string[];
  /** Distinct (product, category) pairs as flat pairs of indexes into `names`; category -1 for none. */
  categories: number[];
  olderTimes: Scaled;
  olderHashes: Buffer;
  recentSizes: number[];
  /** Indexes of pairs. */
  recentItems: number[];
  recentQuantities: Scaled;
  products: number[][];
  productCategories: number[][];
  evicted: number;
}

/** Encodes a state to bytes that are equal if and only if the states are equal. */
export function encodeState(state: CustomerState): Uint8Array {
  const names = new NameTable();
  const { lifetime, entries } = state;
  // The newest purchases kept with items are the newest entries: only older ones need a time and hash of their own.
  const shared = Math.min(entries.length, state.recent.length);
  const older = state.recent.slice(0, state.recent.length - shared);
  const items = state.recent.flatMap((purchase) => purchase.items);
  const recentItems = items.map((item) => names.pair(item.productId, item.category));
  const products = state.products.map((consumption) => consumptionRow(consumption, names));
  const productCategories = state.categories.map((consumption) => consumptionRow(consumption, names));
  const stored: StoredState = {
    lifetime: [
      lifetime.events,
      lifetime.orders,
      lifetime.spendMicros,
      lifetime.boughtMilli,
      lifetime.returnedMilli,
      lifetime.firstEventAtMs,
      lifetime.lastEventAtMs,
      lifetime.purchaseSpendMicros,
      lifetime.firstDaySpendMicros,
    ],
    firstPurchaseAtMs: lifetime.firstPurchaseAtMs ?? null,
    lastPurchaseAtMs: lifetime.lastPurchaseAtMs ?? null,
    entryTimes: packScaled(
      entries.map((entry) => entry.atMs),
      { deltas: true },
    ),
    entryHashes: packHashes(entries.map((entry) => entry.hash)),
    entrySpend: packScaled(entries.map((entry) => entry.spendMicros)),
    entryBought: packScaled(entries.map((entry) => entry.boughtMilli)),
    entryReturned: packScaled(entries.map((entry) => entry.returnedMilli)),
    tiles: state.tiles.map((tile) => [
      tile.day,
      tile.orders,
      tile.spendMicros,
      tile.boughtMilli,
      tile.returnedMilli,
    ]),
    oldDays: packScaled(state.oldDays, { deltas: true }),
    oldDaysDropped: state.oldDaysDropped,
    names: names.names,
    categories: names.pairs,
    olderTimes: packScaled(
      older.map((purchase) => purchase.atMs),
      { deltas: true },
    ),
    olderHashes: packHashes(older.map((purchase) => purchase.hash)),
    recentSizes: state.recent.map((purchase) => purchase.items.length),
    recentItems,
    recentQuantities: packScaled(items.map((item) => item.quantityMilli)),
    products,
    productCategories,
    evicted: state.evicted,
  };
  return encodeVersioned(stateType, stateSchemaVersion, stored);
}

/**
 * Decodes what `encodeState` wrote.
 * @throws InvariantError for another schema version or bytes that are no state.
 */
export function decodeState(bytes: Uint8Array): CustomerState {
  const stored = decodeVersioned<StoredState>(stateType, stateSchemaVersion, bytes, 'customer state');
  const [events = 0, orders = 0, spendMicros = 0, boughtMilli = 0, returnedMilli = 0, ...rest] =
    stored.lifetime;
  const [firstEventAtMs = 0, lastEventAtMs = 0, purchaseSpendMicros = 0, firstDaySpendMicros = 0] = rest;
  const entries = decodeEntries(stored);
  return {
    entries,
    tiles: stored.tiles.map(([day = 0, tileOrders = 0, spend = 0, bought = 0, returned = 0]) => ({
      day,
      orders: tileOrders,
      spendMicros: spend,
      boughtMilli: bought,
      returnedMilli: returned,
    })),
    oldDays: unpackScaled(stored.oldDays, { deltas: true }),
    oldDaysDropped: stored.oldDaysDropped,
    lifetime: {
      events,
      orders,
      spendMicros,
      boughtMilli,
      returnedMilli,
      firstEventAtMs,
      lastEventAtMs,
      firstPurchaseAtMs: stored.firstPurchaseAtMs ?? undefined,
      lastPurchaseAtMs: stored.lastPurchaseAtMs ?? undefined,
      purchaseSpendMicros,
      firstDaySpendMicros,
    },
    recent: decodeRecent(stored, entries),
    products: stored.products.map((row) => consumptionFromRow(row, stored.names)),
    categories: stored.productCategories.map((row) => consumptionFromRow(row, stored.names)),
    evicted: stored.evicted,
  };
}

function decodeEntries(stored: StoredState): OrderEntry[] {
  const times = unpackScaled(stored.entryTimes, { deltas: true });
  const hashes = unpackHashes(stored.entryHashes);
  const spend = unpackScaled(stored.entrySpend);
  const bought = unpackScaled(stored.entryBought);
  const returned = unpackScaled(stored.entryReturned);
  return times.map((atMs, index) => ({
    atMs,
    hash: hashes[index] as number,
    spendMicros: spend[index] as number,
    boughtMilli: bought[index] as number,
    returnedMilli: returned[index] as number,
  }));
}

function decodeRecent(stored: StoredState, entries: readonly OrderEntry[]): RecentPurchase[] {
  const olderTimes = unpackScaled(stored.olderTimes, { deltas: true });
  const olderHashes = unpackHashes(stored.olderHashes);
  const quantities = unpackScaled(stored.recentQuantities);
  const firstShared = entries.length - (stored.recentSizes.length - olderTimes.length);
  let at = 0;
  return stored.recentSizes.map((size, index) => {
    const entry = entries[firstShared + index - olderTimes.length];
    const older = index < olderTimes.length;
    const items = stored.recentItems.slice(at, at + size).map((pair, offset) => {
      const category = stored.categories[2 * pair + 1] as number;
      return {
        productId: stored.names[stored.categories[2 * pair] as number] as string,
        category: category < 0 ? undefined : stored.names[category],
        quantityMilli: quantities[at + offset] as number,
      };
    });
    at += size;
    return {
      atMs: (older ? olderTimes[index] : entry?.atMs) as number,
      hash: (older ? olderHashes[index] : entry?.hash) as number,
      items,
    };
  });
}

function consumptionRow(consumption: SettledConsumption, names: NameTable): number[] {
  return [
    names.index(consumption.key),
    consumption.count,
    consumption.quantityMilli,
    consumption.lastAtMs,
    consumption.lastAtMs - consumption.firstAtMs,
  ];
}

function consumptionFromRow(row: readonly number[], names: readonly string[]): SettledConsumption {
  const [name = 0, count = 0, quantityMilli = 0, lastAtMs = 0, spanMs = 0] = row;
  return { key: names[name] as string, count, quantityMilli, firstAtMs: lastAtMs - spanMs, lastAtMs };
}

/** Gives each text, and each pair of product and category, the number of its first appearance. */
class NameTable {
  readonly names: string[] = [];
  readonly pairs: number[] = [];
  readonly #indexByName = new Map<string, number>();
  readonly #pairByKey = new Map<number, number>();

  index(name: string): number {
    const known = this.#indexByName.get(name);
    if (known !== undefined) return known;
    this.#indexByName.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  pair(productId: string, category: string | undefined): number {
    const product = this.index(productId);
    const categoryIndex = category === undefined ? -1 : this.index(category);
    const key = product * 0x100_0000 + categoryIndex + 1;
    const known = this.#pairByKey.get(key);
    if (known !== undefined) return known;
    const pair = this.pairs.length / 2;
    this.pairs.push(product, categoryIndex);
    this.#pairByKey.set(key, pair);
    return pair;
  }
}
