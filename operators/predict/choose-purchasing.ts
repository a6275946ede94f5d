import type { BgNbd } from './bg-nbd.ts';
import { type CandidateScores, candidateScores } from './candidate-scores.ts';
import { binHistories, fitBgNbd } from './fit-bg-nbd.ts';
import { fitFadingRate } from './fit-fading-rate.ts';
import { fitProbabilityCalibration } from './fit-probability-calibration.ts';
import { type InnerCase, innerCases, innerPeriods, validationPeriod } from './inner-periods.ts';
import { forecastOf, type LearnedPurchasing } from './purchase-forecast.ts';
import { type PurchaseTimeline, repeatsOf } from './purchase-timeline.ts';
import type { PurchasingCandidate, PurchasingKind, PurchasingModel } from './purchasing-model.ts';
import { simpleRules } from './simple-rules.ts';

export interface ChoosePurchasingResult {
  readonly purchasing: PurchasingModel;
  readonly notes: readonly string[];
}

/** In order of preference where they score alike. */
const kinds: readonly PurchasingKind[] = ['bg-nbd', 'blend', 'fading-rate'];

/**
 * Learns the fading rate from inner periods and chooses how purchases are predicted: each candidate is fitted to what precedes
 * the latest inner period alone and scored on that period. A candidate that loses to a simple rule on RMSE or AUC is refused;
 * of the others the best by RMSE and by pairs put in the wrong order, each relative to the least, is chosen: the Brier score is left out,
 * since it goes by the level of that one season. If all are refused, the best of
 * them is used all the same, and a note says so: a rule gives no horizon, no spend and no date.
 */
export function choosePurchasing(
  timelines: readonly PurchaseTimeline[],
  asOfDay: number,
  bgNbd: BgNbd,
): ChoosePurchasingResult {
  const learned = learnPurchasing(timelines, asOfDay);
  if (!learned.ok) return textbook(`Purchases are predicted by BG/NBD alone: ${learned.reason}.`);
  const trial = runTrial(timelines, asOfDay, bgNbd);
  if (!trial.ok) return textbook(`Purchases are predicted by BG/NBD alone: ${trial.reason}.`);
  const { chosen, candidates, notes } = judge(trial.scores, trial.rules);
  return { purchasing: { kind: chosen, ...learned.learned, candidates }, notes };
}

function textbook(note: string): ChoosePurchasingResult {
  return {
    purchasing: { kind: 'bg-nbd', fading: undefined, calibration: undefined, candidates: [] },
    notes: [note],
  };
}

type LearnResult =
  | { readonly ok: true; readonly learned: LearnedPurchasing }
  | { readonly ok: false; readonly reason: string };

function learnPurchasing(timelines: readonly PurchaseTimeline[], asOfDay: number): LearnResult {
  const periods = innerPeriods(timelines, asOfDay);
  if (periods.length === 0) return { ok: false, reason: 'the history is too short for inner periods' };
  const cases = periods.flatMap((period) => innerCases(timelines, period, 1 / periods.length));
  const fading = fitFadingRate(cases);
  if (!fading.ok) return fading;
  const calibration = fitProbabilityCalibration(cases, fading.fit);
  return { ok: true, learned: { fading: fading.fit, calibration } };
}

type NamedScores = Readonly<Record<string, CandidateScores>>;
type TrialResult =
  | {
      readonly ok: true;
      readonly scores: Record<PurchasingKind, CandidateScores>;
      readonly rules: NamedScores;
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
  return { ok: true, scores, rules: scoreRules(cases, rateBefore(timelines, period.cutDay)) };
}

function scoreRules(cases: readonly InnerCase[], populationRate: number): NamedScores {
  const actual = cases.map(({ purchases }) => purchases);
  const rules = Object.entries(simpleRules(populationRate));
  return Object.fromEntries(
    rules.map(([name, rule]) => {
      const expectations = cases.map(rule);
      const purchases = expectations.map((expectation) => expectation.purchases);
      const ranks = expectations.map(({ rank }) => rank);
      return [name, candidateScores(actual, purchases, ranks, undefined)];
    }),
  );
}

/** Purchase days a customer and day in the period before, which the period itself tells nothing about. */
function rateBefore(timelines: readonly PurchaseTimeline[], cutDay: number): number {
  const period = innerPeriods(timelines, cutDay)[1];
  if (period === undefined) return 0;
  const cases = innerCases(timelines, period, 1);
  const purchases = cases.reduce((sum, inner) => sum + inner.purchases, 0);
  return cases.length === 0 ? 0 : purchases / cases.length / period.horizonDays;
}

interface Judgement {
  readonly chosen: PurchasingKind;
  readonly candidates: readonly PurchasingCandidate[];
  readonly notes: readonly string[];
}

function judge(scores: Readonly<Record<PurchasingKind, CandidateScores>>, rules: NamedScores): Judgement {
  const defeats = new Map(kinds.map((kind) => [kind, defeatsOf(scores[kind], rules)]));
  const admitted = kinds.filter((kind) => defeats.get(kind)?.length === 0);
  const from = admitted.length > 0 ? admitted : kinds;
  const lossOf = relativeLoss(scores);
  const chosen = from.reduce((best, kind) => (lossOf(kind) < lossOf(best) ? kind : best));
  const candidates = kinds.map((kind): PurchasingCandidate => {
    const lost = defeats.get(kind) ?? [];
    const reason =
      kind === chosen
        ? lost.length === 0
          ? 'best of those that beat every simple rule'
          : `best of all, though it loses to ${lost.join(', ')}`
        : lost.length > 0
          ? `loses to ${lost.join(', ')}`
          : `not as good as ${chosen}`;
    return { name: kind, ...scores[kind], chosen: kind === chosen, reason };
  });
  const compared = Object.entries(rules).map(([name, score]): PurchasingCandidate => {
    return { name, ...score, chosen: false, reason: 'simple rule, for comparison' };
  });
  return {
    chosen,
    candidates: [...candidates, ...compared],
    notes: notesOf(candidates, admitted.length > 0),
  };
}

/** The rules a candidate loses to, each with the score. */
function defeatsOf(candidate: CandidateScores, rules: NamedScores): string[] {
  const lost: string[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.rmse < candidate.rmse) lost.push(`${name} on RMSE`);
    if (rule.auc !== null && candidate.auc !== null && rule.auc > candidate.auc) lost.push(`${name} on AUC`);
  }
  return lost;
}

function relativeLoss(
  scores: Readonly<Record<PurchasingKind, CandidateScores>>,
): (kind: PurchasingKind) => number {
  const leastRmse = Math.min(...kinds.map((kind) => scores[kind].rmse));
  const leastMissed = Math.min(...kinds.map((kind) => missed(scores[kind])));
  return (kind) => scores[kind].rmse / leastRmse + (leastMissed > 0 ? missed(scores[kind]) / leastMissed : 0);
}

/** Pairs put in the wrong order. */
function missed({ auc }: CandidateScores): number {
  return 1 - (auc ?? 0.5);
}

function notesOf(candidates: readonly PurchasingCandidate[], someAdmitted: boolean): string[] {
  const refused = candidates
    .filter(({ reason }) => reason.startsWith('loses'))
    .map(({ name, reason }) => {
      return `${name} was refused: on the latest inner period it ${reason}.`;
    });
  if (someAdmitted) return refused;
  const used = candidates.find(({ chosen }) => chosen);
  return [
    ...refused,
    `No candidate beats every simple rule on the latest inner period; ${used?.name} is used.`,
  ];
}
