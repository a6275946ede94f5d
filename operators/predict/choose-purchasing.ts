import type { BgNbd } from './bg-nbd.ts';
import { type CandidateScores, candidateScores } from './candidate-scores.ts';
import { binHistories, fitBgNbd } from './fit-bg-nbd.ts';
import { fitFadingRate } from './fit-fading-rate.ts';
import { fitProbabilityCalibration } from './fit-probability-calibration.ts';
import { type InnerCase, innerCases, innerPeriods, validationPeriod } from './inner-periods.ts';
import { judgePurchasing, type NamedScores } from './judge-purchasing.ts';
import { forecastOf, type LearnedPurchasing } from './purchase-forecast.ts';
import { type PurchaseTimeline, repeatsOf } from './purchase-timeline.ts';
import type { PurchasingKind, PurchasingModel } from './purchasing-model.ts';
import { simpleRules } from './simple-rules.ts';

export interface ChoosePurchasingResult {
  readonly purchasing: PurchasingModel;
  readonly notes: readonly string[];
}

/**
 * Learns the fading rate from inner periods and chooses how purchases are predicted: each candidate is fitted to what precedes
 * the latest inner period alone and scored on that period (see `judgePurchasing`). Where the history is too short for that, BG/NBD
 * predicts, with the reservation that it was not compared.
 */
export function choosePurchasing(
  timelines: readonly PurchaseTimeline[],
  asOfDay: number,
  bgNbd: BgNbd,
): ChoosePurchasingResult {
  const learned = learnPurchasing(timelines, asOfDay);
  if (!learned.ok) return textbook(learned.reason);
  const trial = runTrial(timelines, asOfDay, bgNbd);
  if (!trial.ok) return textbook(trial.reason);
  const { chosen, candidates, reservation, notes } = judgePurchasing(trial.scores, trial.rules, trial.days);
  const purchasing: PurchasingModel = { kind: chosen, ...learned.learned, candidates };
  return { purchasing: reservation === undefined ? purchasing : { ...purchasing, reservation }, notes };
}

function textbook(reason: string): ChoosePurchasingResult {
  const reservation = `The model was not compared with simple rules: ${reason}.`;
  return {
    purchasing: { kind: 'bg-nbd', fading: undefined, calibration: undefined, candidates: [], reservation },
    notes: [`Purchases are predicted by BG/NBD alone: ${reason}.`],
  };
}

type LearnResult =
  | { readonly ok: true; readonly learned: LearnedPurchasing }
  | { readonly ok: false; readonly reason: string };

function learnPurchasing(timelines: readonly PurchaseTimeline[], asOfDay: number): LearnResult {
  const periods = innerPeriods(timelines, asOfDay);
  if (periods.length === 0)
    return { ok: false, reason: 'the history is too short to hold a part of it back' };
  const cases = periods.flatMap((period) => innerCases(timelines, period, 1 / periods.length));
  const fading = fitFadingRate(cases);
  if (!fading.ok) return fading;
  const calibration = fitProbabilityCalibration(cases, fading.fit);
  return { ok: true, learned: { fading: fading.fit, calibration } };
}

type TrialResult =
  | {
      readonly ok: true;
      readonly scores: Record<PurchasingKind, CandidateScores>;
      readonly rules: NamedScores;
      /** Length of the period. */
      readonly days: number;
    }
  | { readonly ok: false; readonly reason: string };

/** The same fits again, as they would have been at the start of the latest inner period, scored on it. */
function runTrial(timelines: readonly PurchaseTimeline[], asOfDay: number, bgNbd: BgNbd): TrialResult {
  const period = validationPeriod(timelines, asOfDay);
  if (period === undefined) return { ok: false, reason: 'the history is too short to compare candidates on' };
  const learned = learnPurchasing(timelines, period.cutDay);
  if (!learned.ok) return { ok: false, reason: `compared on its past, ${learned.reason}` };
  const cases = innerCases(timelines, period, 1);
  const actual = cases.map(({ purchases }) => purchases);
  if (!actual.some((count) => count > 0)) return { ok: false, reason: 'nobody bought in the latest period' };
  const past = fitBgNbd(binHistories(cases.map(({ view }) => repeatsOf(view))), { starts: [bgNbd] });
  const model = past.ok ? past.fit : bgNbd;
  const scoreOf = (kind: PurchasingKind): CandidateScores => {
    const forecasts = cases.map(({ view }) => forecastOf(kind, model, view, learned.learned));
    const expected = forecasts.map((forecast) => forecast.expected(period.horizonDays));
    const probabilities = forecasts.map((forecast) => forecast.probability(period.horizonDays));
    return candidateScores(actual, expected, probabilities, probabilities);
  };
  const scores = {
    'bg-nbd': scoreOf('bg-nbd'),
    blend: scoreOf('blend'),
    'fading-rate': scoreOf('fading-rate'),
  };
  const rules = scoreRules(cases, rateBefore(timelines, period.cutDay));
  return { ok: true, scores, rules, days: period.horizonDays };
}

function scoreRules(cases: readonly InnerCase[], populationRate: number): NamedScores {
  const actual = cases.map(({ purchases }) => purchases);
  const rules = Object.entries(simpleRules(populationRate));
  return Object.fromEntries(
    rules.map(([name, rule]) => {
      const expectations = cases.map(rule);
      const purchases = expectations.map((expectation) => expectation.purchases);
      const ranks = expectations.map(({ rank }) => rank);
      return [name, candidateScores(actual, purchases, ranks, purchases.map(byChance))];
    }),
  );
}

/** Of at least one purchase, as if they came by chance. */
function byChance(purchases: number): number {
  return -Math.expm1(-purchases);
}

/** Purchase days a customer and day in the period before, which the period itself tells nothing about. */
function rateBefore(timelines: readonly PurchaseTimeline[], cutDay: number): number {
  const period = innerPeriods(timelines, cutDay)[1];
  if (period === undefined) return 0;
  const cases = innerCases(timelines, period, 1);
  const purchases = cases.reduce((sum, inner) => sum + inner.purchases, 0);
  return cases.length === 0 ? 0 : purchases / cases.length / period.horizonDays;
}
