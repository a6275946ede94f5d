import type { AmountScores, PredictorName, PurchaseScores } from './backtest-report.ts';

/** One column of the scores, and which of its values is the better. */
export interface ScoreMeasure<S> {
  readonly key: keyof S & string;
  readonly label: string;
  readonly better: 'lower' | 'higher' | 'nearer-zero';
  /** How the figure is written: as it is, or as a percentage. */
  readonly form: 'number' | 'percent';
}

export const amountMeasures: readonly ScoreMeasure<AmountScores>[] = [
  { key: 'rootMeanSquaredError', label: 'RMSE', better: 'lower', form: 'number' },
  { key: 'meanAbsoluteError', label: 'MAE', better: 'lower', form: 'number' },
  { key: 'correlation', label: 'Correlation', better: 'higher', form: 'number' },
  { key: 'totalBias', label: 'Total bias', better: 'nearer-zero', form: 'percent' },
];

export const purchaseMeasures: readonly ScoreMeasure<PurchaseScores>[] = [
  ...amountMeasures,
  { key: 'brier', label: 'Brier', better: 'lower', form: 'number' },
  { key: 'expectedCalibrationError', label: 'Calibration error', better: 'lower', form: 'number' },
  { key: 'areaUnderCurve', label: 'AUC', better: 'higher', form: 'number' },
  { key: 'concordance', label: 'C-index', better: 'higher', form: 'number' },
];

/** How the model stands on one measure. */
export interface Verdict {
  readonly measure: string;
  /** `best`: better than every baseline; `shared`: none is better, one is as good; `behind`: one is better; `none`: no score. */
  readonly standing: 'best' | 'shared' | 'behind' | 'none';
  readonly model: number | null;
  /** The best of the baselines; undefined when none has a score. */
  readonly rival: { readonly predictor: PredictorName; readonly value: number } | undefined;
}

type Scores<S> = Readonly<Partial<Record<PredictorName, S>>>;

/** How the model stands against the best baseline, measure by measure. */
export function verdicts<S extends object>(
  scores: Scores<S>,
  measures: readonly ScoreMeasure<S>[],
): Verdict[] {
  return measures.map((measure) => {
    const { label, key } = measure;
    const rivals = valuesOf(scores, measure).filter(({ predictor }) => predictor !== 'model');
    const rival = rivals.sort((a, b) => loss(a.value, measure) - loss(b.value, measure))[0];
    const own = scores.model?.[key] as number | null | undefined;
    if (own === null || own === undefined) return { measure: label, standing: 'none', model: null, rival };
    if (rival === undefined) return { measure: label, standing: 'best', model: own, rival };
    const ahead = loss(rival.value, measure) - loss(own, measure);
    const standing = ahead > 0 ? 'best' : ahead === 0 ? 'shared' : 'behind';
    return { measure: label, standing, model: own, rival };
  });
}

/** Predictors with the best value of a measure: several when they tie, none when nobody has a score. */
export function bestPredictors<S extends object>(
  scores: Scores<S>,
  measure: ScoreMeasure<S>,
): PredictorName[] {
  const values = valuesOf(scores, measure);
  const least = Math.min(...values.map(({ value }) => loss(value, measure)));
  return values.filter(({ value }) => loss(value, measure) === least).map(({ predictor }) => predictor);
}

function valuesOf<S extends object>(scores: Scores<S>, { key }: ScoreMeasure<S>) {
  return (Object.entries(scores) as [PredictorName, S][]).flatMap(([predictor, of]) => {
    const value = of[key] as number | null;
    return value === null || value === undefined ? [] : [{ predictor, value }];
  });
}

/** The smaller, the better, whatever the measure. */
function loss<S>(value: number, { better }: ScoreMeasure<S>): number {
  return better === 'lower' ? value : better === 'higher' ? -value : Math.abs(value);
}
