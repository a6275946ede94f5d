import { type CustomerState, isPurchase, utcDay } from '../state/customer-state.ts';

export type PurchaseDayHistory = Pick<CustomerState, 'entries' | 'tiles' | 'oldDays'>;

/** Distinct UTC days with a purchase, newest first, at most `daysMax`. Days dropped at the bound of the state are missing. */
export function newestPurchaseDays(state: PurchaseDayHistory, daysMax: number): number[] {
  const days: number[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  // Entries, tiles and old days follow each other back in time; a day on the border may be in two of them.
  const take = (day: number): void => {
    if (day >= oldest) return;
    oldest = day;
    days.push(day);
  };
  for (let index = state.entries.length - 1; index >= 0 && days.length < daysMax; index -= 1) {
    const entry = state.entries[index];
    if (entry && isPurchase(entry)) take(utcDay(entry.atMs));
  }
  for (let index = state.tiles.length - 1; index >= 0 && days.length < daysMax; index -= 1) {
    const tile = state.tiles[index];
    if (tile && tile.orders > 0) take(tile.day);
  }
  for (let index = state.oldDays.length - 1; index >= 0 && days.length < daysMax; index -= 1) {
    take(state.oldDays[index] as number);
  }
  return days;
}

/** Number of `days` (newest first, distinct) that are later than `day`. */
export function purchaseDaysAfter(days: readonly number[], day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] as number) > day) low = middle + 1;
    else high = middle;
  }
  return low;
}
