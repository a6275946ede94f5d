import { type CustomerState, isPurchase, msPerDay } from './customer-state.ts';

/** The windows every answer reports, days. */
export const windowDays = [7, 30, 90, 365] as const;
export type WindowDays = (typeof windowDays)[number];

export interface WindowTotals {
  /** Orders with at least one unit bought. */
  readonly orders: number;
  readonly spendMicros: number;
  /** Net units in thousandths. */
  readonly unitsMilli: number;
}

/**
 * Totals over orders with time in (asOf - days, asOf], exact at any instant not before the customer's newest event.
 * A day tile (customers beyond the bound of single entries) counts as one order group at the end of its day.
 */
export function windowTotals(
  history: Pick<CustomerState, 'entries' | 'tiles'>,
  asOfMs: number,
  days: number,
): WindowTotals {
  const fromMs = asOfMs - days * msPerDay;
  let orders = 0;
  let spendMicros = 0;
  let unitsMilli = 0;
  for (let index = history.entries.length - 1; index >= 0; index -= 1) {
    const entry = history.entries[index];
    if (entry === undefined || entry.atMs <= fromMs) break;
    if (entry.atMs > asOfMs) continue;
    if (isPurchase(entry)) orders += 1;
    spendMicros += entry.spendMicros;
    unitsMilli += entry.boughtMilli - entry.returnedMilli;
  }
  for (const tile of history.tiles) {
    const tileMs = tileInstantMs(tile.day);
    if (tileMs <= fromMs || tileMs > asOfMs) continue;
    orders += tile.orders;
    spendMicros += tile.spendMicros;
    unitsMilli += tile.boughtMilli - tile.returnedMilli;
  }
  return { orders, spendMicros, unitsMilli };
}

/** The instant a day tile stands for: the last millisecond of its day. */
export function tileInstantMs(day: number): number {
  return (day + 1) * msPerDay - 1;
}
