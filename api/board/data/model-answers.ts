/** What the board reads of models and of how good they are. */

export interface ModelSummary {
  readonly id: string;
  readonly kind: 'segments' | 'consumption';
  readonly fittedAt: string | null;
  readonly active: boolean;
  readonly sampleSize: number | null;
}

export interface PurchaseScores {
  readonly predictor: string;
  readonly meanAbsoluteError: number | null;
  readonly rootMeanSquaredError: number | null;
  readonly totalBias: number | null;
  readonly brier: number | null;
  readonly expectedCalibrationError: number | null;
  readonly areaUnderCurve: number | null;
  readonly concordance: number | null;
}

export interface SpendScores {
  readonly predictor: string;
  readonly meanAbsoluteError: number | null;
  readonly rootMeanSquaredError: number | null;
  readonly totalBias: number | null;
}

export interface RankingAtK {
  readonly k: number;
  readonly recall: number;
  readonly ndcg: number;
  readonly phr: number;
}

export interface RankingScores {
  readonly ranker: string;
  readonly customers: number;
  readonly all: readonly RankingAtK[];
}

export interface Verdict {
  readonly measure: string;
  readonly standing: 'best' | 'shared' | 'behind' | 'none';
  readonly model: number | null;
  readonly rival: { readonly predictor: string; readonly value: number } | null;
}

export interface Backtest {
  readonly id: string;
  readonly storedAt: string;
  readonly input: string;
  readonly cut: string;
  readonly horizonDays: number;
  readonly currency: string;
  readonly customers: number;
  readonly buyers: number;
  readonly model: { readonly version: string; readonly purchases: string; readonly notFitted: string | null };
  readonly verdicts: { readonly purchases: readonly Verdict[]; readonly spend: readonly Verdict[] | null };
  readonly purchases: readonly PurchaseScores[];
  readonly spend: readonly SpendScores[] | null;
  readonly nextOrder: {
    readonly customers: number;
    readonly dated: number;
    readonly medianAbsoluteErrorDays: number | null;
    readonly baselineMedianAbsoluteErrorDays: number | null;
    readonly intervalCoverage: number | null;
    readonly intervalWidthDaysMedian: number | null;
  };
  readonly products: readonly RankingScores[] | null;
  readonly plots: {
    readonly calibration: readonly CalibrationBin[];
    readonly tracking: readonly TrackingDay[];
  };
}

export interface CalibrationBin {
  readonly customers: number;
  readonly predicted: number;
  readonly actual: number;
}

export interface TrackingDay {
  readonly day: number;
  readonly predicted: number;
  readonly actual: number;
}

export interface SegmentModelQuality {
  readonly inertia: number | null;
  readonly silhouette: number | null;
  readonly inertiaRatio: number | null;
  readonly adjustedRandIndex: number | null;
  readonly segments: readonly {
    readonly name: string;
    readonly size: number;
    readonly share: number;
    readonly medians: {
      readonly recencyDays: number;
      readonly tenureDays: number;
      readonly orders365: number;
      readonly spend365: number;
    } | null;
    readonly meaningHolds: boolean | null;
    readonly unmet: readonly string[];
  }[];
  readonly drift: {
    readonly asOf: string | null;
    readonly inertiaRatio: number | null;
    readonly farShare: number | null;
    readonly stabilityIndex: Readonly<Record<string, number | null>>;
    readonly alarm: string | null;
  } | null;
}

export interface ConsumptionModelQuality {
  readonly purchasing: {
    readonly kind: string;
    readonly candidates: readonly {
      readonly name: string;
      readonly rmse: number | null;
      readonly brier: number | null;
      readonly auc: number | null;
      readonly chosen: boolean;
      readonly reason: string;
    }[];
  } | null;
}

export interface ModelQuality extends ModelSummary {
  readonly segments: SegmentModelQuality | null;
  readonly consumption: ConsumptionModelQuality | null;
  readonly backtests: readonly Backtest[];
}
