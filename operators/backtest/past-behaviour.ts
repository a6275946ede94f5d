import { microsPerUnit } from '../event/money.ts';
import { newestPurchaseDays } from '../predict/purchase-days.ts';
import { type CustomerState, msPerDay, utcDay } from '../state/customer-state.ts';

/** What the simple baselines know of a customer at an instant; days are real numbers, money is reporting currency. */
export interface PastBehaviour {
  /** Days since the start of the last purchase day. */
  readonly recencyDays: number;
  /** Days since the start of the first purchase day. */
  readonly ageDays: number;
  /** Purchase days after the first. */
  readonly repeats: number;
  /** Purchase days within the last `horizonDays`, the customer's first not counted. */
  readonly repeatsOfLate: number;
  /** Net spend of all time but the first purchase day. */
  readonly repeatSpend: number;
  /** Net spend within the last `horizonDays`, the first purchase day not counted. */
  readonly spendOfLate: number;
}

/**
 * What a state tells of the time before an instant; undefined for a customer who had not purchased by then. Spend is known of
 * the longest window only: orders that have left it count in `repeatSpend`, and as of an earlier instant not at all.
 *
 * @param asOfMs not before the newest event for a full view; for an earlier one, what came at or after it is left out
 */
export function pastBehaviour(
  state: CustomerState,
  asOfMs: number,
  horizonDays: number,
): PastBehaviour | undefined {
  const asOfDay = asOfMs / msPerDay;
  const days = newestPurchaseDays(state, Number.POSITIVE_INFINITY).filter((day) => day < asOfDay);
  const lastDay = days[0];
  if (lastDay === undefined) return undefined;
  const { firstPurchaseAtMs, spendMicros, firstDaySpendMicros } = state.lifetime;
  const firstDay = firstPurchaseAtMs === undefined ? (days.at(-1) as number) : utcDay(firstPurchaseAtMs);
  // Once days have been dropped, the first of all is one of them.
  const dropped = Math.max(0, state.oldDaysDropped - 1);
  const repeats = days.filter((day) => day > firstDay).length + dropped;
  const fromDay = asOfDay - horizonDays;
  const firstSpend = firstDay >= fromDay ? firstDaySpendMicros / microsPerUnit : 0;
  return {
    recencyDays: asOfDay - lastDay,
    ageDays: asOfDay - firstDay,
    repeats,
    repeatsOfLate: days.filter((day) => day > firstDay && day >= fromDay).length,
    repeatSpend: (spendMicros - firstDaySpendMicros) / microsPerUnit,
    spendOfLate: spendWithin(state, fromDay * msPerDay, asOfMs) - firstSpend,
  };
}

/** What the same state tells of the time from an instant on. */
export interface LateBehaviour {
  readonly purchases: number;
  readonly spend: number;
}

/** Purchase days and net spend within `[fromMs, toMs)`, the purchase day running at `fromMs` not counted. */
export function behaviourWithin(state: CustomerState, fromMs: number, toMs: number): LateBehaviour {
  const days = newestPurchaseDays(state, Number.POSITIVE_INFINITY);
  const within = days.filter((day) => day >= fromMs / msPerDay && day < toMs / msPerDay);
  return { purchases: within.length, spend: spendWithin(state, fromMs, toMs) };
}

function spendWithin(state: CustomerState, fromMs: number, toMs: number): number {
  let micros = 0;
  for (const { atMs, spendMicros } of state.entries) {
    if (atMs >= fromMs && atMs < toMs) micros += spendMicros;
  }
  for (const { day, spendMicros } of state.tiles) {
    if (day * msPerDay >= fromMs && day * msPerDay < toMs) micros += spendMicros;
  }
  return micros / microsPerUnit;
}
