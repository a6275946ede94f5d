import avro from 'avsc';
import type { CustomerState, OrderEntry, RecentPurchase, SettledConsumption } from './customer-state.ts';
import { packHashes, packScaled, type Scaled, scaledSchema, unpackHashes, unpackScaled } from './packing.ts';
import { linesSchema, packLines, type StoredLines, unpackLines } from './recent-codec.ts';
import { decodeVersioned, encodeVersioned } from './versioned-avro.ts';

/** First byte of every stored state. A state written under another number is refused, never guessed at. */
export const stateSchemaVersion = 2;

const consumptionSchema = {
  type: 'record',
  fields: [
    { name: 'key', type: 'string' },
    { name: 'count', type: 'int' },
    { name: 'quantityMilli', type: 'long' },
    { name: 'firstAtMs', type: 'long' },
    { name: 'lastAtMs', type: 'long' },
  ],
} as const;

/** Columns, not rows: each column packs to the fewest bytes by itself. */
const stateType = avro.Type.forSchema({
  type: 'record',
  name: 'State',
  fields: [
    { name: 'lifetime', type: { type: 'array', items: 'long' } },
    { name: 'toFirstPurchaseMs', type: ['null', 'long'] },
    { name: 'fromLastPurchaseMs', type: ['null', 'long'] },
    { name: 'entryTimes', type: { name: 'Scaled', ...scaledSchema } },
    { name: 'entryHashes', type: 'bytes' },
    { name: 'entrySpend', type: 'Scaled' },
    { name: 'entryBought', type: 'Scaled' },
    { name: 'entryReturned', type: 'Scaled' },
    { name: 'tiles', type: { type: 'array', items: { type: 'array', items: 'long' } } },
    { name: 'oldDays', type: 'Scaled' },
    { name: 'oldDaysDropped', type: 'int' },
    { name: 'oldHashes', type: 'bytes' },
    { name: 'olderTimes', type: 'Scaled' },
    { name: 'olderHashes', type: 'bytes' },
    { name: 'lines', type: linesSchema },
    { name: 'products', type: { type: 'array', items: { name: 'Consumption', ...consumptionSchema } } },
    { name: 'categories', type: { type: 'array', items: 'Consumption' } },
    { name: 'evicted', type: 'int' },
  ],
} as avro.Schema);

interface StoredState {
  lifetime: number[];
  /** From the first event to the first purchase, and from the last purchase to the last event. */
  toFirstPurchaseMs: number | null;
  fromLastPurchaseMs: number | null;
  entryTimes: Scaled;
  entryHashes: Buffer;
  entrySpend: Scaled;
  entryBought: Scaled;
  entryReturned: Scaled;
  tiles: number[][];
  oldDays: Scaled;
  oldDaysDropped: number;
  oldHashes: Buffer;
  /** Recent purchases that are no longer among the entries. */
  olderTimes: Scaled;
  olderHashes: Buffer;
  /** Of each recent purchase: first the older ones, then those of the newest entries. */
  lines: StoredLines;
  products: SettledConsumption[];
  categories: SettledConsumption[];
  evicted: number;
}

/** Encodes a state to bytes that are equal if and only if the states are equal. */
export function encodeState(state: CustomerState): Uint8Array {
  const { lifetime, entries, recent } = state;
  // The newest purchases kept with items are the newest entries: only older ones need a time and hash of their own.
  const older = recent.slice(0, Math.max(0, recent.length - entries.length));
  const stored: StoredState = {
    lifetime: [
      lifetime.events,
      lifetime.orders,
      lifetime.spendMicros,
      lifetime.boughtMilli,
      lifetime.returnedMilli,
      lifetime.firstEventAtMs,
      lifetime.lastEventAtMs - lifetime.firstEventAtMs,
      lifetime.purchaseSpendMicros,
      lifetime.firstDaySpendMicros,
    ],
    toFirstPurchaseMs: difference(lifetime.firstPurchaseAtMs, lifetime.firstEventAtMs),
    fromLastPurchaseMs: difference(lifetime.lastEventAtMs, lifetime.lastPurchaseAtMs),
    entryTimes: packScaled(
      entries.map((entry) => entry.atMs),
      { deltas: true },
    ),
    entryHashes: packHashes(entries),
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
    oldHashes: packHashes(state.oldHashes.map((hash) => ({ hash }))),
    olderTimes: packScaled(
      older.map((purchase) => purchase.atMs),
      { deltas: true },
    ),
    olderHashes: packHashes(older),
    lines: packLines(recent),
    products: state.products as SettledConsumption[],
    categories: state.categories as SettledConsumption[],
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
  const [firstEventAtMs = 0, spanMs = 0, purchaseSpendMicros = 0, firstDaySpendMicros = 0] = rest;
  const lastEventAtMs = firstEventAtMs + spanMs;
  const { toFirstPurchaseMs, fromLastPurchaseMs } = stored;
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
    oldHashes: unpackHashes(stored.oldHashes),
    lifetime: {
      events,
      orders,
      spendMicros,
      boughtMilli,
      returnedMilli,
      firstEventAtMs,
      lastEventAtMs,
      firstPurchaseAtMs: toFirstPurchaseMs === null ? undefined : firstEventAtMs + toFirstPurchaseMs,
      lastPurchaseAtMs: fromLastPurchaseMs === null ? undefined : lastEventAtMs - fromLastPurchaseMs,
      purchaseSpendMicros,
      firstDaySpendMicros,
    },
    recent: decodeRecent(stored, entries),
    // Plain objects: Avro's own have a prototype, which no comparison expects.
    products: stored.products.map((consumption) => ({ ...consumption })),
    categories: stored.categories.map((consumption) => ({ ...consumption })),
    evicted: stored.evicted,
  };
}

function difference(later: number | undefined, earlier: number | undefined): number | null {
  return later === undefined || earlier === undefined ? null : later - earlier;
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
  const times = unpackScaled(stored.olderTimes, { deltas: true });
  const hashes = unpackHashes(stored.olderHashes);
  const lines = unpackLines(stored.lines);
  const shared = entries.slice(entries.length - (lines.length - times.length));
  const atMs = [...times, ...shared.map((entry) => entry.atMs)];
  const hash = [...hashes, ...shared.map((entry) => entry.hash)];
  return lines.map((items, index) => ({ atMs: atMs[index] as number, hash: hash[index] as number, items }));
}
