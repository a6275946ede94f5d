import { historyStart } from '../predict/history-start.ts';
import { type CustomerState, msPerDay } from '../state/customer-state.ts';
import { behaviourWithin, pastBehaviour } from './past-behaviour.ts';

/** One customer at the inner cut, and what came until the cut. */
export interface InnerCase {
  readonly recencyDays: number;
  readonly purchases: number;
  readonly spend: number;
}

/** A stretch of the history, up to the cut, that baselines learn from as the future is learned from it. */
export interface InnerPeriod {
  /** Horizon / length of the inner period, 1 or more: outcomes are to be stretched by it. */
  readonly stretch: number;
  readonly cases: readonly InnerCase[];
}

/**
 * Cuts the history once more, one horizon before the cut, or in its middle where it is shorter than two horizons. All comes from
 * the states: nothing at or after the cut is in it.
 *
 * @param cutMs instant the states are of
 */
export function innerPeriod(
  states: Iterable<CustomerState>,
  cutMs: number,
  horizonDays: number,
): InnerPeriod {
  const list = [...states];
  const firstMs = historyStart(
    list.flatMap(({ lifetime }) => lifetime.firstPurchaseAtMs ?? []),
    cutMs,
  );
  // Spend is kept order by order for a year.
  const lengthDays = Math.min(horizonDays, (cutMs - firstMs) / msPerDay / 2, 365);
  const innerMs = cutMs - lengthDays * msPerDay;
  const cases: InnerCase[] = [];
  for (const state of list) {
    const past = pastBehaviour(state, innerMs, horizonDays);
    if (past === undefined) continue;
    cases.push({ recencyDays: past.recencyDays, ...behaviourWithin(state, innerMs, cutMs) });
  }
  return { stretch: lengthDays > 0 ? horizonDays / lengthDays : 1, cases };
}
