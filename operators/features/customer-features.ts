import { consumptionByProduct } from '../state/consumption.ts';
import { type CustomerState, isPurchase, msPerDay, utcDay } from '../state/customer-state.ts';
import { entryPurchaseDays, purchaseDays } from '../state/lifetime.ts';
import { type WindowDays, type WindowTotals, windowDays, windowTotals } from '../state/windows.ts';

export interface LifetimeFeatures {
  /** Orders with at least one unit bought. */
  readonly orders: number;
  /** Distinct UTC days of such orders. */
  readonly purchaseDays: number;
  /** Net of returns. */
  readonly spendMicros: number;
  /** Net of returns, thousandths. */
  readonly unitsMilli: number;
  readonly firstPurchaseAtMs: number | undefined;
  readonly lastPurchaseAtMs: number | undefined;
  /** Returned units / purchased units; undefined when none were bought. */
  readonly returnRate: number | undefined;
}

export interface BehaviourFeatures {
  /** Days since the last purchase. */
  readonly recencyDays: number | undefined;
  /** Days since the first purchase. */
  readonly tenureDays: number | undefined;
  /** Net spend of purchase orders / such orders, over the whole life. */
  readonly averageOrderValueMicros: number | undefined;
  /** Mean gap between consecutive purchase days of the last 365 days, days. */
  readonly intervalMeanDays: number | undefined;
  /** Standard deviation of those gaps / their mean: 0 like a clock, 1 like chance. From three purchase days on. */
  readonly intervalVariation: number | undefined;
  /** Spend of the last 90 days / spend of the 90 days before; above 1 means growing. */
  readonly trend: number | undefined;
  /** Distinct products remembered / product purchases remembered: 1 means never the same twice. */
  readonly productDiversity: number | undefined;
  /** Purchases of the last 365 days by UTC hour, 24 counts. */
  readonly hourProfile: readonly number[];
  /** Purchases of the last 365 days by UTC weekday, 7 counts from Monday. */
  readonly weekdayProfile: readonly number[];
}

export interface CustomerFeatures {
  readonly lifetime: LifetimeFeatures;
  readonly windows: Readonly<Record<WindowDays, WindowTotals>>;
  /** True when the customer has more orders than are kept one by one: windows then count old orders by whole days. */
  readonly windowsApproximate: boolean;
  readonly behaviour: BehaviourFeatures;
}

/** All consumption features of one customer at an instant not before the newest event, computed from the state. */
export function customerFeatures(state: CustomerState, asOfMs: number): CustomerFeatures {
  const { lifetime } = state;
  return {
    lifetime: {
      orders: lifetime.orders,
      purchaseDays: purchaseDays(state),
      spendMicros: lifetime.spendMicros,
      unitsMilli: lifetime.boughtMilli - lifetime.returnedMilli,
      firstPurchaseAtMs: lifetime.firstPurchaseAtMs,
      lastPurchaseAtMs: lifetime.lastPurchaseAtMs,
      returnRate: ratio(lifetime.returnedMilli, lifetime.boughtMilli),
    },
    windows: Object.fromEntries(
      windowDays.map((days) => [days, windowTotals(state, asOfMs, days)]),
    ) as Record<WindowDays, WindowTotals>,
    windowsApproximate: state.tiles.length > 0,
    behaviour: behaviour(state, asOfMs),
  };
}

function behaviour(state: CustomerState, asOfMs: number): BehaviourFeatures {
  const { lifetime } = state;
  const entries = state.entries.filter(({ atMs }) => atMs > asOfMs - 365 * msPerDay && atMs <= asOfMs);
  const days = entryPurchaseDays(entries);
  const gaps = days.slice(1).map((day, index) => day - (days[index] as number));
  const last90 = windowTotals(state, asOfMs, 90).spendMicros;
  const before90 = windowTotals(state, asOfMs, 180).spendMicros - last90;
  const products = consumptionByProduct(state);
  const purchases = products.reduce((sum, product) => sum + product.count, 0);
  return {
    recencyDays: daysSince(lifetime.lastPurchaseAtMs, asOfMs),
    tenureDays: daysSince(lifetime.firstPurchaseAtMs, asOfMs),
    averageOrderValueMicros: ratio(lifetime.purchaseSpendMicros, lifetime.orders),
    intervalMeanDays: gaps.length > 0 ? mean(gaps) : undefined,
    intervalVariation: gaps.length > 1 ? deviation(gaps) / mean(gaps) : undefined,
    trend: before90 > 0 ? last90 / before90 : undefined,
    productDiversity: ratio(products.length, purchases),
    ...profiles(entries),
  };
}

function profiles(
  entries: CustomerState['entries'],
): Pick<BehaviourFeatures, 'hourProfile' | 'weekdayProfile'> {
  const hourProfile = new Array<number>(24).fill(0);
  const weekdayProfile = new Array<number>(7).fill(0);
  for (const entry of entries) {
    if (!isPurchase(entry)) continue;
    const hour = Math.floor((entry.atMs % msPerDay) / 3_600_000);
    // 1970-01-01 was a Thursday, the fourth weekday from Monday.
    const weekday = (utcDay(entry.atMs) + 3) % 7;
    hourProfile[hour] = (hourProfile[hour] ?? 0) + 1;
    weekdayProfile[weekday] = (weekdayProfile[weekday] ?? 0) + 1;
  }
  return { hourProfile, weekdayProfile };
}

function daysSince(atMs: number | undefined, asOfMs: number): number | undefined {
  return atMs === undefined ? undefined : Math.max(0, asOfMs - atMs) / msPerDay;
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation. */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
