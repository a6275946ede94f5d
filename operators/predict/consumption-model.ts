/** Population parameters of purchasing, fitted by maximum likelihood in a job, immutable and versioned. */
export interface ConsumptionModel {
  readonly version: string;
  /** Clock instant of the fit, UTC milliseconds. */
  readonly fittedAtMs: number;
  /** Customers with at least one purchase that the fit saw. */
  readonly sampleSize: number;
  readonly bgNbd: BgNbdParameters;
  /** Undefined when too few customers repeat with positive spend to fit it. */
  readonly gammaGamma: GammaGammaParameters | undefined;
  /** Prior of the regularity of purchase gaps: Erlang-k shape, 1 = as irregular as chance, larger = more regular. */
  readonly regularity: RegularityPrior;
  /** Prior of how often a product is bought again, over all customers and products. */
  readonly replenishment: ReplenishmentPrior;
}

/** BG/NBD (Fader, Hardie, Lee 2005); time in days. */
export interface BgNbdParameters {
  readonly r: number;
  readonly alphaDays: number;
  readonly a: number;
  readonly b: number;
  readonly logLikelihood: number;
}

/** Gamma-Gamma (Fader, Hardie 2013); money in reporting currency. */
export interface GammaGammaParameters {
  readonly p: number;
  readonly q: number;
  readonly v: number;
  readonly logLikelihood: number;
  readonly customers: number;
}

export interface RegularityPrior {
  /** Typical shape of the gaps between one customer's purchase days. */
  readonly shape: number;
  /** Weight of the prior, in gaps. */
  readonly weightGaps: number;
}

/** Gamma prior of a product's purchase rate for one customer who bought it at least once. */
export interface ReplenishmentPrior {
  /** Shape, > 0. */
  readonly shape: number;
  /** Rate, days. shape / rate = purchases a day. */
  readonly rateDays: number;
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
