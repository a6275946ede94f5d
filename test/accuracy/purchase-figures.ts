import { join } from 'node:path';
import type { BacktestReport, PredictorName } from '../../operators/backtest/backtest-report.ts';
import { type ScoreMeasure, verdicts } from '../../operators/backtest/backtest-verdicts.ts';
import { baselineNames } from '../../operators/backtest/baselines.ts';
import { above, atMost, below, between, type Figure, figureOf, fourDigits, percent } from './figure.ts';
import { runOn } from './run-on.ts';

/** The published sample: 39 weeks to learn from, 39 weeks to predict. */
export async function cdnowFigures(dataFolder: string): Promise<Figure[]> {
  const report = await runOn(join(dataFolder, 'cdnow-sample.csv.gz'), '1997-10-01', 273);
  const { purchases } = report;
  const { model } = purchases;
  return [
    figureOf('RMSE', model.rootMeanSquaredError, below(1.55)),
    figureOf('correlation', model.correlation, above(0.64), beside(purchases, 'correlation')),
    figureOf('total bias', model.totalBias, between(-0.05, 0.05, 'within 5 %'), {
      write: percent,
      ...beside(purchases, 'totalBias', percent),
    }),
    figureOf(
      'calibration error',
      model.expectedCalibrationError,
      atMost(0.03),
      beside(purchases, 'expectedCalibrationError'),
    ),
    figureOf('AUC', model.areaUnderCurve, above(0.785)),
    figureOf('C-index', model.concordance, above(0.75), beside(purchases, 'concordance')),
    ...againstBaselines(purchases),
  ];
}

/** A wholesaler's year: the last three full months predicted from the nine before. */
export async function onlineRetailFigures(dataFolder: string): Promise<Figure[]> {
  const report = await runOn(join(dataFolder, 'online-retail.csv.gz'), '2011-09-01', 90);
  const { purchases, spend, nextOrder } = report;
  return [
    ...againstBaselines(purchases),
    ...spendFigures(spend),
    figureOf('80 % interval holds', nextOrder.intervalCoverage, between(0.75, 0.85, '75 to 85 %'), {
      write: percent,
      beside: `of buyers ${nextOrder.intervalCoverageOfBuyers === null ? 'none' : percent(nextOrder.intervalCoverageOfBuyers)}`,
    }),
  ];
}

/** Lines that fail where spend was not predicted: the file has prices. */
export function spendFigures(spend: BacktestReport['spend']): Figure[] {
  return [
    ahead('spend RMSE', spend ?? {}, 'rootMeanSquaredError', 'lower'),
    ahead('spend MAE', spend ?? {}, 'meanAbsoluteError', 'lower'),
  ];
}

type Scores = Readonly<Partial<Record<PredictorName, object>>>;

function againstBaselines(purchases: BacktestReport['purchases']): Figure[] {
  return [
    ahead('RMSE', purchases, 'rootMeanSquaredError', 'lower'),
    ahead('Brier', purchases, 'brier', 'lower'),
    ahead('AUC', purchases, 'areaUnderCurve', 'higher'),
  ];
}

/** Better than every baseline, none of them as good; without a baseline the line fails. */
function ahead(name: string, scores: Scores, key: string, better: 'lower' | 'higher'): Figure {
  const measure = { key, label: name, better, form: 'number' } as ScoreMeasure<object>;
  const [verdict] = verdicts(scores, [measure]);
  const rival = verdict?.rival?.value;
  const bound =
    rival === undefined ? 'no baseline' : `${better === 'lower' ? '<' : '>'} ${fourDigits(rival)}`;
  return {
    name: `${name}, against the best baseline`,
    bound,
    figure: verdict?.model == null ? 'none' : fourDigits(verdict.model),
    ok: verdict?.standing === 'best' && rival !== undefined,
    ...beside(scores, key),
  };
}

function beside(scores: Scores, key: string, write = fourDigits): { readonly beside: string } {
  const parts = baselineNames.flatMap((name) => {
    const value = (scores[name] as Record<string, number | null> | undefined)?.[key];
    return value == null ? [] : [`${name} ${write(value)}`];
  });
  return { beside: parts.join(', ') };
}
