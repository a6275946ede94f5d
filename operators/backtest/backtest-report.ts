/** Who predicted: the product's own model, or one of the simple baselines it has to beat. */
export type PredictorName = 'model' | 'zero' | 'personal-rate' | 'past-count' | 'recency' | 'population-rate';

/** Scores of expected counts (or amounts) against what came; null where a predictor says nothing of the kind. */
export interface AmountScores {
  readonly meanAbsoluteError: number | null;
  readonly rootMeanSquaredError: number | null;
  /** Pearson; null when predictions or outcomes do not vary. */
  readonly correlation: number | null;
  readonly predictedTotal: number | null;
  /** Predicted total / actual total - 1; null when nothing came. */
  readonly totalBias: number | null;
}

/** Scores of the probability of at least one purchase within the horizon. */
export interface ProbabilityScores {
  readonly brier: number | null;
  /** Ten bins of equal size. */
  readonly expectedCalibrationError: number | null;
  readonly areaUnderCurve: number | null;
  /** Harrell's C of the probability against the time to the first purchase, censored at the horizon. */
  readonly concordance: number | null;
}

export interface PurchaseScores extends AmountScores, ProbabilityScores {}

/** The date of the next purchase day, of customers who made one within the horizon and the model named a date for. */
export interface NextOrderScores {
  /** Customers a date was named for / customers. */
  readonly customers: number;
  readonly dated: number;
  readonly abstainedShare: number;
  /** Days, over dated customers who bought within the horizon. */
  readonly medianAbsoluteErrorDays: number | null;
  /** Share of the 80 % intervals that hold the date; an interval still open at the end of the horizon counts as held when it reaches beyond it. */
  readonly intervalCoverage: number | null;
  /** The same over those who bought within the horizon, where the date is known. */
  readonly intervalCoverageOfBuyers: number | null;
  readonly intervalWidthDaysMedian: number | null;
  readonly baselineMedianAbsoluteErrorDays: number | null;
}

export interface RankingScoresAtK {
  readonly k: number;
  readonly recall: number;
  readonly ndcg: number;
  /** Share of customers with at least one hit. */
  readonly phr: number;
}

export interface RankingScores {
  readonly customers: number;
  readonly all: readonly RankingScoresAtK[];
  /** Against items of the truth the customer had bought before the cut. */
  readonly repeat: readonly RankingScoresAtK[];
  /** Against items of the truth new to the customer. */
  readonly new: readonly RankingScoresAtK[];
}

export interface CalibrationBin {
  readonly customers: number;
  readonly predicted: number;
  readonly actual: number;
}

/** What the file held, so that what was left out is seen. */
export interface ReadFigures {
  readonly lines: number;
  readonly anonymousLines: number;
  readonly malformedLines: number;
  /** Orders that can be used, and of them those before the cut and within the horizon; duplicates count in the first only. */
  readonly orders: number;
  readonly ordersBefore: number;
  readonly ordersWithin: number;
  readonly duplicates: number;
  /** Orders that can't be used, by reason. */
  readonly quarantined: Readonly<Record<string, number>>;
}

/** Everything one backtest found; plain JSON, stored with the model and shown by the API, the report and the board. */
export interface BacktestReport {
  readonly schema: 1;
  /** Name of the file without its folder. */
  readonly input: string;
  /** ISO 8601. */
  readonly cut: string;
  readonly horizonDays: number;
  readonly currency: string;
  readonly read: ReadFigures;
  /** Customers with a purchase before the cut. */
  readonly customers: number;
  /** Of them, those who bought within the horizon. */
  readonly buyers: number;
  readonly model: {
    readonly version: string;
    /** Why there is no model, and all its scores are null; null when it was fitted. */
    readonly notFitted: string | null;
    /** Customers. */
    readonly fittedTo: number;
    /** Which model of purchases was chosen, in words. */
    readonly purchases: string;
    /** What a person should know of the fit and the choice, candidates refused and why among it. */
    readonly notes: readonly string[];
  };
  readonly purchases: Readonly<Record<PredictorName, PurchaseScores>>;
  /** Net spend within the horizon, reporting currency; null where the file has no prices. */
  readonly spend: Readonly<Partial<Record<PredictorName, AmountScores>>> | null;
  readonly nextOrder: NextOrderScores;
  /** By who ranked: `model`, `personal-frequency`, `popularity`; null where there are fewer than two products to rank. */
  readonly products: Readonly<Record<string, RankingScores>> | null;
  /** The same; null also where the file names no categories. */
  readonly categories: Readonly<Record<string, RankingScores>> | null;
  readonly plots: {
    readonly calibration: readonly CalibrationBin[];
    /** Cumulative purchase days of the whole population by day after the cut. */
    readonly tracking: readonly {
      readonly day: number;
      readonly predicted: number;
      readonly actual: number;
    }[];
    /** Mean purchase days in the horizon by number of repeat purchase days before the cut; the last is `count` and more. */
    readonly conditional: readonly {
      readonly count: number;
      readonly customers: number;
      readonly predicted: number;
      readonly actual: number;
    }[];
  };
  /** Wall time, milliseconds: replay of the file, fit, predictions. */
  readonly tookMs: { readonly replay: number; readonly fit: number; readonly predict: number };
}
