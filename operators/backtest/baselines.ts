import type { CustomerState } from '../state/customer-state.ts';
import type { PredictorName } from './backtest-report.ts';
import { innerPeriod } from './inner-period.ts';
import { type PastBehaviour, pastBehaviour } from './past-behaviour.ts';
import { type Expectation, recencyTable, stretchShare } from './recency-table.ts';

export type BaselineName = Exclude<PredictorName, 'model'>;

/** In the order they are shown. */
export const baselineNames: readonly BaselineName[] = [
  'zero',
  'personal-rate',
  'past-count',
  'recency',
  'population-rate',
];

/** What one customer is expected to do by each baseline. */
export type Baselines = (state: CustomerState) => Readonly<Record<BaselineName, Expectation>>;

const nothing: Expectation = { purchases: 0, probability: 0, spend: 0 };

/**
 * The simple rules that a model has to beat, each as strong as its simplicity allows:
 *
 * - `zero`: nobody buys again.
 * - `personal-rate`: the customer's repeat purchase days (and spend) a day of age, for as long as the horizon; at least one
 *   with 1 - e^-purchases, as if purchases came by chance.
 * - `past-count`: what the customer repeated within the last horizon happens again; at least one with 1 - e^-purchases.
 * - `recency`: what customers as recent did within an inner period before the cut (see `recencyTable`).
 * - `population-rate`: what the mean customer did within the inner period, for everyone.
 *
 * @param states of all customers at the cut, each with a purchase
 */
export function createBaselines(
  states: Iterable<CustomerState>,
  cutMs: number,
  horizonDays: number,
): Baselines {
  const inner = innerPeriod(states, cutMs, horizonDays);
  const byRecency = recencyTable(inner);
  const mean = (of: (index: number) => number) =>
    inner.cases.length === 0
      ? 0
      : inner.cases.reduce((sum, _, index) => sum + of(index), 0) / inner.cases.length;
  const population: Expectation = {
    purchases: mean((index) => inner.cases[index]?.purchases ?? 0) * inner.stretch,
    probability: stretchShare(
      mean((index) => ((inner.cases[index]?.purchases ?? 0) > 0 ? 1 : 0)),
      inner.stretch,
    ),
    spend: mean((index) => inner.cases[index]?.spend ?? 0) * inner.stretch,
  };
  return (state) => {
    const past = pastBehaviour(state, cutMs, horizonDays);
    return {
      zero: nothing,
      'personal-rate': past === undefined ? nothing : personalRate(past, horizonDays),
      'past-count': past === undefined ? nothing : byChance(past.repeatsOfLate, past.spendOfLate),
      recency: past === undefined ? nothing : byRecency(past.recencyDays),
      'population-rate': population,
    };
  };
}

function personalRate({ repeats, repeatSpend, ageDays }: PastBehaviour, horizonDays: number): Expectation {
  if (ageDays <= 0) return nothing;
  return byChance((repeats / ageDays) * horizonDays, (repeatSpend / ageDays) * horizonDays);
}

function byChance(purchases: number, spend: number): Expectation {
  return { purchases, probability: -Math.expm1(-purchases), spend };
}
