import { microsPerUnit } from '../event/money.ts';
import type { CustomerState } from '../state/customer-state.ts';
import { bgNbdInDays } from './bg-nbd.ts';
import type { ConsumptionModel } from './consumption-model.ts';
import { expectedTransactionValue, type SpendHistory } from './gamma-gamma.ts';
import { asDay, bgNbdForecast, forecastOf, type PurchaseForecast } from './purchase-forecast.ts';
import {
  ageDaysAt,
  type PurchaseStatistics,
  purchaseStatistics,
  repeatHistory,
} from './purchase-statistics.ts';
import { purchaseTimeline, timelineAsOf } from './purchase-timeline.ts';

/** What is expected of one customer within one horizon. */
export interface PurchaseOutlook {
  /** 0..1. */
  readonly probabilityAlive: number;
  /** Purchase days within the horizon, >= 0. */
  readonly expectedPurchases: number;
  /** Probability of at least one purchase within the horizon, 0..1, never above `expectedPurchases`. */
  readonly purchaseProbability: number;
  /** Reporting currency micros; undefined without a model of spend. */
  readonly expectedSpendMicros: number | undefined;
}

/** A customer's outlook at one instant, prepared once, to be asked about any horizon. */
export interface PreparedOutlook {
  readonly statistics: PurchaseStatistics;
  readonly probabilityAlive: number;
  readonly forecast: PurchaseForecast;
  /** Of one purchase day, reporting currency; undefined without a model of spend. */
  readonly orderValue: number | undefined;
}

/** Within this many days somebody still a customer would have bought again, if at all. */
const aliveHorizonDays = 365;

/**
 * What the active model expects of a customer within `(asOf, asOf + horizonDays]`; undefined for one who never purchased. The one
 * home of these figures: whatever else speaks of them asks here. Expected purchases, spend and the probability grow with the horizon.
 * An instant before the last purchase counts as the last purchase.
 *
 * @param horizonDays > 0, any real number
 */
export function purchaseOutlook(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  horizonDays: number,
): PurchaseOutlook | undefined {
  const prepared = prepareOutlook(state, model, asOfMs);
  return prepared && outlookWithin(prepared, horizonDays);
}

/** What a prepared outlook says of one horizon. */
export function outlookWithin(
  { probabilityAlive: alive, forecast, orderValue }: PreparedOutlook,
  horizonDays: number,
): PurchaseOutlook {
  const expectedPurchases = forecast.expected(horizonDays);
  return {
    probabilityAlive: alive,
    expectedPurchases,
    purchaseProbability: forecast.probability(horizonDays),
    expectedSpendMicros:
      orderValue === undefined ? undefined : Math.round(expectedPurchases * orderValue * microsPerUnit),
  };
}

/**
 * The same before a horizon is asked for.
 *
 * P(alive) is that of the model which predicts, but never below the probability of a purchase within a year: whoever is to buy is still there.
 */
export function prepareOutlook(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
): PreparedOutlook | undefined {
  return outlookOver(state, model)(asOfMs);
}

/** `prepareOutlook` for many instants of one customer: what does not depend on the instant is prepared once. */
export function outlookOver(
  state: CustomerState,
  model: ConsumptionModel,
): (asOfMs: number) => PreparedOutlook | undefined {
  const timeless = purchaseStatistics(state, Number.NEGATIVE_INFINITY);
  if (timeless === undefined) return () => undefined;
  const forecastAt = forecastOver(state, model);
  const orderValue =
    model.gammaGamma && expectedTransactionValue(model.gammaGamma, allSpend(state, timeless));
  return (asOfMs) => {
    const statistics = { ...timeless, ageDays: ageDaysAt(state, asOfMs) ?? timeless.ageDays };
    const forecast = forecastAt(asOfMs) as PurchaseForecast;
    return {
      statistics,
      probabilityAlive: Math.max(forecast.alive, Math.min(1, forecast.probability(aliveHorizonDays))),
      forecast,
      orderValue,
    };
  };
}

/** The forecast of `outlookOver` alone, for searches over many instants; undefined for a customer who never purchased. */
export function forecastOver(
  state: CustomerState,
  model: ConsumptionModel,
): (asOfMs: number) => PurchaseForecast | undefined {
  const fading = fadingForecasts(state, model);
  if (fading !== undefined) return fading;
  const timeless = purchaseStatistics(state, Number.NEGATIVE_INFINITY);
  if (timeless === undefined) return () => undefined;
  const parameters = bgNbdInDays(model.bgNbd);
  return (asOfMs) => {
    const ageDays = ageDaysAt(state, asOfMs) ?? timeless.ageDays;
    return bgNbdForecast(parameters, repeatHistory({ ...timeless, ageDays }));
  };
}

/**
 * All purchase days, the first among them, and all returns: the fit leaves the first out, as published, but for the value of
 * the next one each that is known counts, and what comes back was not spent.
 */
function allSpend(state: CustomerState, { repeatPurchases }: PurchaseStatistics): SpendHistory {
  const days = repeatPurchases + 1;
  return { x: days, meanSpend: state.lifetime.spendMicros / microsPerUnit / days };
}

/** Undefined where BG/NBD predicts alone. */
function fadingForecasts(
  state: CustomerState,
  model: ConsumptionModel,
): ((asOfMs: number) => PurchaseForecast) | undefined {
  const { purchasing } = model;
  if (purchasing?.fading === undefined || purchasing.kind === 'bg-nbd') return undefined;
  const timeline = purchaseTimeline(state);
  if (timeline === undefined) return undefined;
  const { kind, fading, calibration } = purchasing;
  const bgNbd = bgNbdInDays(model.bgNbd);
  const newestAtMs = state.lifetime.lastPurchaseAtMs ?? Number.NEGATIVE_INFINITY;
  return (asOfMs) => {
    const view = timelineAsOf(timeline, asDay(Math.max(asOfMs, newestAtMs)));
    return forecastOf(kind, bgNbd, view, { fading, calibration });
  };
}
