import { microsPerUnit } from '../event/money.ts';
import { type CustomerState, isPurchase, utcDay } from '../state/customer-state.ts';
import { newestPurchaseDays } from './purchase-days.ts';

/**
 * A customer's purchase days in order of time, from which any earlier instant can be looked at as it was: what came before it,
 * and what came after. A transaction is a UTC day with a purchase.
 */
export interface PurchaseTimeline {
  /** UTC day of the first purchase ever. */
  readonly firstDay: number;
  /** Distinct UTC days with a purchase, ascending: the newest `timelineDaysMax`. */
  readonly days: readonly number[];
  /** Purchase days before `days`: at the bounds of the timeline and of the state only their number is known. */
  readonly daysDropped: number;
  /** Days of which the money is known (those of the last 365 days before the newest event), ascending; returns included. */
  readonly amounts: readonly DayAmount[];
}

/** What was ordered on one UTC day. */
export interface DayAmount {
  readonly day: number;
  /** Net, reporting currency. */
  readonly spend: number;
  /** Units bought, returns not subtracted; 0 on a day of returns only. */
  readonly units: number;
}

/** Purchase days kept one by one. Bounds the cost of a prediction and the memory of a fit's sample. */
const timelineDaysMax = 400;

/** Undefined for a customer who never purchased. */
export function purchaseTimeline(state: CustomerState): PurchaseTimeline | undefined {
  const { firstPurchaseAtMs } = state.lifetime;
  if (firstPurchaseAtMs === undefined) return undefined;
  const days = newestPurchaseDays(state, Number.POSITIVE_INFINITY).reverse();
  const dropped = Math.max(0, days.length - timelineDaysMax);
  return {
    firstDay: utcDay(firstPurchaseAtMs),
    days: dropped > 0 ? days.slice(dropped) : days,
    daysDropped: state.oldDaysDropped + dropped,
    amounts: dayAmounts(state),
  };
}

/** Money is remembered for so many days before a customer's newest event. */
const moneyDays = 365;

/**
 * The timeline as inner views are learned from: the state forgets money by the customer's newest event, so what it still knows of
 * long ago would tell who came back since. What is kept is known of everybody.
 *
 * @param asOfDay UTC day of the fit, not before the newest event
 */
export function withMoneyOfAll(timeline: PurchaseTimeline, asOfDay: number): PurchaseTimeline {
  return { ...timeline, amounts: timeline.amounts.filter(({ day }) => day >= asOfDay - moneyDays) };
}

function dayAmounts({ entries, tiles }: CustomerState): DayAmount[] {
  const amounts: DayAmount[] = [];
  const add = (day: number, spendMicros: number, boughtMilli: number): void => {
    const last = amounts.at(-1);
    const same = last?.day === day;
    const sum = {
      day,
      spend: (same ? last.spend : 0) + spendMicros / microsPerUnit,
      units: (same ? last.units : 0) + boughtMilli / 1_000,
    };
    if (same) amounts[amounts.length - 1] = sum;
    else amounts.push(sum);
  };
  for (const tile of tiles) add(tile.day, tile.spendMicros, tile.boughtMilli);
  for (const entry of entries) {
    add(utcDay(entry.atMs), entry.spendMicros, isPurchase(entry) ? entry.boughtMilli : 0);
  }
  return amounts;
}

/** A customer as known at an instant: everything of the timeline before it, nothing after. */
export interface TimelineView {
  readonly timeline: PurchaseTimeline;
  /** The instant, days since 1970-01-01 UTC, a real number; whole at the start of a UTC day. */
  readonly asOfDay: number;
  /** `timeline.days` before the instant, >= 1. */
  readonly known: number;
}

/** Undefined where nothing had been bought before the instant. */
export function timelineBefore(timeline: PurchaseTimeline, asOfDay: number): TimelineView | undefined {
  const known = countBefore(timeline.days, asOfDay);
  if (known === 0) return undefined;
  return { timeline, asOfDay, known };
}

/** Everything there is, as of an instant not before the last purchase. */
export function timelineAsOf(timeline: PurchaseTimeline, asOfDay: number): TimelineView {
  return { timeline, asOfDay, known: timeline.days.length };
}

/** Purchase days in `[fromDay, toDay)`. */
export function purchaseDaysWithin({ days }: PurchaseTimeline, fromDay: number, toDay: number): number {
  return countBefore(days, toDay) - countBefore(days, fromDay);
}

/** Net spend in `[fromDay, toDay)`, returns included, as far as it is known. */
export function spendWithin({ amounts }: PurchaseTimeline, fromDay: number, toDay: number): number {
  let spend = 0;
  for (const amount of amounts) if (amount.day >= fromDay && amount.day < toDay) spend += amount.spend;
  return spend;
}

/** Purchase days after the first, and the whole days from the first to the last of them. */
export function repeatsOf({ timeline, known, asOfDay }: TimelineView): { x: number; tx: number; T: number } {
  const last = timeline.days[known - 1] as number;
  const T = Math.max(asOfDay, last) - timeline.firstDay;
  if (last === timeline.firstDay) return { x: 0, tx: 0, T };
  return { x: Math.max(1, timeline.daysDropped + known - 1), tx: last - timeline.firstDay, T };
}

/** Days before `day`, by bisection. */
function countBefore(days: readonly number[], day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] as number) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
