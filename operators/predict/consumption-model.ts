import type { PurchasingModel } from './purchasing-model.ts';
import type { RankingModel } from './ranking-model.ts';
import type { RepurchasePaces } from './repurchase-paces.ts';

/** Population parameters of purchasing, fitted by maximum likelihood in a job, immutable and versioned. */
export interface ConsumptionModel {
  readonly version: string;
  /** Clock instant of the fit, UTC milliseconds. */
  readonly fittedAtMs: number;
  /** Customers with at least one purchase that the fit saw. */
  readonly sampleSize: number;
  readonly bgNbd: BgNbdParameters;
  /** How purchases are predicted, and why so; without it by BG/NBD alone. */
  readonly purchasing?: PurchasingModel | undefined;
  /** Undefined when too few customers repeat with positive spend to fit it. */
  readonly gammaGamma: GammaGammaParameters | undefined;
  /** Prior of the regularity of purchase gaps: Erlang-k shape, 1 = as irregular as chance, larger = more regular. */
  readonly regularity: RegularityPrior;
  /** Nominal level of the next order's interval at which it holds 80 % here; 0.8 where it is not told. */
  readonly nextOrderLevel?: number | undefined;
  /** Priors of how often one customer buys the same product, or from the same category, again. */
  readonly replenishment: {
    readonly products: ReplenishmentPrior;
    readonly categories: ReplenishmentPrior;
  };
  /** How items are ranked; undefined in a model of an older version, and the built-in weights are used. */
  readonly ranking?: RankingModel | undefined;
}

/**
 * How parameters were found: by maximum likelihood, or, where the likelihood has no maximum inside the parameter
 * space (for example when nobody ever drops out), by maximum likelihood under a weak prior. `assumed` says that there was too
 * little data to fit anything.
 */
export type FitMethod = 'maximum-likelihood' | 'penalised' | 'assumed';

/** BG/NBD (Fader, Hardie, Lee 2005); time in days. */
export interface BgNbdParameters {
  readonly r: number;
  readonly alphaDays: number;
  readonly a: number;
  readonly b: number;
  /** Without the penalty, with time in days. */
  readonly logLikelihood: number;
  readonly method: FitMethod;
}

/** Gamma-Gamma (Fader, Hardie 2013); money in reporting currency. */
export interface GammaGammaParameters {
  readonly p: number;
  readonly q: number;
  readonly v: number;
  /** Without the penalty. */
  readonly logLikelihood: number;
  readonly method: FitMethod;
  /** Customers with repeat spend above zero, the ones it was fitted to. */
  readonly customers: number;
}

export interface RegularityPrior {
  /** Typical shape of the gaps between one customer's purchases, > 0. */
  readonly shape: number;
  /** Weight of the prior, in gaps. */
  readonly weightGaps: number;
}

/**
 * Prior of how one customer who bought something once buys it again: BG/NBD with pairs of customer and product in the place of
 * customers, and time counted in the customer's own purchase days, so that it knows of no calendar and no customer's death.
 */
export interface ReplenishmentPrior {
  /** Shape of the repurchase rate, > 0. */
  readonly r: number;
  /** Rate of the repurchase rate, purchase days. r / alpha = repurchases a purchase day. */
  readonly alphaPurchaseDays: number;
  /** After each repurchase the product is dropped for good with a probability that is Beta(a, b). */
  readonly a: number;
  readonly b: number;
  readonly method: FitMethod;
  /** Prior of the regularity of its gaps in days. */
  readonly regularity: RegularityPrior;
  /** Items that are bought again faster or slower; undefined where none is known to be. */
  readonly paces?: RepurchasePaces | undefined;
}

/** Horizons every prediction speaks of, days. */
export const horizonDays = [7, 30, 90] as const;
export type HorizonDays = (typeof horizonDays)[number];
export type PerHorizon = Readonly<Record<HorizonDays, number>>;

/** One sentence a person can read, with the figures it rests on. */
export interface PredictionReason {
  readonly code: string;
  readonly text: string;
}

export interface NextOrderPrediction {
  readonly atMs: number;
  /** Bounds of the 80 % interval, given that the customer is still there. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ProductPrediction {
  readonly productId: string;
  readonly category: string | undefined;
  readonly lastAtMs: number;
  readonly purchases: number;
  /** Probability that the product is bought again within the horizon. */
  readonly repurchaseProbability: { readonly 7: number; readonly 30: number };
  /** Median gap between purchases, days, drawn towards the population's; undefined when it was bought fewer than twice. */
  readonly usualGapDays: number | undefined;
  /** Erlang-k shape of the gaps: 1 as irregular as chance, 50 like clockwork; undefined when it was bought fewer than thrice. */
  readonly regularity: number | undefined;
  /** Undefined when it was bought fewer than twice. */
  readonly expectedAtMs: number | undefined;
  readonly expectedQuantityMilli: number;
}

export interface CategoryPrediction extends Omit<ProductPrediction, 'productId' | 'category'> {
  readonly category: string;
}

export interface CustomerPrediction {
  readonly asOfMs: number;
  readonly modelVersion: string;
  readonly probabilityAlive: number;
  readonly expectedPurchases: PerHorizon;
  /** Of at least one purchase day. */
  readonly purchaseProbability: PerHorizon;
  /** Reporting currency micros; undefined without a Gamma-Gamma model. */
  readonly expectedSpendMicros: PerHorizon | undefined;
  /** Undefined when abstaining; `nextOrderAbstained` then says why. */
  readonly nextOrder: NextOrderPrediction | undefined;
  readonly nextOrderAbstained: string | undefined;
  /** Expected spend of the next `lifetimeHorizonDays`, discounted; undefined without a Gamma-Gamma model. */
  readonly lifetimeValueMicros: number | undefined;
  readonly products: readonly ProductPrediction[];
  readonly categories: readonly CategoryPrediction[];
  readonly reasons: readonly PredictionReason[];
}
