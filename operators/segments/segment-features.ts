import { type CustomerState, isPurchase, msPerDay } from '../state/customer-state.ts';
import { tileInstantMs, windowTotals } from '../state/windows.ts';
import type { SegmentFeatures } from './segment-model.ts';

/** The part of a customer's state that segments are made of; must hold at least one event. */
export type SegmentHistory = Pick<CustomerState, 'entries' | 'tiles' | 'lifetime'>;

/** Length of the window that orders and spend are counted over: `(asOf - window, asOf]`. */
export const segmentWindowDays = 365;
export const segmentWindowMs = segmentWindowDays * msPerDay;

/** What the window gains (or, negative, loses) at one instant without a further event. */
export interface WindowChange {
  readonly atMs: number;
  readonly orders: number;
  readonly spendMicros: number;
}

/** Instants that recency and tenure count from; either may lie after the instant asked for, and then counts as 0. */
export interface Anchors {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * The features of a customer as of any instant, from event time alone.
 *
 * What happened after `asOfMs` is left out. Exact for every `asOfMs` at or after the customer's newest event; before
 * it, orders that have left the kept year are missing. Customers beyond the bound of single orders: a day tile
 * counts as one instant, its day's last millisecond, so their window is right to within a day. A customer who only
 * ever returned is measured by the returns' instants.
 *
 * @param asOfMs UTC milliseconds
 */
export function segmentFeatures(history: SegmentHistory, asOfMs: number): SegmentFeatures {
  return featuresOf(windowTotals(history, asOfMs, segmentWindowDays), anchorsAt(history, asOfMs), asOfMs);
}

/** Features from the totals of the window and the anchors, both as of `asOfMs`. */
export function featuresOf(
  { orders, spendMicros }: { readonly orders: number; readonly spendMicros: number },
  { firstMs, lastMs }: Anchors,
  asOfMs: number,
): SegmentFeatures {
  return {
    recencyDays: daysSince(lastMs, asOfMs),
    tenureDays: daysSince(firstMs, asOfMs),
    orders365: orders,
    spend365: spendMicros / 1e6,
  };
}

/** Fractional days from `anchorMs` to `asOfMs`; 0 when the anchor lies ahead. */
export function daysSince(anchorMs: number, asOfMs: number): number {
  return asOfMs > anchorMs ? (asOfMs - anchorMs) / msPerDay : 0;
}

/** First and last purchase at or before an instant; for a customer who only returned, first and last event. */
export function anchorsAt(history: SegmentHistory, asOfMs: number): Anchors {
  const { firstMs, lastMs } = lifetimeAnchors(history);
  return { firstMs, lastMs: lastMs <= asOfMs ? lastMs : (lastKeptBy(history, asOfMs) ?? firstMs) };
}

/** Instant of the newest kept purchase (or return, if there was never a purchase) at or before an instant. */
export function lastKeptBy(history: SegmentHistory, asOfMs: number): number | undefined {
  const returnsOnly = history.lifetime.lastPurchaseAtMs === undefined;
  const entry = history.entries.findLast((held) => held.atMs <= asOfMs && (returnsOnly || isPurchase(held)));
  const tile = history.tiles.findLast(
    (held) => tileInstantMs(held.day) <= asOfMs && (returnsOnly || held.orders > 0),
  );
  if (tile === undefined) return entry?.atMs;
  return Math.max(tileInstantMs(tile.day), entry?.atMs ?? tileInstantMs(tile.day));
}

/**
 * Everything that happens to the window after an instant if no further event comes, ascending in time.
 * Each order leaves 365 days after its own instant: at exactly that instant it is out. One dated after `fromMs` enters
 * at its own instant. The anchors are listed too (with no gain), since recency and tenure begin to grow there.
 */
export function windowChanges(history: SegmentHistory, fromMs: number): WindowChange[] {
  const changes: WindowChange[] = [];
  const include = (atMs: number, orders: number, spendMicros: number) => {
    if (atMs > fromMs) changes.push({ atMs, orders, spendMicros });
    if (atMs + segmentWindowMs > fromMs) {
      changes.push({ atMs: atMs + segmentWindowMs, orders: -orders, spendMicros: -spendMicros });
    }
  };
  for (const tile of history.tiles) include(tileInstantMs(tile.day), tile.orders, tile.spendMicros);
  for (const entry of history.entries) include(entry.atMs, isPurchase(entry) ? 1 : 0, entry.spendMicros);
  for (const atMs of Object.values(lifetimeAnchors(history))) {
    if (atMs > fromMs) changes.push({ atMs, orders: 0, spendMicros: 0 });
  }
  return changes.sort((a, b) => a.atMs - b.atMs);
}

/** The distinct instants of `windowChanges`, ascending: between two of them only recency and tenure move. */
export function windowBreakpoints(history: SegmentHistory, fromMs: number): number[] {
  return [...new Set(windowChanges(history, fromMs).map((change) => change.atMs))];
}

function lifetimeAnchors({ lifetime }: SegmentHistory): Anchors {
  return {
    firstMs: lifetime.firstPurchaseAtMs ?? lifetime.firstEventAtMs,
    lastMs: lifetime.lastPurchaseAtMs ?? lifetime.lastEventAtMs,
  };
}
