import type { InnerCase } from './inner-periods.ts';
import { purchaseDaysWithin, repeatsOf } from './purchase-timeline.ts';

/** What a rule expects of one customer in an inner period. */
export interface Expectation {
  readonly purchases: number;
  /** Of at least one purchase, or anything that grows with it: only the order counts. */
  readonly rank: number;
}

/** The rules that a model of purchases has to beat before it is used, each without anything fitted but one mean. */
export function simpleRules(
  populationRate: number,
): Readonly<Record<string, (inner: InnerCase) => Expectation>> {
  return {
    zero: () => ({ purchases: 0, rank: 0 }),
    'personal rate': ({ view, horizonDays }) => {
      const { x, T } = repeatsOf(view);
      return T > 0 ? same((x / T) * horizonDays) : same(0);
    },
    'past count': ({ view, horizonDays }) => {
      const { timeline, asOfDay } = view;
      const from = Math.max(timeline.firstDay + 1, asOfDay - horizonDays);
      return same(purchaseDaysWithin(timeline, from, asOfDay));
    },
    recency: ({ view, horizonDays }) => {
      const { tx, T } = repeatsOf(view);
      return { purchases: populationRate * horizonDays, rank: tx - T };
    },
    'population rate': ({ horizonDays }) => ({ purchases: populationRate * horizonDays, rank: 0 }),
  };
}

function same(purchases: number): Expectation {
  return { purchases, rank: purchases };
}
