import { microsPerUnit } from '../event/money.ts';
import type { CustomerState } from '../state/customer-state.ts';
import { bgNbdInDays } from './bg-nbd.ts';
import {
  type CategoryPrediction,
  type ConsumptionModel,
  type CustomerPrediction,
  type HorizonDays,
  horizonDays,
  type PerHorizon,
  type ProductPrediction,
} from './consumption-model.ts';
import { defaultLifetimeValueOptions, type LifetimeValueOptions, lifetimeValue } from './lifetime-value.ts';
import { predictNextOrder } from './next-order.ts';
import { predictionReasons } from './prediction-reasons.ts';
import { type PreparedOutlook, prepareOutlook } from './purchase-outlook.ts';
import { repeatHistory } from './purchase-statistics.ts';
import { predictCategories, predictProducts } from './replenishment.ts';

export interface PredictCustomerOptions {
  /** Products and categories listed at most, each, 0..100. Default 10. 0 skips the work. */
  readonly top?: number;
  readonly lifetime?: LifetimeValueOptions;
}

const topDefault = 10;

/**
 * Everything predicted of one customer at an instant, with the reasons; undefined for a customer who never purchased.
 *
 * A transaction is a UTC day with a purchase. An instant before the last purchase counts as the last purchase. Expected spend is
 * expected transactions times the expected value of one (Gamma-Gamma assumes the two are independent). Pure: no
 * clock, nothing cached.
 */
export function predictCustomer(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  options: PredictCustomerOptions = {},
): CustomerPrediction | undefined {
  const outlook = prepareOutlook(state, model, asOfMs);
  if (outlook === undefined) return undefined;
  const { statistics, forecast, orderValue, probabilityAlive: alive } = outlook;
  const parameters = bgNbdInDays(model.bgNbd);
  const history = repeatHistory(statistics);
  const expectedPurchases = perHorizon((days) => forecast.expected(days));
  const next = predictNextOrder(state, model, asOfMs, forecast.probability(365));
  const top = options.top ?? topDefault;
  const purchaseProbability = perHorizon((days) => forecast.probability(days));
  const purchaseRate = (parameters.r + history.x) / (parameters.alpha + history.T);
  const replenishment = { state, model, asOfMs, probabilityAlive: alive, purchaseRate, top };
  const products = top > 0 ? predictProducts(replenishment) : [];
  const categories = top > 0 ? predictCategories(replenishment) : [];
  return {
    asOfMs,
    modelVersion: model.version,
    probabilityAlive: alive,
    expectedPurchases,
    purchaseProbability,
    expectedSpendMicros:
      orderValue === undefined
        ? undefined
        : perHorizon((days) => Math.round(expectedPurchases[days] * orderValue * microsPerUnit)),
    nextOrder: next.ok ? next.nextOrder : undefined,
    nextOrderAbstained: next.ok ? undefined : next.reason,
    lifetimeValueMicros: lifetimeMicros(outlook, options.lifetime),
    products: products.map((product) => atMost(product, purchaseProbability)),
    categories: categories.map((category) => atMost(atLeast(category, products), purchaseProbability)),
    reasons: predictionReasons({
      state,
      statistics,
      asOfMs,
      alive,
      orderValue,
      gap: next.gap,
      reservation: model.purchasing?.reservation,
    }),
  };
}

/** Nobody buys a product without buying. */
function atMost<P extends ProductPrediction | CategoryPrediction>(prediction: P, most: PerHorizon): P {
  const { 7: within7, 30: within30 } = prediction.repurchaseProbability;
  return {
    ...prediction,
    repurchaseProbability: { 7: Math.min(within7, most[7]), 30: Math.min(within30, most[30]) },
  };
}

/** Nor one of a category's products without buying of the category. */
function atLeast(category: CategoryPrediction, products: readonly ProductPrediction[]): CategoryPrediction {
  const own = products.filter((product) => product.category === category.category);
  const highest = (days: 7 | 30) =>
    Math.max(
      category.repurchaseProbability[days],
      ...own.map(({ repurchaseProbability }) => repurchaseProbability[days]),
    );
  return { ...category, repurchaseProbability: { 7: highest(7), 30: highest(30) } };
}

function lifetimeMicros(
  { forecast, orderValue }: PreparedOutlook,
  options: LifetimeValueOptions = defaultLifetimeValueOptions,
): number | undefined {
  if (orderValue === undefined) return undefined;
  return Math.round(lifetimeValue(forecast.expected, orderValue, options) * microsPerUnit);
}

function perHorizon(of: (days: HorizonDays) => number): PerHorizon {
  return Object.fromEntries(horizonDays.map((days) => [days, of(days)])) as PerHorizon;
}
