import { expect, test } from 'vitest';
import { verdictSentences } from '../../../pipeline/backtest/report-verdicts.ts';
import { backtestReport, ranking } from '../../fixtures/backtest-report.ts';

const texts = (report = backtestReport()) =>
  verdictSentences(report).map(({ about, text, tone }) => [about, text.replaceAll('\u00a0', ' '), tone]);

test('they say where the model is the best, and name who is better where it is not', () => {
  expect(texts()).toEqual([
    [
      'Purchases',
      'Better than every baseline on RMSE, Correlation, Total bias, Brier, Calibration error, AUC and C-index.',
      'good',
    ],
    ['Purchases', 'Not the best on MAE: “Zero” has 0.7000, Tidemark 0.7500.', 'bad'],
    ['Spend', 'Better than every baseline on RMSE, MAE, Correlation and Total bias.', 'good'],
    ['Total', 'All together, 2.1 % more purchase days were foreseen than came.', 'good'],
    [
      'Next order',
      'The 80 % interval held the date in 79.2 % of cases; half of them are at most 47.5 days wide.',
      'good',
    ],
    [
      'Next order',
      "Half of the dates named were off by at most 11.4 days; the baseline's by 14 days.",
      'good',
    ],
    [
      'Next order',
      'A date was named for 38.2 % of customers; for the others too little is known, and the model says so.',
      'neutral',
    ],
    ['Products', 'Recall@10 0.1800 against 0.1620 of personal frequency, +11.1 %.', 'good'],
    ['Products', 'NDCG@10 0.1200 against 0.1080 of personal frequency, +11.1 %.', 'good'],
  ]);
});

test.each([
  [0.7494, /too few/, 'bad'],
  [0.7496, /75\.0 % of cases;/, 'good'],
  [0.8504, /85\.0 % of cases;/, 'good'],
  [0.8506, /too wide/, 'bad'],
])('an 80 %% interval that held %d of dates', (intervalCoverage, text, tone) => {
  const { nextOrder } = backtestReport();
  const sentence = texts(backtestReport({ nextOrder: { ...nextOrder, intervalCoverage } })).find(
    ([about]) => about === 'Next order',
  );
  expect(sentence?.[1]).toMatch(text);
  expect(sentence?.[2]).toBe(tone);
});

test('they say what could not be judged: no prices, no dates, no buyers, no model', () => {
  const { nextOrder, purchases, model } = backtestReport();
  const none = { ...nextOrder, dated: 0, intervalCoverage: null, medianAbsoluteErrorDays: null };
  const quiet = { ...purchases, model: { ...purchases.model, totalBias: null } };
  const found = texts(backtestReport({ spend: null, nextOrder: none, purchases: quiet, products: null }));
  expect(found).toContainEqual(['Spend', 'The file has no prices: nothing is said of spend.', 'neutral']);
  expect(found).toContainEqual([
    'Next order',
    'No date was named for anyone: too little is known of each.',
    'neutral',
  ]);
  expect(found).toContainEqual([
    'Total',
    'Nobody bought within the horizon: there is no total to compare.',
    'neutral',
  ]);
  const refused = backtestReport({ model: { ...model, notFitted: 'BG/NBD: nobody repeats.' } });
  expect(texts(refused)).toEqual([['Model', 'No model could be fitted: BG/NBD: nobody repeats.', 'bad']]);
});

test('a ranking is held against the best of the others, also when that one is better', () => {
  const found = texts(backtestReport({ products: { model: ranking(4), popularity: ranking(0) } })).filter(
    ([about]) => about === 'Products',
  );
  expect(found[0]).toEqual(['Products', 'Recall@10 0.1080 against 0.1800 of popularity, −40.0 %.', 'bad']);
});
