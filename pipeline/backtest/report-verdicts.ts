import type {
  BacktestReport,
  NextOrderScores,
  RankingScores,
} from '../../operators/backtest/backtest-report.ts';
import {
  amountMeasures,
  purchaseMeasures,
  type Verdict,
  verdicts,
} from '../../operators/backtest/backtest-verdicts.ts';
import { figure, inDays, percent, predictorLabels, rankerLabel } from './report-figures.ts';

/** One sentence on one question, and whether the model held its own. */
export interface VerdictSentence {
  readonly about: string;
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'neutral';
}

/** What the scores say, in words: where the model is better than every baseline, and where it is not. */
export function verdictSentences(report: BacktestReport): VerdictSentence[] {
  const { purchases, spend, nextOrder, products, categories, model } = report;
  if (model.notFitted !== null) {
    return [{ about: 'Model', text: `No model could be fitted: ${model.notFitted}`, tone: 'bad' }];
  }
  return [
    ...standings('Purchases', verdicts(purchases, purchaseMeasures)),
    ...(spend === null
      ? [
          {
            about: 'Spend',
            text: 'The file has no prices: nothing is said of spend.',
            tone: 'neutral' as const,
          },
        ]
      : standings('Spend', verdicts(spend, amountMeasures))),
    bias(purchases.model.totalBias),
    ...nextOrderSentences(nextOrder),
    ...(products === null ? [] : rankingSentences('Products', products)),
    ...(categories === null ? [] : rankingSentences('Categories', categories)),
  ];
}

function standings(about: string, found: readonly Verdict[]): VerdictSentence[] {
  const best = found.filter(({ standing }) => standing === 'best');
  const shared = found.filter(({ standing }) => standing === 'shared');
  const behind = found.filter(({ standing }) => standing === 'behind');
  const sentences: VerdictSentence[] = [];
  if (best.length > 0) {
    const text = `Better than every baseline on ${listed(best.map(({ measure }) => measure))}.`;
    sentences.push({ about, text, tone: 'good' });
  }
  if (shared.length > 0) {
    const text = `As good as the best baseline on ${listed(shared.map(({ measure, rival }) => `${measure} (${rivalName(rival)})`))}.`;
    sentences.push({ about, text, tone: 'neutral' });
  }
  for (const { measure, model, rival } of behind) {
    const write =
      measure === 'Total bias' ? (value: number | null | undefined) => percent(value, true) : figure;
    const text = `Not the best on ${measure}: ${rivalName(rival)} has ${write(rival?.value)}, Tidemark ${write(model)}.`;
    sentences.push({ about, text, tone: 'bad' });
  }
  return sentences;
}

function rivalName(rival: Verdict['rival']): string {
  return rival === undefined ? 'none' : `“${predictorLabels[rival.predictor]}”`;
}

function bias(totalBias: number | null): VerdictSentence {
  const about = 'Total';
  if (totalBias === null)
    return {
      about,
      text: 'Nobody bought within the horizon: there is no total to compare.',
      tone: 'neutral',
    };
  const share = percent(Math.abs(totalBias));
  const text =
    Math.abs(totalBias) < 0.0005
      ? 'All together, as many purchase days were foreseen as came.'
      : `All together, ${share} ${totalBias > 0 ? 'more' : 'fewer'} purchase days were foreseen than came.`;
  return { about, text, tone: Math.abs(totalBias) <= 0.05 ? 'good' : 'neutral' };
}

/** An 80 % interval is taken to keep its promise between these shares. */
const coverageKept = { from: 0.75, to: 0.85 };

function nextOrderSentences(scores: NextOrderScores): VerdictSentence[] {
  const about = 'Next order';
  if (scores.dated === 0) {
    return [{ about, text: 'No date was named for anyone: too little is known of each.', tone: 'neutral' }];
  }
  const sentences: VerdictSentence[] = [];
  const { intervalCoverage, medianAbsoluteErrorDays: own, baselineMedianAbsoluteErrorDays: rival } = scores;
  // Judged as it is shown, to the tenth of a percent.
  const held = intervalCoverage === null ? null : Number(intervalCoverage.toFixed(3));
  if (held !== null) {
    const kept = held >= coverageKept.from && held <= coverageKept.to;
    const width =
      scores.intervalWidthDaysMedian === null
        ? ''
        : `; half of them are at most ${inDays(scores.intervalWidthDaysMedian)} wide`;
    const text = `The 80 % interval held the date in ${percent(held)} of cases${kept ? '' : held < coverageKept.from ? ', too few' : ', more than promised: it is too wide'}${width}.`;
    sentences.push({ about, text, tone: kept ? 'good' : 'bad' });
  }
  if (own !== null && rival !== null) {
    const text = `Half of the dates named were off by at most ${inDays(own)}; the baseline's by ${inDays(rival)}.`;
    sentences.push({ about, text, tone: own < rival ? 'good' : own > rival ? 'bad' : 'neutral' });
  }
  const text = `A date was named for ${percent(1 - scores.abstainedShare)} of customers; for the others too little is known, and the model says so.`;
  return [...sentences, { about, text, tone: 'neutral' }];
}

/** Length of list the sentence speaks of, where it was scored. */
const spokenK = 10;

function rankingSentences(
  about: string,
  rankings: Readonly<Record<string, RankingScores>>,
): VerdictSentence[] {
  const at = (scores: RankingScores | undefined) =>
    scores?.all.find(({ k }) => k === spokenK) ?? scores?.all[0];
  const own = at(rankings.model);
  const rivals = Object.entries(rankings).flatMap(([name, scores]) => {
    const found = name === 'model' ? undefined : at(scores);
    return found === undefined ? [] : [{ name, ...found }];
  });
  if (own === undefined || rivals.length === 0) return [];
  return (['recall', 'ndcg'] as const).map((key) => {
    const rival = rivals.reduce((best, other) => (other[key] > best[key] ? other : best));
    const label = `${key === 'recall' ? 'Recall' : 'NDCG'}@${own.k}`;
    const gain = rival[key] > 0 ? `, ${percent(own[key] / rival[key] - 1, true)}` : '';
    const text = `${label} ${own[key].toFixed(4)} against ${rival[key].toFixed(4)} of ${rankerLabel(rival.name)}${gain}.`;
    return { about, text, tone: own[key] > rival[key] ? 'good' : own[key] < rival[key] ? 'bad' : 'neutral' };
  });
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
