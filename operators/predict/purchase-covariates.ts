import { gapStatistics, gapUnevenness } from './gap-regularity.ts';
import { type PurchaseTimeline, repeatsOf, type TimelineView } from './purchase-timeline.ts';
import type { Covariate, CovariateName } from './purchasing-model.ts';

export const covariateNames: readonly CovariateName[] = [
  'basketSpend',
  'basketUnits',
  'repeats',
  'unevenness',
  'tenure',
  'silence',
];

/** Undefined where nothing is known: the customer then counts as the mean one. */
export type CovariateValues = Readonly<Record<CovariateName, number | undefined>>;

/** Newest gaps and amounts looked at. */
const newestMax = 64;
/** Below this an amount says no more than that it is small. */
const amountMin = 0.01;
/** Standard deviations beyond which a feature has no more effect. */
const standardMax = 3;

export function covariateValues(view: TimelineView): CovariateValues {
  const { x, T, tx } = repeatsOf(view);
  const { basketSpend, basketUnits, unevenness } = habits(view);
  return {
    basketSpend,
    basketUnits,
    repeats: Math.log1p(x),
    unevenness,
    tenure: Math.log1p(T),
    silence: Math.log((T - tx + 1) / (T + 1)),
  };
}

type Habits = Pick<CovariateValues, 'basketSpend' | 'basketUnits' | 'unevenness'>;

/** Of timelines looked at whole, since a search asks the same one at many instants; forgotten with the timeline. */
const wholeHabits = new WeakMap<PurchaseTimeline, Habits>();

/** What depends on the purchases seen, and not on the instant they are seen from. */
function habits(view: TimelineView): Habits {
  const isWhole = view.known === view.timeline.days.length;
  const known = isWhole ? wholeHabits.get(view.timeline) : undefined;
  if (known !== undefined) return known;
  const found = { ...basket(view), unevenness: unevennessOf(view) };
  if (isWhole) wholeHabits.set(view.timeline, found);
  return found;
}

/** Means of ln spend and ln units over the purchase days of which they are known. */
function basket({ timeline, known }: TimelineView): Pick<CovariateValues, 'basketSpend' | 'basketUnits'> {
  const lastDay = timeline.days[known - 1] as number;
  let days = 0;
  let logSpend = 0;
  let logUnits = 0;
  for (let index = timeline.amounts.length - 1; index >= 0 && days < newestMax; index -= 1) {
    const amount = timeline.amounts[index];
    if (amount === undefined || amount.day > lastDay || !(amount.units > 0)) continue;
    days += 1;
    logSpend += Math.log(Math.max(amountMin, amount.spend));
    logUnits += Math.log(Math.max(amountMin, amount.units));
  }
  if (days === 0) return { basketSpend: undefined, basketUnits: undefined };
  return { basketSpend: logSpend / days, basketUnits: logUnits / days };
}

function unevennessOf({ timeline, known }: TimelineView): number {
  const gaps: number[] = [];
  for (let index = Math.max(1, known - newestMax); index < known; index += 1) {
    gaps.push((timeline.days[index] as number) - (timeline.days[index - 1] as number));
  }
  return gaps.length < 2 ? 0 : Math.min(2, gapUnevenness(gapStatistics(gaps)));
}

/** Standardised and held at +-3; 0 where unknown. */
export function standardised(
  value: number | undefined,
  { mean, deviation }: Pick<Covariate, 'mean' | 'deviation'>,
): number {
  if (value === undefined || !(deviation > 0)) return 0;
  return Math.max(-standardMax, Math.min(standardMax, (value - mean) / deviation));
}

/** Sum of the covariates' effects on one customer. */
export function tiltOf(covariates: readonly Covariate[], values: CovariateValues): number {
  let tilt = 0;
  for (const covariate of covariates) {
    tilt += covariate.coefficient * standardised(values[covariate.name], covariate);
  }
  return tilt;
}
