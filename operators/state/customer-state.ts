/**
 * What Tidemark remembers of one customer: a bounded, grow-only set of order entries and what was folded out of it.
 * Every field is a function of the *set* of events seen, never of the order they came in, so replays, late
 * deliveries and duplicates end in the same bytes. Everything derived (recency, windows, regularity, ...) is
 * computed from this and never stored beside it.
 */

/** One order, kept one by one for the longest window; its hash is its duplicate mark. */
export interface OrderEntry {
  readonly atMs: number;
  /** 48-bit hash of the event id. */
  readonly hash: number;
  readonly spendMicros: number;
  readonly boughtMilli: number;
  readonly returnedMilli: number;
}

/** Orders of one UTC day that no longer fit the bound of single entries. */
export interface DayTile {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** Orders with at least one unit bought. */
  readonly orders: number;
  readonly spendMicros: number;
  readonly boughtMilli: number;
  readonly returnedMilli: number;
}

/** Totals over every event ever seen, entries and tiles included. Sums are held at ±2^52. */
export interface LifetimeTotals {
  /** Distinct events applied, returns included. */
  readonly events: number;
  /** Orders with at least one unit bought. */
  readonly orders: number;
  readonly spendMicros: number;
  readonly boughtMilli: number;
  readonly returnedMilli: number;
  readonly firstEventAtMs: number;
  readonly lastEventAtMs: number;
  /** Over orders with at least one unit bought; undefined for a customer who only returned. */
  readonly firstPurchaseAtMs: number | undefined;
  readonly lastPurchaseAtMs: number | undefined;
  /** Net spend of the orders with at least one unit bought. */
  readonly purchaseSpendMicros: number;
  /** The part of `purchaseSpendMicros` that fell on the UTC day of the first purchase. */
  readonly firstDaySpendMicros: number;
}

/** A purchase with its items, kept raw for the newest purchases. */
export interface RecentPurchase {
  readonly atMs: number;
  readonly hash: number;
  readonly items: readonly RecentItem[];
}

/** One product of a recent purchase; the lines of one product in one order are added up. */
export interface RecentItem {
  readonly productId: string;
  readonly category: string | undefined;
  /** Net units in thousandths; negative for a return. */
  readonly quantityMilli: number;
}

/**
 * What one product (or category) was consumed like, over purchases that have left `recent`. Sums, minima and maxima
 * only: nothing here depends on the order purchases came in.
 */
export interface SettledConsumption {
  readonly key: string;
  /** Purchases that contained it with a positive quantity. */
  readonly count: number;
  /** Net units in thousandths. */
  readonly quantityMilli: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** Settled consumption with the recent purchases on top: what replenishment is predicted from. Computed, never stored. */
export interface Consumption extends SettledConsumption {
  /** Gaps between consecutive purchases of the product that both ends of are still among the recent purchases. */
  readonly gaps: GapStatistics;
}

/** Sufficient statistics of a gamma law of gaps. */
export interface GapStatistics {
  readonly count: number;
  readonly sumDays: number;
  readonly sumLogDays: number;
}

export interface CustomerState {
  /** Sorted by time, ties by hash. At most `entriesMax`. */
  readonly entries: readonly OrderEntry[];
  /** Sorted by day. Only for customers beyond `entriesMax`. */
  readonly tiles: readonly DayTile[];
  /** UTC days with a purchase that have left entries and tiles, ascending, the newest `oldDaysMax`. */
  readonly oldDays: readonly number[];
  /** Purchase days dropped from `oldDays` at its bound. */
  readonly oldDaysDropped: number;
  /** Hashes of orders that have left the entries, ascending, the lowest `oldHashesMax`: their duplicates are known still. */
  readonly oldHashes: readonly number[];
  readonly lifetime: LifetimeTotals;
  /** Sorted by time, ties by hash: the reorder buffer in front of `products` and `categories`. */
  readonly recent: readonly RecentPurchase[];
  /** Settled consumption by product, sorted by key. */
  readonly products: readonly SettledConsumption[];
  /** Settled consumption by category, sorted by key. */
  readonly categories: readonly SettledConsumption[];
  /** Products and categories evicted at their bounds, and items beyond `itemsPerPurchaseMax`. */
  readonly evicted: number;
}

/** Bounds of the state; each says what happens at it. */
export interface StateOptions {
  /** Longest window and allowed lateness, days. Default 365. */
  readonly retentionDays: number;
  /** Orders kept one by one, 1..4096. Default 512. Beyond it the oldest fold into day tiles. */
  readonly entriesMax: number;
  /** Purchases always kept with items. Default 20. Older ones settle into `products` and `categories`. */
  readonly recentMin: number;
  /** Purchases newer than this many days before the newest are kept with items too, up to `recentMax`. Default 28. */
  readonly recentDays: number;
  /** Upper bound of purchases kept with items. Default 64. */
  readonly recentMax: number;
  /** Distinct products kept of one recent purchase. Default 256; the rest are counted in `evicted`. */
  readonly itemsPerPurchaseMax: number;
  /** Characters of product ids and categories kept of one recent purchase. Default 2,048; the rest count in `evicted`. */
  readonly itemCharactersPerPurchaseMax: number;
  /** Settled products and settled categories, each. Default 48. The least often, then least recently bought is evicted. */
  readonly consumptionMax: number;
  /** Purchase days older than the retention kept one by one. Default 1024; older ones are only counted. */
  readonly oldDaysMax: number;
  /** Orders that have left the entries whose duplicates are still known. Default 512; of more, those of the highest hashes are forgotten. */
  readonly oldHashesMax: number;
}

export const defaultStateOptions: StateOptions = {
  retentionDays: 365,
  entriesMax: 512,
  recentMin: 20,
  recentDays: 28,
  recentMax: 64,
  itemsPerPurchaseMax: 256,
  itemCharactersPerPurchaseMax: 2_048,
  consumptionMax: 48,
  oldDaysMax: 1024,
  oldHashesMax: 512,
};

export const msPerDay = 86_400_000;

/** The UTC day an instant falls on, as days since 1970-01-01. */
export function utcDay(atMs: number): number {
  return Math.floor(atMs / msPerDay);
}

/** True for an order that counts as a purchase: at least one unit bought. */
export function isPurchase(order: { readonly boughtMilli: number }): boolean {
  return order.boughtMilli > 0;
}
