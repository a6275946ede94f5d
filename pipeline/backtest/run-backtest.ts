import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { amountScores, noAmountScores } from '../../operators/backtest/amount-scores.ts';
import type {
  AmountScores,
  BacktestReport,
  PredictorName,
  PurchaseScores,
} from '../../operators/backtest/backtest-report.ts';
import { type BaselineName, baselineNames, createBaselines } from '../../operators/backtest/baselines.ts';
import { nextOrderScores } from '../../operators/backtest/next-order-scores.ts';
import { noProbabilityScores, probabilityScores } from '../../operators/backtest/probability-scores.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import { microsPerUnit } from '../../operators/event/money.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import { ConsumptionSample } from '../../operators/predict/consumption-sample.ts';
import {
  type FitConsumptionModelResult,
  fitConsumptionModel,
} from '../../operators/predict/fit-consumption-model.ts';
import { rankCategories, rankProducts } from '../../operators/predict/product-ranking.ts';
import type { PurchasingModel } from '../../operators/predict/purchasing-model.ts';
import type { CustomerState } from '../../operators/state/customer-state.ts';
import { plotPoints } from './plot-points.ts';
import { type CustomerCase, caseOf } from './predict-customers.ts';
import { type Replay, type ReplayOptions, replayToCut } from './replay-to-cut.ts';
import { type RankingCase, rankedTop, scoreRankings } from './score-rankings.ts';
import { leaveIfStopped } from './survey-file.ts';

/** Customers between two looks at whether to stop. */
const customersPerSlice = 500;

export interface BacktestOptions extends ReplayOptions {
  /** Told what begins after the replay, which takes a while for many customers. */
  readonly onStep?: ((step: 'fit' | 'predict', customers: number) => void) | undefined;
}

export interface BacktestResult {
  readonly report: BacktestReport;
  readonly replay: Replay;
}

/**
 * Replays a file to the cut, fits the model the pipeline would have fitted there, lets it predict the horizon, and scores it
 * against what followed, beside the baselines. The model knows nothing of what came at or after the cut. Without enough
 * repeats to fit one, `model.notFitted` says why, and the baselines are scored alone.
 *
 * @throws ConfigurationError, TidemarkError as `replayToCut`; ConfigurationError when nobody purchased before the cut
 */
export async function backtest(options: BacktestOptions): Promise<BacktestResult> {
  const { nowMs, signal, decode } = options;
  const startMs = nowMs();
  const replay = await replayToCut(options);
  const replayedMs = nowMs();
  const { cutMs, horizonDays, untilMs } = replay;
  // By id, so that sums come out to the last bit the same however the lines of the file are ordered.
  const customers = [...replay.states]
    .filter(([, { lifetime }]) => lifetime.lastPurchaseAtMs !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (customers.length === 0) {
    throw new ConfigurationError(['nobody purchased anything before the cut; all orders there are returns']);
  }
  options.onStep?.('fit', customers.length);
  const fit = await fitAtCut(customers, cutMs, signal);
  const model = fit.ok ? fit.model : undefined;
  const fittedMs = nowMs();
  options.onStep?.('predict', customers.length);
  const states = customers.map(([, state]) => state);
  const baselines = createBaselines(states, cutMs, horizonDays);
  const cases: CustomerCase[] = [];
  for (const [customerId, state] of customers) {
    if (cases.length % customersPerSlice === 0) await breathe(signal);
    cases.push(caseOf(customerId, state, replay, baselines, model));
  }
  const rankings = await rankingScores(cases, replay, model, signal);
  const scores = {
    purchases: purchaseScores(cases),
    spend: hasPrices(cases) ? spendScores(cases) : null,
    nextOrder: nextOrderScores(
      cases.map(({ nextOrder }) => nextOrder),
      untilMs,
    ),
    ...rankings,
    plots: plotPoints(cases, model, cutMs, horizonDays),
  };
  const report: BacktestReport = {
    schema: 1,
    input: basename(options.path),
    cut: new Date(cutMs).toISOString(),
    horizonDays,
    currency: decode.currencies.reportingCurrency,
    read: readFigures(replay),
    customers: cases.length,
    buyers: cases.filter(({ waitDays }) => Number.isFinite(waitDays)).length,
    model: describeFit(fit),
    ...scores,
    tookMs: { replay: replayedMs - startMs, fit: fittedMs - replayedMs, predict: nowMs() - fittedMs },
  };
  return { report, replay };
}

type Customers = readonly (readonly [customerId: string, state: CustomerState])[];

/** The very fit of the pipeline's job. */
async function fitAtCut(
  customers: Customers,
  cutMs: number,
  signal: AbortSignal | undefined,
): Promise<FitConsumptionModelResult> {
  const sample = new ConsumptionSample();
  for (const [index, [, state]] of customers.entries()) {
    if (index % customersPerSlice === 0) await breathe(signal);
    sample.add(state, cutMs);
  }
  const version = `backtest-${new Date(cutMs).toISOString().slice(0, 10)}`;
  return fitConsumptionModel({ sample, fittedAtMs: cutMs, version });
}

function readFigures({ survey, ordersBefore, ordersWithin, duplicates }: Replay): BacktestReport['read'] {
  const { lines, anonymousLines, malformedLines } = survey.totals;
  const { orders, quarantined } = survey;
  return {
    lines,
    anonymousLines,
    malformedLines,
    orders,
    ordersBefore,
    ordersWithin,
    duplicates,
    quarantined,
  };
}

function describeFit(fit: FitConsumptionModelResult): BacktestReport['model'] {
  if (!fit.ok) {
    return { version: 'none', notFitted: fit.reason, fittedTo: 0, purchases: 'none', notes: [] };
  }
  const { model, notes } = fit;
  return {
    version: model.version,
    notFitted: null,
    fittedTo: model.sampleSize,
    purchases: describePurchasing(model.purchasing),
    notes,
  };
}

function describePurchasing(purchasing: PurchasingModel | undefined): string {
  if (purchasing === undefined || purchasing.kind === 'bg-nbd') return 'BG/NBD';
  const halfLifeDays = purchasing.fading?.halfLifeDays ?? null;
  const fading =
    halfLifeDays === null
      ? 'a gamma-Poisson rate with covariates'
      : `a gamma-Poisson rate with covariates whose evidence counts half after ${Math.round(halfLifeDays)} days`;
  return purchasing.kind === 'blend' ? `one quarter BG/NBD, three quarters ${fading}` : fading;
}

function purchaseScores(cases: readonly CustomerCase[]): BacktestReport['purchases'] {
  const actual = cases.map(({ outcome }) => outcome.days.length);
  const waits = cases.map(({ waitDays }) => waitDays);
  const score = (counts: readonly number[], probabilities: readonly number[]): PurchaseScores => ({
    ...amountScores(counts, actual),
    ...probabilityScores(probabilities, waits),
  });
  const modelled = cases.flatMap(({ model }) => model ?? []);
  const model =
    modelled.length === cases.length
      ? score(
          modelled.map(({ purchases }) => purchases),
          modelled.map(({ probability }) => probability),
        )
      : { ...noAmountScores, ...noProbabilityScores };
  const baseline = (name: BaselineName) =>
    score(
      cases.map(({ baselines }) => baselines[name].purchases),
      cases.map(({ baselines }) => baselines[name].probability),
    );
  return perPredictor(model, baseline);
}

function spendScores(cases: readonly CustomerCase[]): BacktestReport['spend'] {
  const actual = cases.map(({ outcome }) => outcome.spendMicros / microsPerUnit);
  const modelled = cases.flatMap(({ model }) => model?.spend ?? []);
  const model = modelled.length === cases.length ? amountScores(modelled, actual) : noAmountScores;
  const baseline = (name: BaselineName) =>
    amountScores(
      cases.map(({ baselines }) => baselines[name].spend),
      actual,
    );
  return perPredictor<AmountScores>(model, baseline);
}

function perPredictor<Scores>(
  model: Scores,
  baseline: (name: BaselineName) => Scores,
): Record<PredictorName, Scores> {
  const entries = baselineNames.map((name) => [name, baseline(name)] as const);
  return { model, ...Object.fromEntries(entries) } as Record<PredictorName, Scores>;
}

function hasPrices(cases: readonly CustomerCase[]): boolean {
  return cases.some(({ state }) => state.lifetime.spendMicros !== 0);
}

async function rankingScores(
  cases: readonly CustomerCase[],
  replay: Replay,
  model: ConsumptionModel | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<BacktestReport, 'products' | 'categories'>> {
  const { cutMs, horizonDays } = replay;
  const options = { horizonDays, top: rankedTop };
  const products: RankingCase[] = [];
  const categories: RankingCase[] = [];
  const hasProducts = replay.products.items > 1;
  const hasCategories = replay.categories.items > 1;
  let ranked = 0;
  for (const { customerId, state, outcome } of cases) {
    if (outcome.days.length === 0 || !replay.isRanked(customerId)) continue;
    if (ranked % customersPerSlice === 0) await breathe(signal);
    ranked += 1;
    if (hasProducts) {
      products.push({
        customerId,
        ranked: model && rankProducts(state, model, cutMs, options),
        truth: new Set(outcome.days.flatMap((day) => day.products)),
      });
    }
    if (hasCategories) {
      categories.push({
        customerId,
        ranked: model && rankCategories(state, model, cutMs, options),
        truth: new Set(outcome.days.flatMap((day) => day.categories)),
      });
    }
  }
  return {
    products: hasProducts ? scoreRankings(products, replay.products) : null,
    categories: hasCategories ? scoreRankings(categories, replay.categories) : null,
  };
}

/** Lets signals and progress through in the midst of long computations. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  leaveIfStopped(signal);
}
