import type { z } from '@hono/zod-openapi';
import type { PredictorName, RankingScores } from '../../operators/backtest/backtest-report.ts';
import {
  amountMeasures,
  purchaseMeasures,
  type Verdict,
  verdicts,
} from '../../operators/backtest/backtest-verdicts.ts';
import type { StoredBacktest } from '../../sinks/stores.ts';
import type { Backtest } from '../schemas/backtests.ts';
import { instant } from './amounts.ts';

type Body = z.infer<typeof Backtest>;

/** A stored backtest: scores by predictor, and how the model stands against the best baseline. */
export function presentBacktest({ id, storedAtMs, report }: StoredBacktest): Body {
  const { input, cut, horizonDays, currency, customers, buyers, spend, nextOrder, plots } = report;
  const { version, purchases, fittedTo, notFitted, notes } = report.model;
  return {
    id,
    storedAt: instant(storedAtMs),
    input,
    cut,
    horizonDays,
    currency,
    customers,
    buyers,
    model: { version, purchases, fittedTo, notFitted: notFitted ?? null, notes: [...notes] },
    verdicts: {
      purchases: verdicts(report.purchases, purchaseMeasures).map(presentVerdict),
      spend: spend === null ? null : verdicts(spend, amountMeasures).map(presentVerdict),
    },
    purchases: byPredictor(report.purchases),
    spend: spend === null ? null : byPredictor(spend),
    nextOrder: {
      customers: nextOrder.customers,
      dated: nextOrder.dated,
      abstainedShare: nextOrder.abstainedShare,
      medianAbsoluteErrorDays: nextOrder.medianAbsoluteErrorDays,
      baselineMedianAbsoluteErrorDays: nextOrder.baselineMedianAbsoluteErrorDays,
      intervalCoverage: nextOrder.intervalCoverage,
      intervalCoverageOfBuyers: nextOrder.intervalCoverageOfBuyers,
      intervalWidthDaysMedian: nextOrder.intervalWidthDaysMedian,
    },
    products: byRanker(report.products),
    categories: byRanker(report.categories),
    plots: {
      calibration: [...plots.calibration],
      tracking: [...plots.tracking],
      conditional: [...plots.conditional],
    },
  };
}

function presentVerdict({ measure, standing, model, rival }: Verdict): Body['verdicts']['purchases'][number] {
  return { measure, standing, model, rival: rival ?? null };
}

/** The model first. */
function byPredictor<S extends object>(scores: Readonly<Partial<Record<PredictorName, S>>>) {
  const entries = Object.entries(scores) as [PredictorName, S][];
  return entries
    .map(([predictor, values]) => ({ predictor, ...values }))
    .sort((a, b) => Number(b.predictor === 'model') - Number(a.predictor === 'model'));
}

function byRanker(rankings: Readonly<Record<string, RankingScores>> | null): Body['products'] {
  if (rankings === null) return null;
  return Object.entries(rankings)
    .map(([ranker, { customers, all, repeat, new: fresh }]) => {
      return { ranker, customers, all: [...all], repeat: [...repeat], new: [...fresh] };
    })
    .sort((a, b) => Number(b.ranker === 'model') - Number(a.ranker === 'model'));
}
