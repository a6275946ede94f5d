import type { CandidateScores } from './candidate-scores.ts';
import type { PurchasingCandidate, PurchasingKind } from './purchasing-model.ts';

export type NamedScores = Readonly<Record<string, CandidateScores>>;

export interface PurchasingVerdict {
  readonly chosen: PurchasingKind;
  /** Candidates and simple rules, each with its scores and the reason, as a sentence. */
  readonly candidates: readonly PurchasingCandidate[];
  /** Why the chosen one is not known to beat every simple rule, as a sentence; undefined where it did. */
  readonly reservation: string | undefined;
  /** For the log and the report of a backtest. */
  readonly notes: readonly string[];
}

/** In order of preference where they score alike. */
const kinds: readonly PurchasingKind[] = ['bg-nbd', 'blend', 'fading-rate'];

/** A score on which a simple rule is better than a candidate. */
interface Defeat {
  readonly rule: string;
  readonly measure: 'RMSE' | 'AUC';
  readonly ruleScore: number;
  readonly ownScore: number;
}

/**
 * Chooses among the candidates by their scores on a period they have not learned from. One that a simple rule beats on RMSE or AUC
 * is refused; of the others the best by RMSE and by pairs put in the wrong order, each relative to the least, is chosen: the Brier
 * score is left out, since it goes by the level of that one season.
 *
 * If every one is refused, the best of them is used all the same, for a rule gives neither spend nor a date; the verdict then
 * carries the reservation, which each prediction repeats.
 *
 * @param days length of the period
 */
export function judgePurchasing(
  scores: Readonly<Record<PurchasingKind, CandidateScores>>,
  rules: NamedScores,
  days: number,
): PurchasingVerdict {
  const defeats = (kind: PurchasingKind) => defeatsOf(scores[kind], rules);
  const admitted = kinds.filter((kind) => defeats(kind).length === 0);
  const lossOf = relativeLoss(scores);
  const from = admitted.length > 0 ? admitted : kinds;
  const chosen = from.reduce((best, kind) => (lossOf(kind) < lossOf(best) ? kind : best));
  const candidates = kinds.map((kind): PurchasingCandidate => {
    const reason = reasonOf(defeats(kind), kind === chosen, chosen);
    return { name: kind, ...scores[kind], chosen: kind === chosen, reason };
  });
  const compared = Object.entries(rules).map(([name, score]): PurchasingCandidate => {
    return { name, ...score, chosen: false, reason: 'A simple rule, for comparison.' };
  });
  const reservation = reservationOf(defeats(chosen), days);
  const refused = kinds.filter((kind) => kind !== chosen && defeats(kind).length > 0);
  return {
    chosen,
    candidates: [...candidates, ...compared],
    reservation,
    notes: [
      ...refused.map((kind) => {
        return `Purchases are not predicted by ${kind}: over the last ${days} days before the fit it lost to ${listed(defeats(kind))}.`;
      }),
      ...(reservation === undefined ? [] : [`Purchases are predicted by ${chosen}. ${reservation}`]),
    ],
  };
}

function defeatsOf(own: CandidateScores, rules: NamedScores): Defeat[] {
  return Object.entries(rules).flatMap(([rule, { rmse, auc }]) => {
    const lost: Defeat[] = [];
    if (rmse < own.rmse) lost.push({ rule, measure: 'RMSE', ruleScore: rmse, ownScore: own.rmse });
    if (auc !== null && own.auc !== null && auc > own.auc) {
      lost.push({ rule, measure: 'AUC', ruleScore: auc, ownScore: own.auc });
    }
    return lost;
  });
}

function reasonOf(defeats: readonly Defeat[], isChosen: boolean, chosen: PurchasingKind): string {
  if (defeats.length === 0) {
    return isChosen
      ? 'Used: no simple rule is better, and no other candidate that holds against them.'
      : `Not used: ${chosen} is better.`;
  }
  return isChosen
    ? `Used, although it loses to ${listed(defeats)}: every candidate loses to a rule, and a rule gives neither spend nor a date.`
    : `Not used: it loses to ${listed(defeats)}.`;
}

/** `the simple rule personal rate on RMSE (0.951 against its 0.905)`, in the order of the rules. */
function listed(defeats: readonly Defeat[]): string {
  const parts = defeats.map(({ rule, measure, ruleScore, ownScore }) => {
    const [own, its] = toldApart(ownScore, ruleScore);
    return `${rule} on ${measure} (${own} against its ${its})`;
  });
  return `the simple ${parts.length === 1 ? 'rule' : 'rules'} ${parts.join(', ')}`;
}

/** Decimals of a score, and how many there may be where it takes more to tell two apart. */
const decimals = { usual: 3, most: 12 };

function toldApart(one: number, other: number): [string, string] {
  let digits = decimals.usual;
  while (digits < decimals.most && one.toFixed(digits) === other.toFixed(digits)) digits += 1;
  return [one.toFixed(digits), other.toFixed(digits)];
}

function reservationOf(defeats: readonly Defeat[], days: number): string | undefined {
  if (defeats.length === 0) return undefined;
  const rulesOn = (measure: Defeat['measure']) =>
    defeats.filter((defeat) => defeat.measure === measure).map(({ rule }) => `"${rule}"`);
  const closer = rulesOn('RMSE');
  const sorted = rulesOn('AUC');
  const parts = [
    ...(closer.length > 0 ? [`${closer.join(' and ')} came closer to how often customers bought`] : []),
    ...(sorted.length > 0 ? [`${sorted.join(' and ')} told buyers from others better`] : []),
  ];
  return `Over the last ${days} days before the fit, simple rules did better than this model: ${parts.join(', ')}.`;
}

/** How much worse a candidate is than the best of them, by both scores. */
function relativeLoss(
  scores: Readonly<Record<PurchasingKind, CandidateScores>>,
): (kind: PurchasingKind) => number {
  const leastRmse = Math.min(...kinds.map((kind) => scores[kind].rmse));
  const leastMissed = Math.min(...kinds.map((kind) => missed(scores[kind])));
  return (kind) =>
    (leastRmse > 0 ? scores[kind].rmse / leastRmse : 0) +
    (leastMissed > 0 ? missed(scores[kind]) / leastMissed : 0);
}

/** Pairs put in the wrong order. */
function missed({ auc }: CandidateScores): number {
  return 1 - (auc ?? 0.5);
}
