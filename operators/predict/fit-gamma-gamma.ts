import { counted } from '../counted.ts';
import type { FitMethod } from './consumption-model.ts';
import {
  type GammaGamma,
  gammaGammaLogLikelihood,
  type SpendHistory,
  transactionTerms,
} from './gamma-gamma.ts';
import { type LogLikelihood, type MaximiseOptions, maximiseLikelihood } from './maximise-likelihood.ts';
import { withWeakPrior } from './weak-prior.ts';

/** Customers that share one spend history. */
export interface SpendHistoryCount extends SpendHistory {
  readonly count: number;
}

export interface FitGammaGammaOptions extends MaximiseOptions {
  /** Customers with repeat spend above 0 needed. Default 30. */
  readonly customersMin?: number;
  /** Replaces the built-in starts; parameters, not logarithms. */
  readonly starts?: readonly GammaGamma[];
}

interface GammaGammaFit extends GammaGamma {
  /** Without the penalty. */
  readonly logLikelihood: number;
  readonly method: FitMethod;
  /** Customers it was fitted to. */
  readonly customers: number;
  /** Customers left out because their mean spend is not above 0 or they have no repeat transaction. */
  readonly customersLeftOut: number;
  readonly iterations: number;
  readonly startsConverged: number;
  /** Of ln p, ln q, ln v. */
  readonly standardErrors: readonly number[];
}

export type FitGammaGammaResult =
  | { readonly ok: true; readonly fit: GammaGammaFit }
  | { readonly ok: false; readonly reason: string };

/** Standard deviation of the weak prior of each log-parameter. */
const priorDeviation = 2;

/**
 * Fits Gamma-Gamma by maximum likelihood to the customers with repeat transactions of mean value above 0.
 * Without an interior maximum (customers who all spend alike on average, for example) it is fitted again under a weak log-normal prior and says
 * `penalised`. A fit with q <= 1 is refused: the mean order value over the population would be infinite.
 */
export function fitGammaGamma(
  rows: readonly SpendHistoryCount[],
  options: FitGammaGammaOptions = {},
): FitGammaGammaResult {
  const { customersMin = 30 } = options;
  const usable = rows.filter(({ x, meanSpend }) => x > 0 && meanSpend > 0 && Number.isFinite(meanSpend));
  const customers = usable.reduce((sum, row) => sum + row.count, 0);
  if (customers < customersMin) {
    return {
      ok: false,
      reason: `${counted(customers, 'customer')} with repeat spend, ${customersMin} are needed`,
    };
  }
  const typicalSpend = usable.reduce((sum, row) => sum + row.count * row.meanSpend, 0) / customers;
  const starts = (options.starts ?? defaultStarts(typicalSpend)).map(({ p, q, v }) => [p, q, v]);
  const climbing = { names: ['p', 'q', 'v'], ...options };
  const likelihood = sampleLogLikelihood(usable);
  const free = maximiseLikelihood(likelihood, starts, climbing);
  const centre = [4, 4, (typicalSpend * 3) / 4];
  const result = free.ok
    ? free
    : maximiseLikelihood(withWeakPrior(likelihood, centre, priorDeviation), starts, climbing);
  if (!result.ok) return { ok: false, reason: result.reason };
  const { parameters, iterations, standardErrors } = result.maximum;
  const [p = 0, q = 0, v = 0] = parameters;
  if (!(q > 1)) return { ok: false, reason: `spend has no finite mean (q = ${q.toFixed(3)})` };
  return {
    ok: true,
    fit: {
      p,
      q,
      v,
      logLikelihood: likelihood(parameters.map(Math.log), [0, 0, 0]),
      method: free.ok ? 'maximum-likelihood' : 'penalised',
      customers,
      customersLeftOut: rows.reduce((sum, row) => sum + row.count, 0) - customers,
      iterations,
      startsConverged: result.startsConverged,
      standardErrors,
    },
  };
}

function sampleLogLikelihood(rows: readonly SpendHistoryCount[]): LogLikelihood {
  const byTransactions = [...rows].sort((one, other) => one.x - other.x);
  return (logParameters, gradient) => {
    const parameters = logParameters.map(Math.exp);
    const [p = 0, q = 0, v = 0] = parameters;
    const model = { p, q, v };
    gradient.fill(0);
    let sum = 0;
    let x = 1;
    let terms = transactionTerms(model, x);
    for (const row of byTransactions) {
      if (row.x !== x) {
        x = row.x;
        terms = transactionTerms(model, x);
      }
      sum += row.count * gammaGammaLogLikelihood(model, row, gradient, row.count, terms);
    }
    for (let index = 0; index < parameters.length; index += 1) {
      gradient[index] = (gradient[index] as number) * (parameters[index] as number);
    }
    return sum;
  };
}

/** From like-minded to very different customers; population mean p v / (q - 1) near the typical spend. */
function defaultStarts(typicalSpend: number): GammaGamma[] {
  return [
    { p: 4, q: 4, v: (typicalSpend * 3) / 4 },
    { p: 1, q: 2, v: typicalSpend },
    { p: 10, q: 10, v: (typicalSpend * 9) / 10 },
  ];
}
