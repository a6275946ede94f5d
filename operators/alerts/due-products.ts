import { bgNbdInDays } from '../predict/bg-nbd.ts';
import type { ConsumptionModel } from '../predict/consumption-model.ts';
import { newestCategories } from '../predict/newest-categories.ts';
import { newestPurchaseDays, purchaseDaysAfter } from '../predict/purchase-days.ts';
import { purchaseStatistics } from '../predict/purchase-statistics.ts';
import { residualQuantileDays } from '../predict/renewal-gap.ts';
import { repurchaseGap } from '../predict/replenishment.ts';
import { repurchaseHistoryOf } from '../predict/repurchase-history.ts';
import { repurchasePace } from '../predict/repurchase-paces.ts';
import { consumptionByProduct } from '../state/consumption.ts';
import { type CustomerState, msPerDay, utcDay } from '../state/customer-state.ts';

/** A product that a customer has bought at least twice. */
export interface RepeatedProduct {
  readonly productId: string;
  /** Undefined where it is not known any more. */
  readonly category: string | undefined;
  readonly purchases: number;
  readonly lastAtMs: number;
  readonly expectedQuantityMilli: number;
  /** Worked out when first asked for; undefined where that is no instant. */
  readonly due: () => DueDay | undefined;
}

export interface DueDay {
  /** Median gap between two purchases of it, as it was known when it was last bought. */
  readonly usualGapDays: number;
  /** That gap after it was last bought. */
  readonly dueAtMs: number;
}

/** Fewer purchases show no gap. */
const purchasesMin = 2;

/**
 * What a customer buys repeatedly, each product with the day on which it is due again. A gap is judged by the rate at which
 * the customer had bought up to the product's own last purchase, so whatever else is bought afterwards moves no due day. An
 * order that becomes known late may; so may the product's oldest purchases as they leave those kept one by one.
 */
export function repeatedProducts(state: CustomerState, model: ConsumptionModel): readonly RepeatedProduct[] {
  const rateAt = purchaseRateUpTo(state, model);
  if (rateAt === undefined) return [];
  const prior = model.replenishment.products;
  const historyOf = repurchaseHistoryOf(state);
  const categories = newestCategories(state);
  return consumptionByProduct(state)
    .filter(({ count }) => count >= purchasesMin)
    .map((consumption) => {
      const { key: productId, count, lastAtMs, quantityMilli } = consumption;
      const category = categories.get(productId);
      const due = once((): DueDay | undefined => {
        const rate = repurchasePace(prior.paces, productId, category) * rateAt(lastAtMs);
        const gap = repurchaseGap(consumption, historyOf(consumption).x, prior, rate);
        const usualGapDays = residualQuantileDays(gap, 0, 0.5);
        const dueAtMs = Math.round(lastAtMs + usualGapDays * msPerDay);
        return Number.isSafeInteger(dueAtMs) ? { usualGapDays, dueAtMs } : undefined;
      });
      const expectedQuantityMilli = Math.max(0, Math.round(quantityMilli / count));
      return { productId, category, purchases: count, lastAtMs, expectedQuantityMilli, due };
    });
}

/**
 * Purchase days a day expected of the customer while alive, by the purchases up to an instant of one of them; undefined for
 * one who never purchased. At the last purchase it is the rate that predictions go by.
 */
function purchaseRateUpTo(
  state: CustomerState,
  model: ConsumptionModel,
): ((atMs: number) => number) | undefined {
  const { firstPurchaseAtMs } = state.lifetime;
  const statistics = purchaseStatistics(state, Number.NEGATIVE_INFINITY);
  if (firstPurchaseAtMs === undefined || statistics === undefined) return undefined;
  const { r, alpha } = bgNbdInDays(model.bgNbd);
  const firstDay = utcDay(firstPurchaseAtMs);
  const days = newestPurchaseDays(state, Number.POSITIVE_INFINITY);
  return (atMs) => {
    const day = utcDay(atMs);
    const repeats = statistics.repeatPurchases - purchaseDaysAfter(days, day);
    // A day after the first is a repeat even where the bound of remembered days has lost count.
    const x = Math.max(day > firstDay ? 1 : 0, repeats);
    const T = atMs / msPerDay - firstDay;
    return (r + x) / (alpha + T);
  };
}

function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
