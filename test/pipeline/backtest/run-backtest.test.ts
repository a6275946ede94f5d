import { describe, expect, test } from 'vitest';
import type { BacktestReport } from '../../../operators/backtest/backtest-report.ts';
import { backtest } from '../../../pipeline/backtest/run-backtest.ts';
import { readAtMs } from '../../fixtures/order-file.ts';
import { dateOf, type PopulationOrder, population, writePopulation } from './population-file.ts';

const decode = { currencies: { reportingCurrency: 'GBP', rates: {} }, futureSkewMsMax: 0, itemsMax: 100 };
const seed = 20_240_101;
const cutDay = 200;
const horizonDays = 90;
const orders = population(200, 300, seed);

async function reportOf(list: readonly PopulationOrder[], signal?: AbortSignal): Promise<BacktestReport> {
  const file = await writePopulation(list);
  try {
    const { report } = await backtest({
      path: file.path,
      cut: { atMs: dateOf(cutDay).getTime() },
      horizonDays,
      decode,
      nowMs: () => readAtMs,
      signal,
    });
    return report;
  } finally {
    await file.remove();
  }
}

describe(`a backtest of a population of 200 (seed ${seed})`, () => {
  const whole = reportOf(orders);

  test('says what was scored', async () => {
    const report = await whole;
    const before = new Set(orders.filter(({ day }) => day < cutDay).map(({ customerId }) => customerId));
    const after = orders.filter(({ day }) => day >= cutDay && day < cutDay + horizonDays);
    const buyers = new Set(after.map(({ customerId }) => customerId).filter((id) => before.has(id)));
    expect(report).toMatchObject({
      schema: 1,
      input: 'population.csv',
      cut: '2024-07-19T00:00:00.000Z',
      horizonDays,
      currency: 'GBP',
      customers: before.size,
      buyers: buyers.size,
    });
    expect(report.read).toMatchObject({ lines: orders.length, orders: orders.length, quarantined: {} });
    expect(report.model).toMatchObject({ notFitted: null, fittedTo: before.size });
  });

  test('scores the model near the truth, and above guessing', async () => {
    const { purchases, spend, nextOrder } = await whole;
    expect(Math.abs(purchases.model.totalBias ?? 9)).toBeLessThan(0.2);
    expect(purchases.model.expectedCalibrationError).toBeLessThan(0.1);
    expect(purchases.model.areaUnderCurve).toBeGreaterThan(0.7);
    expect(purchases.model.rootMeanSquaredError).toBeLessThan(purchases.zero.rootMeanSquaredError ?? 0);
    expect(purchases.model.brier).toBeLessThan(purchases['population-rate'].brier ?? 0);
    expect(spend?.model?.correlation).toBeGreaterThan(0.4);
    expect(nextOrder.dated).toBeGreaterThan(30);
    expect(nextOrder.intervalCoverage).toBeGreaterThan(0.6);
  });

  test('scores every baseline on the same customers', async () => {
    const { purchases } = await whole;
    const actual = (report: BacktestReport['purchases']['zero']) =>
      (report.predictedTotal ?? 0) / (1 + (report.totalBias ?? 0));
    const total = actual(purchases['personal-rate']);
    expect(actual(purchases['past-count'])).toBeCloseTo(total, 6);
    expect(actual(purchases.recency)).toBeCloseTo(total, 6);
    expect(purchases.zero).toMatchObject({ predictedTotal: 0, totalBias: -1, areaUnderCurve: 0.5 });
    expect(purchases.zero.meanAbsoluteError).toBeCloseTo(total / (await whole).customers, 9);
  });

  test('ranks products and categories beside simple rankings', async () => {
    const { products, categories, buyers } = await whole;
    for (const rankings of [products, categories]) {
      expect(Object.keys(rankings ?? {})).toEqual([
        'model',
        'personal-frequency',
        'popularity',
        'personal-then-popular',
      ]);
      for (const scores of Object.values(rankings ?? {})) {
        expect(scores.customers).toBe(buyers);
        expect(scores.all.map(({ k }) => k)).toEqual([5, 10, 20]);
      }
      const personal = rankings?.['personal-frequency']?.all[0]?.recall ?? 0;
      expect(rankings?.model?.all[0]?.recall).toBeGreaterThan(personal * 0.8);
    }
  });

  test('draws curves that end at the totals', async () => {
    const { plots, purchases, customers } = await whole;
    const last = plots.tracking.at(-1);
    expect(last?.day).toBe(horizonDays);
    expect(last?.predicted).toBeCloseTo(purchases.model.predictedTotal ?? 0, 6);
    expect(last?.actual).toBeCloseTo(
      (purchases.model.predictedTotal ?? 0) / (1 + (purchases.model.totalBias ?? 0)),
      6,
    );
    for (const [index, { actual, predicted }] of plots.tracking.entries()) {
      expect(actual).toBeGreaterThanOrEqual(plots.tracking[index - 1]?.actual ?? 0);
      expect(predicted).toBeGreaterThan(plots.tracking[index - 1]?.predicted ?? 0);
    }
    const members = (groups: readonly { readonly customers: number }[]) =>
      groups.reduce((sum, group) => sum + group.customers, 0);
    expect(members(plots.calibration)).toBe(customers);
    expect(members(plots.conditional)).toBe(customers);
  });

  test('comes out the same to the last bit however the lines are ordered', async () => {
    const { tookMs: _, ...report } = await whole;
    const { tookMs: __, ...backwards } = await reportOf(orders.toReversed());
    expect(backwards).toEqual(report);
  });

  test('survives JSON unchanged', async () => {
    const report = await whole;
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('lets the model know nothing of what came after the cut', async () => {
    const { purchases, model, nextOrder } = await whole;
    const last = orders.at(-1) as PopulationOrder;
    const silent = [...orders.filter(({ day }) => day < cutDay), last];
    const without = await reportOf(silent);
    expect(without.purchases.model.predictedTotal).toBe(purchases.model.predictedTotal);
    expect(without.model).toEqual(model);
    expect(without.nextOrder.dated).toBe(nextOrder.dated);
    expect(without.nextOrder.intervalWidthDaysMedian).toBe(nextOrder.intervalWidthDaysMedian);
    expect(without.purchases.recency.predictedTotal).toBe(purchases.recency.predictedTotal);
    expect(without.plots.calibration.map(({ predicted }) => predicted)).toEqual(
      (await whole).plots.calibration.map(({ predicted }) => predicted),
    );
    expect(without.buyers).toBeLessThanOrEqual(1);
  });
});

describe('a backtest of a file that lacks something', () => {
  const bare = orders.map(({ day, customerId }) => ({ day, customerId }));

  test('leaves spend, products and categories out where there are none', async () => {
    const report = await reportOf(bare);
    expect(report).toMatchObject({ spend: null, products: null, categories: null });
    expect(report.purchases.model.rootMeanSquaredError).not.toBeNull();
  });

  test('scores the baselines alone where nothing repeats', async () => {
    const firsts = [...new Map(bare.toReversed().map((order) => [order.customerId, order])).values()];
    const report = await reportOf([...firsts, { day: 299, customerId: 'c-0' }]);
    expect(report.model.notFitted).toMatch(/./);
    expect(Object.values(report.purchases.model).every((score) => score === null)).toBe(true);
    expect(report.purchases.recency.brier).not.toBeNull();
    expect(report.nextOrder).toMatchObject({ dated: 0, intervalCoverage: null });
    expect(report.plots).toEqual({ calibration: [], tracking: [], conditional: [] });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('scores a single customer', async () => {
    const report = await reportOf([1, 20, 40, 210, 299].map((day) => ({ day, customerId: 'c-1' })));
    expect(report).toMatchObject({ customers: 1, buyers: 1 });
    expect(report.purchases['past-count'].meanAbsoluteError).toBe(1);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('says that nobody purchased when all before the cut is returns', async () => {
    const returned = { day: 10, customerId: 'c-1', quantity: -1 };
    await expect(reportOf([returned, { day: 299, customerId: 'c-1' }])).rejects.toThrow('nobody purchased');
  });

  test('ends when it is stopped', async () => {
    await expect(reportOf(bare, AbortSignal.abort())).rejects.toMatchObject({ code: 'stopped' });
  });
});
