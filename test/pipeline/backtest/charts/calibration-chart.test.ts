import { expect, test } from 'vitest';
import { calibrationChart, shareBounds } from '../../../../pipeline/backtest/charts/calibration-chart.ts';
import { backtestReport } from '../../../fixtures/backtest-report.ts';

test.each([
  // 20 of 100 and 0 of 10, from the printed tables of the Wilson interval.
  [0.2, 100, 0.1334, 0.2888],
  [0, 10, 0, 0.2775],
  [1, 10, 0.7225, 1],
])('%d of %d lies within %d and %d', (share, customers, from, to) => {
  const bounds = shareBounds(share, customers);
  expect(bounds.from).toBeCloseTo(from, 4);
  expect(bounds.to).toBeCloseTo(to, 4);
});

test('of nobody nothing is known', () => {
  expect(shareBounds(0, 0)).toEqual({ from: 0, to: 1 });
});

test('the axes end above the highest bin, at 100 % at most', () => {
  const drawn = (share: number) => {
    const { plots } = backtestReport();
    const calibration = [{ customers: 1000, predicted: share, actual: share }];
    return calibrationChart(backtestReport({ plots: { ...plots, calibration } }))?.svg ?? '';
  };
  const labels = (svg: string) =>
    [...svg.matchAll(/<text[^>]*>(\d+)<\/text>/g)].map((match) => Number(match[1]));
  expect(Math.max(...labels(drawn(0.99)))).toBe(100);
  expect(Math.max(...labels(drawn(0.03)))).toBe(5);
  expect(Math.max(...labels(drawn(0.31)))).toBe(40);
});
