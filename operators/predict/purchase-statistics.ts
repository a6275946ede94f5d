import { microsPerUnit } from '../event/money.ts';
import { type CustomerState, msPerDay, utcDay } from '../state/customer-state.ts';
import { purchaseDays } from '../state/lifetime.ts';
import type { RepeatHistory } from './bg-nbd.ts';

/** Sufficient statistics of one customer for BG/NBD and Gamma-Gamma. A transaction is a UTC day with a purchase. */
export interface PurchaseStatistics {
  /** Purchase days after the first. */
  readonly repeatPurchases: number;
  /** Whole days from the first to the last purchase day; 0 without repeats. */
  readonly recencyDays: number;
  /** Days from the start of the first purchase day to the instant asked for, a real number >= `recencyDays`. */
  readonly ageDays: number;
  /** Mean net spend of the repeat purchase days, reporting currency; may be <= 0. Absent without repeats. */
  readonly meanRepeatSpend?: number;
}

/**
 * Statistics as of an instant; undefined for a customer who never purchased.
 * An instant before the last purchase counts as the last purchase: the state can't forget what came after.
 */
export function purchaseStatistics(state: CustomerState, asOfMs: number): PurchaseStatistics | undefined {
  const { firstPurchaseAtMs, lastPurchaseAtMs, purchaseSpendMicros, firstDaySpendMicros } = state.lifetime;
  if (firstPurchaseAtMs === undefined || lastPurchaseAtMs === undefined) return undefined;
  const firstDay = utcDay(firstPurchaseAtMs);
  const recencyDays = utcDay(lastPurchaseAtMs) - firstDay;
  // A last day after the first is a repeat even where the bound of remembered days has lost count.
  const repeatPurchases = recencyDays === 0 ? 0 : Math.max(1, purchaseDays(state) - 1);
  const ageDays = ageDaysAt(state, asOfMs) ?? 0;
  if (repeatPurchases === 0) return { repeatPurchases, recencyDays, ageDays };
  const repeatSpendMicros = purchaseSpendMicros - firstDaySpendMicros;
  return {
    repeatPurchases,
    recencyDays,
    ageDays,
    meanRepeatSpend: repeatSpendMicros / repeatPurchases / microsPerUnit,
  };
}

/** `ageDays` alone; undefined for a customer who never purchased. */
export function ageDaysAt({ lifetime }: CustomerState, asOfMs: number): number | undefined {
  const { firstPurchaseAtMs, lastPurchaseAtMs } = lifetime;
  if (firstPurchaseAtMs === undefined || lastPurchaseAtMs === undefined) return undefined;
  return Math.max(asOfMs, lastPurchaseAtMs) / msPerDay - utcDay(firstPurchaseAtMs);
}

export function repeatHistory({ repeatPurchases, recencyDays, ageDays }: PurchaseStatistics): RepeatHistory {
  return { x: repeatPurchases, tx: recencyDays, T: ageDays };
}
