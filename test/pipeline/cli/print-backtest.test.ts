import { describe, expect, test } from 'vitest';
import { noAmountScores } from '../../../operators/backtest/amount-scores.ts';
import { noProbabilityScores } from '../../../operators/backtest/probability-scores.ts';
import { printBacktest } from '../../../pipeline/cli/print-backtest.ts';
import { printTable } from '../../../pipeline/cli/print-table.ts';
import { backtestReport, silent } from '../../fixtures/backtest-report.ts';

describe('a printed table', () => {
  test('keeps figures in line whether they have a star or not', () => {
    expect(
      printTable([
        ['who', 'RMSE', 'AUC'],
        ['model', '1.5*', '0.7'],
        ['recency only', '10.5', '0.75*'],
      ]),
    ).toEqual(['who           RMSE    AUC', 'model          1.5*   0.7', 'recency only  10.5   0.75*']);
  });

  test('of no rows has no lines', () => {
    expect(printTable([])).toEqual([]);
  });
});

describe('a printed backtest', () => {
  const report = backtestReport();
  const text = printBacktest(report);
  const lineOf = (start: string, within = text) => within.split('\n').find((line) => line.startsWith(start));

  test('begins with what was read, what was left out, and the notes of the fit', () => {
    expect(lineOf('file')).toBe('file       orders.csv.gz: 541,909 lines, 22,190 orders');
    expect(lineOf('left out')).toBe('left out   135,080 lines without a customer');
    expect(lineOf('cut')).toBe('cut        2011-09-01: 14,004 orders before it');
    expect(lineOf('note')).toContain(report.model.notes[0]);
  });

  test('names the reasons why orders were left out', () => {
    const read = { ...report.read, duplicates: 2, quarantined: { 'unknown-currency': 1_200 } };
    expect(lineOf('left out', printBacktest({ ...report, read }))).toBe(
      'left out   135,080 lines without a customer, 2 duplicates, 1,200 orders: unknown-currency',
    );
  });

  test('marks the best of each column, the model or not', () => {
    expect(lineOf('Tidemark')).toMatch(/1\.500\* .* 0\.7900\*/);
    expect(lineOf('Tidemark')).toMatch(/ 0\.7500 /);
    expect(lineOf('Zero')).toMatch(/ 0\.7000\* /);
    expect(lineOf('Recency only')).not.toContain('*');
  });

  test('says plainly where a baseline is better', () => {
    expect(lineOf('- Purchases')).toContain('Not the best on MAE: “Zero” has 0.7000, Tidemark 0.7500');
    expect(lineOf('+ Purchases')).toContain('Better than every baseline on RMSE');
  });

  test('says what the file lacks in place of a table', () => {
    const bare = printBacktest({ ...report, spend: null, products: null, categories: null });
    expect(bare).toContain('spend: the file has no prices');
    expect(bare).toContain('products: fewer than two');
    expect(bare).toContain('categories: the file names none, or one');
  });

  test('without a model says why, shows dashes and gives no verdict', () => {
    const unfitted = printBacktest({
      ...report,
      model: { ...report.model, notFitted: 'BG/NBD: 3 customers, 30 are needed', notes: [] },
      purchases: { ...report.purchases, model: { ...noAmountScores, ...noProbabilityScores } },
      spend: { ...report.spend, model: silent },
    });
    expect(lineOf('model', unfitted)).toBe('model      not fitted: BG/NBD: 3 customers, 30 are needed');
    expect(lineOf('Tidemark', unfitted)).toMatch(/^Tidemark( +–)+$/);
    expect(lineOf('+ ', unfitted)).toBeUndefined();
    expect(unfitted).toContain('only the baselines are scored');
  });

  test('lets no terminal command through from a file’s name', () => {
    expect(printBacktest({ ...report, input: 'a\u001b[2Jb.csv' })).toContain('a\\x1b[2Jb.csv');
  });
});
