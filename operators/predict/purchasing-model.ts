import type { FitMethod } from './consumption-model.ts';

/** How purchases are predicted for this population, and why so. */
export interface PurchasingModel {
  readonly kind: PurchasingKind;
  /** Undefined where the history was too short to learn one: BG/NBD then predicts alone. */
  readonly fading: FadingRateParameters | undefined;
  /** Turns the fading rate's probability of a purchase into the one observed; undefined with `fading`. */
  readonly calibration: ProbabilityCalibration | undefined;
  /** Every candidate as scored on the latest inner period, simple rules among them. */
  readonly candidates: readonly PurchasingCandidate[];
  /** Why it is not known to beat every simple rule, as a sentence that each prediction repeats; undefined where it did. */
  readonly reservation?: string;
}

/** `blend` is the fading rate for three quarters and BG/NBD for one, which tempers a rate that never ends. */
export type PurchasingKind = 'bg-nbd' | 'fading-rate' | 'blend';

export interface PurchasingCandidate {
  readonly name: string;
  /** Null where the candidate says nothing of the kind. */
  readonly rmse: number | null;
  readonly brier: number | null;
  readonly auc: number | null;
  readonly chosen: boolean;
  /** Why chosen or not, as a sentence. */
  readonly reason: string;
}

/** What the prior of a customer's rate depends on, besides the purchases themselves. */
export type CovariateName = 'basketSpend' | 'basketUnits' | 'repeats' | 'unevenness' | 'tenure' | 'silence';

/** A feature as it enters: standardised by the mean and deviation it had in the fit, held at +-3, times the coefficient. */
export interface Covariate {
  readonly name: CovariateName;
  readonly mean: number;
  readonly deviation: number;
  readonly coefficient: number;
}

/**
 * A gamma-Poisson rate whose evidence fades: a purchase day (and a day without one) counts half after each half-life.
 * @see Harvey, Fernandes (1989), Time Series Models for Count or Qualitative Observations, JBES 7(4), section 2
 */
export interface FadingRateParameters {
  /** Shape of the prior of the rate. */
  readonly r: number;
  /** Rate of the prior of the rate, days; times e^-(covariates) for one customer. */
  readonly alphaDays: number;
  /** Null where evidence does not fade. */
  readonly halfLifeDays: number | null;
  readonly covariates: readonly Covariate[];
  readonly method: FitMethod;
  /** Customers times inner periods it was fitted to. */
  readonly cases: number;
  /** Longest inner period, days. */
  readonly horizonDays: number;
}

/** logit P(buys) = intercept + slope logit P(fading rate) + covariates; slope > 0, so that P grows with the horizon. */
export interface ProbabilityCalibration {
  readonly intercept: number;
  readonly slope: number;
  readonly covariates: readonly Covariate[];
}
