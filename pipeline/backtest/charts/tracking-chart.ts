import type { BacktestReport } from '../../../operators/backtest/backtest-report.ts';
import { count, percent, short } from '../report-figures.ts';
import { actualColour, axis, chartSize, drawChart, modelColour, plain } from './draw-chart.ts';
import type { ReportChart } from './report-chart.ts';

export function trackingChart({ plots, horizonDays }: BacktestReport): ReportChart | undefined {
  const days = plots.tracking;
  const last = days.at(-1);
  if (last === undefined) return undefined;
  const max = Math.ceil(Math.max(last.day, horizonDays));
  const interval = dayStep(max);
  const option = {
    grid: { left: 66, right: 16, top: 14, bottom: 48 },
    xAxis: {
      type: 'value',
      ...axis('days after the cut', {
        min: 0,
        max,
        interval,
        nameGap: 30,
        axisLabel: { showMaxLabel: max % interval === 0 },
      }),
    },
    yAxis: {
      type: 'value',
      ...axis('purchase days, cumulative', { nameGap: 50, axisLabel: { formatter: short } }, true),
    },
    series: [
      {
        ...plain,
        type: 'line',
        data: days.map(({ day, actual }) => [day, actual]),
        lineStyle: { color: actualColour, width: 2.5 },
      },
      {
        ...plain,
        type: 'line',
        data: days.map(({ day, predicted }) => [day, predicted]),
        lineStyle: { color: modelColour, width: 2.5, type: [7, 4] },
      },
    ],
  };
  const title = 'Tracking';
  return {
    id: 'tracking',
    title,
    caption: `Purchase days of all customers together since the cut, day by day: as foreseen at the cut, and as they came.`,
    legend: [
      { label: 'actual', colour: actualColour, mark: 'line' },
      { label: 'predicted', colour: modelColour, mark: 'dashes' },
    ],
    svg: drawChart('tracking', `${title}: cumulative purchase days by day after the cut`, chartSize, option),
    table: {
      headers: ['Day', 'Predicted', 'Actual', 'Difference'],
      rows: everyNth(days, 20).map(({ day, predicted, actual }) => [
        count(day),
        count(predicted),
        count(actual),
        percent(actual === 0 ? null : predicted / actual - 1, true),
      ]),
    },
  };
}

/** At most about `wanted` entries, evenly spread, the last always among them. */
function everyNth<T>(entries: readonly T[], wanted: number): T[] {
  const step = Math.max(1, Math.ceil(entries.length / wanted));
  return entries.filter((_, index) => (entries.length - 1 - index) % step === 0);
}

const daySteps = [1, 2, 5, 7, 10, 14, 15, 30, 60, 91, 182, 365];

/** Days between two labels: a step that people count in, best one that ends where the axis does. */
function dayStep(days: number): number {
  const fitting = daySteps.filter((step) => days / step >= 3 && days / step <= 8);
  return fitting.find((step) => days % step === 0) ?? fitting[0] ?? Math.ceil(days / 6);
}
