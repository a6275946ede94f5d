import type { BgNbd } from './bg-nbd.ts';
import type { RegularityPrior } from './consumption-model.ts';
import { gapStatistics, regularityShape } from './gap-regularity.ts';
import { type InnerCase, innerCases, validationPeriod } from './inner-periods.ts';
import { intervalLevelDefault, purchaseDaysMin } from './next-order.ts';
import { type PurchaseTimeline, repeatsOf, type TimelineView } from './purchase-timeline.ts';
import { type RenewalGap, renewalGap, residualProbability } from './renewal-gap.ts';

/** Customers with a date below which nothing is learned. */
const casesMin = 50;
/** Of the way from the nominal level to the one found this much is gone: part of it is that period's season. */
const correctionShare = 0.5;
/** Newest gaps looked at. */
const gapsMax = 64;

/**
 * The nominal level at which intervals of the next order really hold 80 %, as the latest inner period shows: the law of the gaps is
 * somewhat too wide or too narrow in each population. For each customer the least level whose interval would have held what came
 * (or, where nothing came, would have reached beyond the period) is found; the level is their 80 % quantile, half the way.
 *
 * @returns 0.5..0.95; the default with too few customers to tell
 */
export function fitIntervalLevel(
  timelines: readonly PurchaseTimeline[],
  asOfDay: number,
  bgNbd: BgNbd,
  regularity: RegularityPrior,
): number {
  const period = validationPeriod(timelines, asOfDay);
  if (period === undefined) return intervalLevelDefault;
  const dated = innerCases(timelines, period, 1).filter(
    ({ view }) => repeatsOf(view).x + 1 >= purchaseDaysMin,
  );
  if (dated.length < casesMin) return intervalLevelDefault;
  const levels = dated.map((inner) => leastLevel(inner, gapOf(inner.view, bgNbd, regularity)));
  levels.sort((a, b) => a - b);
  const found = levels[Math.ceil(intervalLevelDefault * levels.length) - 1] as number;
  const level = intervalLevelDefault + correctionShare * (found - intervalLevelDefault);
  return Math.max(0.5, Math.min(0.95, level));
}

function gapOf(view: TimelineView, { r, alpha }: BgNbd, prior: RegularityPrior): RenewalGap {
  const { timeline, known } = view;
  const gaps: number[] = [];
  for (let index = Math.max(1, known - gapsMax); index < known; index += 1) {
    gaps.push((timeline.days[index] as number) - (timeline.days[index - 1] as number));
  }
  const { x, tx } = repeatsOf(view);
  return renewalGap({ shape: r, rateDays: alpha }, regularityShape(gapStatistics(gaps), prior), x, tx);
}

/** Held to the UTC day: a purchase on the day of a bound is inside. */
function leastLevel({ view, horizonDays, purchases }: InnerCase, gap: RenewalGap): number {
  const { timeline, known, asOfDay } = view;
  const elapsedDays = Math.max(1, asOfDay - (timeline.days[known - 1] as number));
  const within = (days: number) => residualProbability(gap, elapsedDays, Math.max(0, days));
  if (purchases === 0) return Math.max(0, 2 * within(horizonDays) - 1);
  const cameDays = (timeline.days[known] as number) - asOfDay;
  return Math.max(0, 2 * within(cameDays) - 1, 1 - 2 * within(cameDays + 1));
}
