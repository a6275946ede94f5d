import { type CustomerState, isPurchase, utcDay } from './customer-state.ts';

/** Distinct UTC days with at least one purchase, over the customer's whole life. */
export function purchaseDays(
  state: Pick<CustomerState, 'entries' | 'tiles' | 'oldDays' | 'oldDaysDropped'>,
): number {
  let days = state.oldDays.length + state.oldDaysDropped;
  let last = Number.NEGATIVE_INFINITY;
  for (const entry of state.entries) {
    const day = utcDay(entry.atMs);
    if (day === last || !isPurchase(entry)) continue;
    last = day;
    days += 1;
  }
  const entryDays = state.tiles.length === 0 ? undefined : new Set(entryPurchaseDays(state.entries));
  for (const tile of state.tiles) if (tile.orders > 0 && !entryDays?.has(tile.day)) days += 1;
  return days;
}

/** UTC days of the purchases among the single entries, ascending, each once. */
export function entryPurchaseDays(entries: CustomerState['entries']): number[] {
  const days: number[] = [];
  for (const entry of entries) {
    const day = utcDay(entry.atMs);
    if (isPurchase(entry) && days.at(-1) !== day) days.push(day);
  }
  return days;
}
