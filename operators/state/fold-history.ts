import type { PurchaseEvent } from '../event/purchase-event.ts';
import {
  type CustomerState,
  type DayTile,
  isPurchase,
  type LifetimeTotals,
  msPerDay,
  type OrderEntry,
  type StateOptions,
  utcDay,
} from './customer-state.ts';
import { safeSum } from './safe-sum.ts';
import { insertSorted } from './sorted.ts';

/** The part of the state that windows, recency and segments read. */
export type PurchaseHistory = Pick<
  CustomerState,
  'entries' | 'tiles' | 'oldDays' | 'oldDaysDropped' | 'oldHashes' | 'lifetime'
>;

export const emptyHistory: PurchaseHistory = {
  entries: [],
  tiles: [],
  oldDays: [],
  oldDaysDropped: 0,
  oldHashes: [],
  lifetime: {
    events: 0,
    orders: 0,
    spendMicros: 0,
    boughtMilli: 0,
    returnedMilli: 0,
    firstEventAtMs: 0,
    lastEventAtMs: 0,
    firstPurchaseAtMs: undefined,
    lastPurchaseAtMs: undefined,
    purchaseSpendMicros: 0,
    firstDaySpendMicros: 0,
  },
};

/**
 * Adds one event that is not a duplicate. The result depends on the set of events alone: what is kept is always the
 * newest by (time, hash), a rule under which whatever was dropped once could never be wanted again.
 */
export function foldHistory(
  history: PurchaseHistory,
  event: PurchaseEvent,
  options: StateOptions,
): PurchaseHistory {
  const lifetime = addToLifetime(history.lifetime, event);
  const entry: OrderEntry = {
    atMs: event.occurredAtMs,
    hash: event.eventHash,
    spendMicros: event.spendMicros,
    boughtMilli: event.boughtMilli,
    returnedMilli: event.returnedMilli,
  };
  const oldestDay = utcDay(lifetime.lastEventAtMs - options.retentionDays * msPerDay);
  const fits =
    history.entries.length < options.entriesMax &&
    history.tiles.length === 0 &&
    utcDay(entry.atMs) >= oldestDay;
  const first = history.entries[0];
  if (fits && (first === undefined || utcDay(first.atMs) >= oldestDay)) {
    return { ...history, lifetime, entries: insertSorted(history.entries, entry) };
  }
  return foldOut({ ...history, lifetime, entries: insertSorted(history.entries, entry) }, oldestDay, options);
}

/** Moves what no longer fits: entries over the bound into day tiles, whole days past the retention into `oldDays`. */
function foldOut(history: PurchaseHistory, oldestDay: number, options: StateOptions): PurchaseHistory {
  const expired = history.entries.filter((entry) => utcDay(entry.atMs) < oldestDay);
  const kept = history.entries.slice(expired.length);
  const over = kept.splice(0, Math.max(0, kept.length - options.entriesMax));
  const tiles = over.reduce(addToTiles, history.tiles);
  const oldDays = new Set(history.oldDays);
  for (const entry of expired) if (isPurchase(entry)) oldDays.add(utcDay(entry.atMs));
  for (const tile of tiles) if (tile.day < oldestDay && tile.orders > 0) oldDays.add(tile.day);
  const sortedDays = [...oldDays].sort((a, b) => a - b);
  const dropped = Math.max(0, sortedDays.length - options.oldDaysMax);
  return {
    lifetime: history.lifetime,
    entries: kept,
    tiles: tiles.filter((tile) => tile.day >= oldestDay),
    oldDays: sortedDays.slice(dropped),
    oldDaysDropped: history.oldDaysDropped + dropped,
    oldHashes: addHashes(history.oldHashes, [...expired, ...over], options.oldHashesMax),
  };
}

/** Keeps the lowest hashes: a rule that needs no times, and under which what was dropped once is never wanted again. */
function addHashes(
  known: readonly number[],
  leaving: readonly OrderEntry[],
  hashesMax: number,
): readonly number[] {
  if (leaving.length === 0) return known;
  const hashes = new Set([...known, ...leaving.map((entry) => entry.hash)]);
  return [...hashes].sort((a, b) => a - b).slice(0, hashesMax);
}

function addToTiles(tiles: readonly DayTile[], entry: OrderEntry): readonly DayTile[] {
  const day = utcDay(entry.atMs);
  const tile = tiles.find((candidate) => candidate.day === day);
  const merged: DayTile = {
    day,
    orders: (tile?.orders ?? 0) + (isPurchase(entry) ? 1 : 0),
    spendMicros: safeSum(tile?.spendMicros ?? 0, entry.spendMicros),
    boughtMilli: safeSum(tile?.boughtMilli ?? 0, entry.boughtMilli),
    returnedMilli: safeSum(tile?.returnedMilli ?? 0, entry.returnedMilli),
  };
  return [...tiles.filter((candidate) => candidate.day !== day), merged].sort((a, b) => a.day - b.day);
}

function addToLifetime(lifetime: LifetimeTotals, event: PurchaseEvent): LifetimeTotals {
  const at = event.occurredAtMs;
  const initial = lifetime.events === 0;
  const purchase = isPurchase(event);
  return {
    events: lifetime.events + 1,
    orders: lifetime.orders + (purchase ? 1 : 0),
    spendMicros: safeSum(lifetime.spendMicros, event.spendMicros),
    boughtMilli: safeSum(lifetime.boughtMilli, event.boughtMilli),
    returnedMilli: safeSum(lifetime.returnedMilli, event.returnedMilli),
    firstEventAtMs: initial ? at : Math.min(lifetime.firstEventAtMs, at),
    lastEventAtMs: initial ? at : Math.max(lifetime.lastEventAtMs, at),
    firstPurchaseAtMs: purchase ? Math.min(lifetime.firstPurchaseAtMs ?? at, at) : lifetime.firstPurchaseAtMs,
    lastPurchaseAtMs: purchase ? Math.max(lifetime.lastPurchaseAtMs ?? at, at) : lifetime.lastPurchaseAtMs,
    purchaseSpendMicros: safeSum(lifetime.purchaseSpendMicros, purchase ? event.spendMicros : 0),
    firstDaySpendMicros: purchase ? firstDaySpend(lifetime, event) : lifetime.firstDaySpendMicros,
  };
}

/** An earlier first day replaces the sum; no event of that day can have been seen before it. */
function firstDaySpend(lifetime: LifetimeTotals, event: PurchaseEvent): number {
  if (lifetime.firstPurchaseAtMs === undefined) return event.spendMicros;
  const firstDay = utcDay(lifetime.firstPurchaseAtMs);
  const day = utcDay(event.occurredAtMs);
  if (day < firstDay) return event.spendMicros;
  return day === firstDay
    ? safeSum(lifetime.firstDaySpendMicros, event.spendMicros)
    : lifetime.firstDaySpendMicros;
}
