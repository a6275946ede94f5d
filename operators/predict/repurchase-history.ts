import { type Consumption, type CustomerState, utcDay } from '../state/customer-state.ts';
import type { RepeatHistory } from './bg-nbd.ts';
import { newestPurchaseDays, purchaseDaysAfter } from './purchase-days.ts';

/**
 * The history of one product (or category) of one customer with time counted in the customer's purchase days: x repurchases,
 * the last of them tx purchase days after the first purchase of the product, T purchase days watched.
 * A clock that stands still while the customer buys nothing tells a product that was given up from a customer who is slow or
 * gone.
 */
export type RepurchaseHistory = (consumption: Consumption) => RepeatHistory;

/** Prepares the customer's purchase days once for all products. */
export function repurchaseHistoryOf(state: CustomerState): RepurchaseHistory {
  const days = newestPurchaseDays(state, Number.POSITIVE_INFINITY);
  return ({ count, firstAtMs, lastAtMs }) => {
    const T = purchaseDaysAfter(days, utcDay(firstAtMs));
    const tx = T - purchaseDaysAfter(days, utcDay(lastAtMs));
    // Several orders of one day are one purchase day; on a product's only day there is no repurchase.
    return { x: Math.min(count - 1, tx), tx, T };
  };
}
