import { msPerDay } from '../state/customer-state.ts';
import { type BgNbd, expectedTransactions, probabilityAlive, type RepeatHistory } from './bg-nbd.ts';
import {
  expectedAtRate,
  type PurchaseRate,
  probabilityAtRate,
  purchaseRate,
  rateEvidence,
  stillHere,
} from './fading-rate.ts';
import { type CovariateValues, covariateValues, tiltOf } from './purchase-covariates.ts';
import { repeatsOf, type TimelineView } from './purchase-timeline.ts';
import type { FadingRateParameters, ProbabilityCalibration, PurchasingKind } from './purchasing-model.ts';
import { logistic } from './special-functions.ts';

/** What is expected of one customer's purchases, for any horizon; both grow with it. */
export interface PurchaseForecast {
  /** Probability that the customer has not left for good, 0..1. */
  readonly alive: number;
  /** Purchase days within a horizon of so many days, > 0. */
  expected(horizonDays: number): number;
  /** Of at least one purchase within the horizon: 0..1, never above `expected`. */
  probability(horizonDays: number): number;
}

/** Probability of at least one purchase by BG/NBD: alive, and the rate, which is gamma, brings one. */
function bgNbdProbability(model: BgNbd, history: RepeatHistory, horizonDays: number): number {
  const shape = model.r + history.x;
  const within = -Math.expm1(-shape * Math.log1p(horizonDays / (model.alpha + history.T)));
  return probabilityAlive(model, history) * within;
}

export function bgNbdForecast(model: BgNbd, history: RepeatHistory): PurchaseForecast {
  return {
    alive: probabilityAlive(model, history),
    expected: (days) => expectedTransactions(model, history, days),
    probability: (days) => bgNbdProbability(model, history, days),
  };
}

/** What was learned from inner periods. */
export interface LearnedPurchasing {
  readonly fading: FadingRateParameters;
  readonly calibration: ProbabilityCalibration | undefined;
}

export function fadingForecast(learned: LearnedPurchasing, view: TimelineView): PurchaseForecast {
  const values = covariateValues(view);
  const rate = fadingRateOf(learned.fading, view, values);
  const lastDay = view.timeline.days[view.known - 1] as number;
  const atLast = fadingRateOf(learned.fading, { ...view, asOfDay: lastDay }, values);
  const alive = stillHere(atLast, Math.max(0, view.asOfDay - lastDay));
  return {
    alive,
    expected: (days) => alive * expectedAtRate(rate, days),
    probability: (days) =>
      alive *
      Math.min(
        expectedAtRate(rate, days),
        calibrated(learned.calibration, values, probabilityAtRate(rate, days)),
      ),
  };
}

export function fadingRateOf(
  fading: FadingRateParameters,
  view: TimelineView,
  values: CovariateValues,
): PurchaseRate {
  return purchaseRate(fading, rateEvidence(view, fading.halfLifeDays), tiltOf(fading.covariates, values));
}

function calibrated(
  calibration: ProbabilityCalibration | undefined,
  values: CovariateValues,
  probability: number,
): number {
  if (calibration === undefined || probability <= 0 || probability >= 1) return probability;
  const { intercept, slope, covariates } = calibration;
  const logOdds = Math.log(probability) - Math.log1p(-probability);
  return logistic(intercept + slope * logOdds + tiltOf(covariates, values));
}

/** Of BG/NBD in a blend: between a quarter and a half all populations measured were served best, or nearly. */
const textbookShare = 0.25;

/** @param learned needed by every kind but `bg-nbd` */
export function forecastOf(
  kind: PurchasingKind,
  bgNbd: BgNbd,
  view: TimelineView,
  learned: LearnedPurchasing | undefined,
): PurchaseForecast {
  const textbook = bgNbdForecast(bgNbd, repeatsOf(view));
  if (kind === 'bg-nbd' || learned === undefined) return textbook;
  const fading = fadingForecast(learned, view);
  if (kind === 'fading-rate') return fading;
  const expected = (days: number) =>
    textbookShare * textbook.expected(days) + (1 - textbookShare) * fading.expected(days);
  return {
    alive: textbookShare * textbook.alive + (1 - textbookShare) * fading.alive,
    expected,
    probability: (days) => Math.min(expected(days), fading.probability(days)),
  };
}

/** The instant as a real number of days since 1970-01-01. */
export function asDay(atMs: number): number {
  return atMs / msPerDay;
}
