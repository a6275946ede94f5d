import { expect, test } from 'vitest';
import { trackingChart } from '../../../../pipeline/backtest/charts/tracking-chart.ts';
import { backtestReport } from '../../../fixtures/backtest-report.ts';

function drawn(horizonDays: number) {
  const { plots } = backtestReport();
  const tracking = Array.from({ length: horizonDays + 1 }, (_, day) => ({
    day,
    predicted: day,
    actual: day * 2,
  }));
  return trackingChart(backtestReport({ horizonDays, plots: { ...plots, tracking } }));
}

/** Labels of the axis of days: the texts anchored in the middle. */
function dayLabels(svg = ''): number[] {
  const labels = [...svg.matchAll(/<text[^>]*text-anchor="middle"[^>]*>(\d+)<\/text>/g)];
  return labels.map((match) => Number(match[1]));
}

test.each([
  [7, [0, 1, 2, 3, 4, 5, 6, 7]],
  [30, [0, 5, 10, 15, 20, 25, 30]],
  [90, [0, 15, 30, 45, 60, 75, 90]],
  [273, [0, 91, 182, 273]],
])('%i days are labelled in steps that people count in', (days, labels) => {
  expect(dayLabels(drawn(days)?.svg)).toEqual(labels);
});

test('a horizon that no step divides ends without a label of its own', () => {
  const found = dayLabels(drawn(97)?.svg);
  expect(found).not.toContain(97);
  expect(found.length).toBeGreaterThan(3);
});

test('the table is short however long the horizon, and ends with its last day', () => {
  const rows = drawn(1_000)?.table.rows ?? [];
  expect(rows.length).toBeLessThanOrEqual(21);
  expect(rows.at(-1)).toEqual(['1,000', '1,000', '2,000', '−50.0\u00a0%']);
});
