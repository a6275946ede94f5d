import type { BaselineName, Baselines } from '../../operators/backtest/baselines.ts';
import { type CustomerOutcome, noOutcome } from '../../operators/backtest/customer-outcome.ts';
import type { NextOrderCase } from '../../operators/backtest/next-order-scores.ts';
import type { Expectation } from '../../operators/backtest/recency-table.ts';
import { microsPerUnit } from '../../operators/event/money.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import { predictNextOrder } from '../../operators/predict/next-order.ts';
import { newestPurchaseDays } from '../../operators/predict/purchase-days.ts';
import { purchaseOutlook } from '../../operators/predict/purchase-outlook.ts';
import { type CustomerState, msPerDay } from '../../operators/state/customer-state.ts';
import type { Replay } from './replay-to-cut.ts';

/** One customer at the cut: what everyone expected, and what came. */
export interface CustomerCase {
  readonly customerId: string;
  readonly state: CustomerState;
  readonly outcome: CustomerOutcome;
  /** Undefined without a model; `spend` is null where it has no model of spend. */
  readonly model: (Omit<Expectation, 'spend'> & { readonly spend: number | null }) | undefined;
  readonly baselines: Readonly<Record<BaselineName, Expectation>>;
  readonly nextOrder: NextOrderCase;
  /** Days from the cut to the first purchase; Infinity for none within the horizon. */
  readonly waitDays: number;
  /** Purchase days after the first, before the cut. */
  readonly repeats: number;
}

export function caseOf(
  customerId: string,
  state: CustomerState,
  replay: Replay,
  baselines: Baselines,
  model: ConsumptionModel | undefined,
): CustomerCase {
  const { cutMs, horizonDays } = replay;
  const outcome = replay.outcomes.get(customerId) ?? noOutcome;
  const outlook = model && purchaseOutlook(state, model, cutMs, horizonDays);
  const year = model && purchaseOutlook(state, model, cutMs, 365);
  const next = model && predictNextOrder(state, model, cutMs, year?.purchaseProbability);
  const days = newestPurchaseDays(state, Number.POSITIVE_INFINITY);
  const cameAtMs = outcome.days[0]?.atMs;
  return {
    customerId,
    state,
    outcome,
    model: outlook && {
      purchases: outlook.expectedPurchases,
      probability: outlook.purchaseProbability,
      spend: outlook.expectedSpendMicros === undefined ? null : outlook.expectedSpendMicros / microsPerUnit,
    },
    baselines: baselines(state),
    nextOrder: {
      named: next?.ok ? next.nextOrder : undefined,
      cameAtMs,
      baselineAtMs: meanGapDate(days, cutMs),
    },
    waitDays: cameAtMs === undefined ? Number.POSITIVE_INFINITY : (cameAtMs - cutMs) / msPerDay,
    repeats: days.length - 1 + state.oldDaysDropped,
  };
}

/** The last purchase day and the mean gap so far, no earlier than the cut. @param days newest first */
function meanGapDate(days: readonly number[], cutMs: number): number | undefined {
  const newest = days[0];
  const oldest = days.at(-1);
  if (newest === undefined || oldest === undefined || days.length < 2) return undefined;
  const dateMs = (newest + (newest - oldest) / (days.length - 1)) * msPerDay;
  return Math.max(dateMs, cutMs);
}
