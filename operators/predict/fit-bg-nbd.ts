import { counted } from '../counted.ts';
import { type BgNbd, bgNbdLogLikelihood, type RepeatHistory, repeatTerms } from './bg-nbd.ts';
import type { FitMethod } from './consumption-model.ts';
import { type LogLikelihood, type MaximiseOptions, maximiseLikelihood } from './maximise-likelihood.ts';
import { withWeakPrior } from './weak-prior.ts';

/** Customers that share one history. */
export interface RepeatHistoryCount extends RepeatHistory {
  /** Customers, >= 1. */
  readonly count: number;
}

export interface FitBgNbdOptions extends MaximiseOptions {
  /** Customers needed. Default 30. */
  readonly customersMin?: number;
  /** Customers with a repeat transaction needed. Default 10. */
  readonly repeatersMin?: number;
  /** Replaces the built-in starts; parameters, not logarithms. */
  readonly starts?: readonly BgNbd[];
}

export interface BgNbdFit extends BgNbd {
  /** Without the penalty. */
  readonly logLikelihood: number;
  readonly method: FitMethod;
  readonly customers: number;
  readonly iterations: number;
  readonly startsConverged: number;
  /** Of ln r, ln alpha, ln a, ln b. */
  readonly standardErrors: readonly number[];
}

export type FitBgNbdResult =
  | { readonly ok: true; readonly fit: BgNbdFit }
  | { readonly ok: false; readonly reason: string };

/** Standard deviation of the weak prior of each log-parameter: two thirds of its mass within a factor of 7. */
const priorDeviation = 2;

/**
 * Fits BG/NBD to many customers by maximum likelihood; the unit of time is that of the histories.
 *
 * Without an interior maximum (nobody drops out, or all buy at one rate), it is fitted again under a weak log-normal prior around
 * the observed rate and says `penalised`. Cost is linear in distinct histories: merge equal ones with `binHistories`.
 */
export function fitBgNbd(rows: readonly RepeatHistoryCount[], options: FitBgNbdOptions = {}): FitBgNbdResult {
  const { customersMin = 30, repeatersMin = 10 } = options;
  const invalid = rows.find((row) => !isHistory(row));
  if (invalid) return { ok: false, reason: `impossible history: ${JSON.stringify(invalid)}` };
  const customers = total(rows, () => 1);
  const repeaters = total(rows, (row) => (row.x > 0 ? 1 : 0));
  if (customers < customersMin)
    return { ok: false, reason: `${counted(customers, 'customer')}, ${customersMin} are needed` };
  if (repeaters < repeatersMin) {
    return {
      ok: false,
      reason: `${counted(repeaters, 'customer')} bought again, ${repeatersMin} are needed`,
    };
  }
  const typicalTime = total(rows, (row) => row.T) / customers;
  const typicalRate = total(rows, (row) => row.x) / total(rows, (row) => row.T);
  const starts = (options.starts ?? defaultStarts(typicalTime, typicalRate)).map(asList);
  const likelihood = sampleLogLikelihood(rows);
  const climbing = { names: ['r', 'alpha', 'a', 'b'], ...options };
  const free = maximiseLikelihood(likelihood, starts, climbing);
  const centre = [1, 1 / typicalRate, 0.7, 3];
  const result = free.ok
    ? free
    : maximiseLikelihood(withWeakPrior(likelihood, centre, priorDeviation), starts, climbing);
  if (!result.ok) return { ok: false, reason: result.reason };
  const { parameters, iterations, standardErrors } = result.maximum;
  const [r = 0, alpha = 0, a = 0, b = 0] = parameters;
  return {
    ok: true,
    fit: {
      r,
      alpha,
      a,
      b,
      logLikelihood: likelihood(parameters.map(Math.log), [0, 0, 0, 0]),
      method: free.ok ? 'maximum-likelihood' : 'penalised',
      customers,
      iterations,
      startsConverged: result.startsConverged,
      standardErrors,
    },
  };
}

/** Merges equal histories, in order of first appearance. */
export function binHistories(histories: Iterable<RepeatHistory>): RepeatHistoryCount[] {
  const bins = new Map<string, { x: number; tx: number; T: number; count: number }>();
  for (const { x, tx, T } of histories) {
    const key = `${x} ${tx} ${T}`;
    const bin = bins.get(key);
    if (bin) bin.count += 1;
    else bins.set(key, { x, tx, T, count: 1 });
  }
  return [...bins.values()];
}

function sampleLogLikelihood(rows: readonly RepeatHistoryCount[]): LogLikelihood {
  const byRepeats = [...rows].sort((one, other) => one.x - other.x);
  return (logParameters, gradient) => {
    const parameters = logParameters.map(Math.exp);
    const [r = 0, alpha = 0, a = 0, b = 0] = parameters;
    const model = { r, alpha, a, b };
    gradient.fill(0);
    let sum = 0;
    let x = 0;
    let terms = repeatTerms(model, x);
    for (const row of byRepeats) {
      if (row.x !== x) {
        x = row.x;
        terms = repeatTerms(model, x);
      }
      sum += row.count * bgNbdLogLikelihood(model, row, gradient, row.count, terms);
    }
    for (let index = 0; index < parameters.length; index += 1) {
      gradient[index] = (gradient[index] as number) * (parameters[index] as number);
    }
    return sum;
  };
}

/** From nearly one rate for all to very mixed rates, and from rare to quick dropping out. */
function defaultStarts(typicalTime: number, typicalRate: number): BgNbd[] {
  return [
    { r: 1, alpha: 1 / typicalRate, a: 1, b: 3 },
    { r: 0.2, alpha: typicalTime / 8, a: 0.8, b: 2 },
    { r: 4, alpha: 4 / typicalRate, a: 0.3, b: 6 },
    { r: 0.5, alpha: 0.5 / typicalRate, a: 0.1, b: 0.4 },
  ];
}

function asList({ r, alpha, a, b }: BgNbd): number[] {
  return [r, alpha, a, b];
}

function isHistory({ x, tx, T, count }: RepeatHistoryCount): boolean {
  return (
    Number.isInteger(x) &&
    x >= 0 &&
    tx >= 0 &&
    T >= tx &&
    Number.isFinite(T) &&
    (x > 0 || tx === 0) &&
    count > 0
  );
}

function total(rows: readonly RepeatHistoryCount[], of: (row: RepeatHistoryCount) => number): number {
  return rows.reduce((sum, row) => sum + row.count * of(row), 0);
}
