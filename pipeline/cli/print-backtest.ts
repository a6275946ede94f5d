import type {
  BacktestReport,
  PredictorName,
  RankingScores,
} from '../../operators/backtest/backtest-report.ts';
import {
  amountMeasures,
  bestPredictors,
  purchaseMeasures,
  type ScoreMeasure,
} from '../../operators/backtest/backtest-verdicts.ts';
import { counted } from '../../operators/counted.ts';
import {
  count,
  figure,
  inDays,
  noFigure,
  percent,
  predictorLabels,
  seconds,
} from '../backtest/report-figures.ts';
import { verdictSentences } from '../backtest/report-verdicts.ts';
import { printTable } from './print-table.ts';
import { printableText } from './printable.ts';

const shownK = [5, 10, 20];

/** The report as a person reads it. */
export function printBacktest(report: BacktestReport): string {
  const { purchases, spend, products, categories, currency } = report;
  const sections = [
    printHead(report),
    section('purchase days', scoreRows(purchases, purchaseMeasures)),
    spend === null
      ? ['spend: the file has no prices']
      : section(`spend, ${currency}`, scoreRows(spend, amountMeasures)),
    printNextOrder(report),
    products === null
      ? ['products: fewer than two, so there is nothing to rank']
      : printRankings('products', products),
    categories === null
      ? ['categories: the file names none, or one']
      : printRankings('categories', categories),
    printVerdicts(report),
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function printHead({
  input,
  cut,
  horizonDays,
  customers,
  buyers,
  read,
  model,
  tookMs,
}: BacktestReport): string[] {
  const left = [
    [read.anonymousLines, 'line without a customer', 'lines without a customer'],
    [read.malformedLines, 'malformed line'],
    [read.duplicates, 'duplicate'],
    ...Object.entries(read.quarantined).map(
      ([reason, orders]) => [orders, `order: ${reason}`, `orders: ${reason}`] as const,
    ),
  ] as const;
  const leftOut = left
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => counted(number, one, many));
  const rows: [string, string][] = [
    ['file', `${printableText(input)}: ${counted(read.lines, 'line')}, ${counted(read.orders, 'order')}`],
    ['left out', leftOut.length === 0 ? 'nothing' : leftOut.join(', ')],
    ['cut', `${instant(cut)}: ${counted(read.ordersBefore, 'order')} before it`],
    ['horizon', `${inDays(horizonDays)}: ${counted(read.ordersWithin, 'order')} in it`],
    [
      'customers',
      `${count(customers)} bought before the cut, ${count(buyers)} (${percent(buyers / customers)}) of them again within the horizon`,
    ],
    [
      'model',
      model.notFitted === null
        ? `${model.purchases}, fitted to ${counted(model.fittedTo, 'customer')}`
        : `not fitted: ${model.notFitted}`,
    ],
    ...model.notes.map((note): [string, string] => ['note', note]),
    [
      'took',
      `replay ${seconds(tookMs.replay)}, fit ${seconds(tookMs.fit)}, predictions ${seconds(tookMs.predict)}`,
    ],
  ];
  return rows.map(([label, value]) => `${label.padEnd(11)}${value}`);
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...body] = rows;
  return printTable([[title, ...head.slice(1)], ...body]);
}

function scoreRows<S extends object>(
  scores: Readonly<Partial<Record<PredictorName, S>>>,
  measures: readonly ScoreMeasure<S>[],
): string[][] {
  const best = measures.map((measure) => bestPredictors(scores, measure));
  const head = ['', ...measures.map(({ label }) => label)];
  const body = (Object.entries(scores) as [PredictorName, S][]).map(([predictor, of]) => [
    predictorLabels[predictor],
    ...measures.map(({ key, form }, index) => {
      const value = of[key] as number | null;
      const text = form === 'percent' ? percent(value, true) : figure(value);
      return value !== null && best[index]?.includes(predictor) ? `${text}*` : text;
    }),
  ]);
  return [head, ...body];
}

function printNextOrder({ nextOrder }: BacktestReport): string[] {
  const days = (value: number | null) => (value === null ? noFigure : inDays(value));
  return printTable([
    ['next order date', ''],
    ['named for', `${count(nextOrder.dated)} of ${count(nextOrder.customers)}`],
    ['median error', days(nextOrder.medianAbsoluteErrorDays)],
    ['median error of last + mean gap', days(nextOrder.baselineMedianAbsoluteErrorDays)],
    ['80 % interval holds', percent(nextOrder.intervalCoverage)],
    ['of those who bought', percent(nextOrder.intervalCoverageOfBuyers)],
    ['median width of the interval', days(nextOrder.intervalWidthDaysMedian)],
  ]);
}

const parts = ['all', 'repeat', 'new'] as const;
const rankingMeasures = [
  ['Recall', 'recall'],
  ['NDCG', 'ndcg'],
  ['PHR', 'phr'],
] as const;

function printRankings(title: string, rankings: Readonly<Record<string, RankingScores>>): string[] {
  const customers = Object.values(rankings)[0]?.customers ?? 0;
  if (customers === 0)
    return [`${title}: nobody bought any within the horizon, so there is nothing to score`];
  const names = Object.keys(rankings);
  const lines: string[] = [
    `${title} bought within the horizon, means over ${counted(customers, 'customer')}`,
  ];
  for (const part of parts) {
    const head = [
      { all: 'all items', repeat: 'bought before', new: 'new to the customer' }[part],
      ...rankingMeasures.flatMap(([label]) => shownK.map((k) => `${label}@${k}`)),
    ];
    const values = names.map((name) =>
      rankingMeasures.flatMap(([, key]) =>
        shownK.map((k) => rankings[name]?.[part].find((scores) => scores.k === k)?.[key]),
      ),
    );
    const best = (column: number) => Math.max(...values.map((row) => row[column] ?? 0));
    const body = names.map((name, row) => [
      name === 'model' ? predictorLabels.model : sentenceCase(name),
      ...(values[row] ?? []).map((value, column) => printScore(value, best(column))),
    ]);
    lines.push(...printTable([head, ...body]));
  }
  return lines;
}

/** With a star where it is the best of its column; a dash where nobody had anything to hit. */
export function printScore(value: number | undefined, best: number): string {
  if (value === undefined) return noFigure;
  return `${value.toFixed(4)}${value > 0 && value === best ? '*' : ''}`;
}

/** Where the model loses stands out. */
function printVerdicts(report: BacktestReport): string[] {
  if (report.model.notFitted !== null) return ['No model could be fitted: only the baselines are scored.'];
  const marks = { good: '+', bad: '-', neutral: ' ' } as const;
  return verdictSentences(report).map(({ about, text, tone }) => `${marks[tone]} ${about}: ${text}`);
}

function sentenceCase(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function instant(iso: string): string {
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
}
