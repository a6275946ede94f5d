import { historyStart } from './history-start.ts';
import type { PurchaseTimeline, TimelineView } from './purchase-timeline.ts';
import { purchaseDaysWithin, timelineBefore } from './purchase-timeline.ts';

/** A stretch of past time treated as if it were the future: what was known before it, and what came in it. */
export interface InnerPeriod {
  /** First day; what is before it is known. */
  readonly cutDay: number;
  /** Length, days. */
  readonly horizonDays: number;
}

/** One customer at the start of one inner period. */
export interface InnerCase {
  readonly view: TimelineView;
  readonly horizonDays: number;
  /** Purchase days within the period. */
  readonly purchases: number;
  /** Weight of the case: periods overlap, so each customer weighs 1 in all. */
  readonly weight: number;
}

/** Shares of the history that inner periods take, each up to the instant of the fit. */
const shares = [0.5, 1 / 3, 0.2] as const;
/** History further back than this, days, says little of today: periods are shares of this at most. */
const historyDaysMax = 365;
/** History below which nothing is learned from inner periods, days. */
const historyDaysMin = 21;

/** Periods that end at `asOfDay`; none where the history is too short to learn from. */
export function innerPeriods(timelines: readonly PurchaseTimeline[], asOfDay: number): InnerPeriod[] {
  const history = historyDays(timelines, asOfDay);
  if (history < historyDaysMin) return [];
  return shares.map((share) => {
    const horizonDays = Math.floor(Math.min(history, historyDaysMax) * share);
    return { cutDay: asOfDay - horizonDays, horizonDays };
  });
}

/** The period on which candidates are compared: a quarter of the history, between a week and 90 days. */
export function validationPeriod(
  timelines: readonly PurchaseTimeline[],
  asOfDay: number,
): InnerPeriod | undefined {
  const history = historyDays(timelines, asOfDay);
  const horizonDays = Math.floor(Math.min(90, history / 4));
  // What is before it has to be enough to learn from by itself.
  if (history - horizonDays < historyDaysMin) return undefined;
  return { cutDay: asOfDay - horizonDays, horizonDays };
}

function historyDays(timelines: readonly PurchaseTimeline[], asOfDay: number): number {
  const firstDays = timelines.map(({ firstDay }) => firstDay);
  return asOfDay - Math.ceil(historyStart(firstDays, asOfDay));
}

/** Every customer who had bought before the period. */
export function innerCases(
  timelines: readonly PurchaseTimeline[],
  { cutDay, horizonDays }: InnerPeriod,
  weight: number,
): InnerCase[] {
  const cases: InnerCase[] = [];
  for (const timeline of timelines) {
    const view = timelineBefore(timeline, cutDay);
    if (view === undefined) continue;
    const purchases = purchaseDaysWithin(timeline, cutDay, cutDay + horizonDays);
    cases.push({ view, horizonDays, purchases, weight });
  }
  return cases;
}
