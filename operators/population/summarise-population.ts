import { microsPerUnit } from '../event/money.ts';
import { msPerDay, utcDay } from '../state/customer-state.ts';
import { medianOf } from './median.ts';
import type { PopulationView } from './population-view.ts';
import { segmentKeys, unassignedIndex } from './segment-index.ts';

/** Of a segment's members who have purchased. */
export interface SegmentMedians {
  readonly recencyDays: number;
  readonly tenureDays: number;
  readonly purchaseDays: number;
  /** Lifetime, reporting currency. */
  readonly spend: number;
  /** Of the last 365 days, reporting currency. */
  readonly spend365: number;
}

/** What can be said of one segment at an instant; of its present members unless it says otherwise. */
export interface SegmentSummary {
  readonly size: number;
  readonly lifetimeSpendMicros: number;
  readonly spend28Micros: number;
  /** Undefined for a segment nobody who has purchased stands in. */
  readonly medians: SegmentMedians | undefined;
  /** First assignments and moves in, less moves out, of the last 28 UTC days, today's included. */
  readonly netChange28: number;
}

export interface PopulationSummary {
  readonly asOfMs: number;
  readonly customers: number;
  /** In the order of `segmentKeys`. The sizes sum to `customers`. */
  readonly segments: readonly SegmentSummary[];
}

/** Window of the recent revenue and the net change, days. */
export const recentDays = 28;
const yearDays = 365;
const measures = ['recencyDays', 'tenureDays', 'purchaseDays', 'spend', 'spend365'] as const;

/**
 * Adds the population up as of an instant: one pass over customers and the orders of their last year, some 0.3 s for a
 * million customers of ten orders. Exact medians.
 */
export function summarisePopulation(view: PopulationView, asOfMs: number): PopulationSummary {
  const { rows, totals, sizes } = view;
  const columns = rows.columns;
  const count = rows.ids.length;
  const held = segmentKeys.map(() => 0);
  const lifetime = segmentKeys.map(() => 0);
  const recent = segmentKeys.map(() => 0);
  const spend365 = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    if (columns.version[row] === 0) continue;
    const segment = columns.segment[row] as number;
    held[segment] = (held[segment] as number) + 1;
    lifetime[segment] = (lifetime[segment] as number) + (columns.spendMicros[row] as number);
    const spent = recentSpend(view, row, asOfMs);
    recent[segment] = (recent[segment] as number) + spent.days28;
    spend365[row] = spent.days365;
  }
  const members = membersBySegment(view, held);
  const day = utcDay(asOfMs);
  const changes = sizes.changesBetween(day + 1 - recentDays, day + 1);
  return {
    asOfMs,
    customers: totals.customers,
    segments: segmentKeys.map((_, index) => ({
      size: held[index] as number,
      lifetimeSpendMicros: lifetime[index] as number,
      spend28Micros: recent[index] as number,
      medians: mediansOf(view, members[index] as Int32Array, spend365, asOfMs),
      netChange28: changes[index] as number,
    })),
  };
}

function recentSpend({ ledger }: PopulationView, row: number, asOfMs: number) {
  const from28Ms = asOfMs - recentDays * msPerDay;
  let days28 = 0;
  let days365 = 0;
  ledger.visit(row, asOfMs - yearDays * msPerDay, (atMs, spendMicros) => {
    if (atMs > asOfMs) return;
    days365 += spendMicros;
    if (atMs > from28Ms) days28 += spendMicros;
  });
  return { days28, days365 };
}

/** Places of the customers of each segment. */
function membersBySegment({ rows }: PopulationView, held: readonly number[]): Int32Array[] {
  const members = held.map((size) => new Int32Array(size));
  const filled = held.map(() => 0);
  const { segment, version } = rows.columns;
  for (let row = 0; row < rows.ids.length; row += 1) {
    if (version[row] === 0) continue;
    const index = segment[row] as number;
    (members[index] as Int32Array)[filled[index] as number] = row;
    filled[index] = (filled[index] as number) + 1;
  }
  return members;
}

function mediansOf(
  { rows }: PopulationView,
  members: Int32Array,
  spend365: Float64Array,
  asOfMs: number,
): SegmentMedians | undefined {
  const { firstPurchaseAtMs, lastPurchaseAtMs, purchaseDays, spendMicros } = rows.columns;
  const buyers = members.filter((row) => !Number.isNaN(firstPurchaseAtMs[row] as number));
  if (buyers.length === 0) return undefined;
  const daysSince = (atMs: number) => Math.max(0, asOfMs - atMs) / msPerDay;
  const measured: Record<(typeof measures)[number], (row: number) => number> = {
    recencyDays: (row) => daysSince(lastPurchaseAtMs[row] as number),
    tenureDays: (row) => daysSince(firstPurchaseAtMs[row] as number),
    purchaseDays: (row) => purchaseDays[row] as number,
    spend: (row) => (spendMicros[row] as number) / microsPerUnit,
    spend365: (row) => (spend365[row] as number) / microsPerUnit,
  };
  const values = new Float64Array(buyers.length);
  const medians = measures.map((measure) => {
    const of = measured[measure];
    for (let index = 0; index < buyers.length; index += 1) values[index] = of(buyers[index] as number);
    return [measure, medianOf(values, buyers.length)];
  });
  return Object.fromEntries(medians) as SegmentMedians;
}

/** Customers who stand in no segment. */
export function unassignedCustomers({ segments }: PopulationSummary): number {
  return segments[unassignedIndex]?.size ?? 0;
}
