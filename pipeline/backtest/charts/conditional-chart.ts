import type { BacktestReport } from '../../../operators/backtest/backtest-report.ts';
import { count, figure, inDays, short } from '../report-figures.ts';
import {
  actualColour,
  axis,
  chartSize,
  dots,
  drawChart,
  faint,
  fontFamily,
  modelColour,
  plain,
  soft,
} from './draw-chart.ts';
import type { ReportChart } from './report-chart.ts';

export function conditionalChart({ plots, horizonDays }: BacktestReport): ReportChart | undefined {
  const bins = plots.conditional;
  if (bins.length === 0) return undefined;
  const name = (index: number) => `${bins[index]?.count ?? ''}${index === bins.length - 1 ? '+' : ''}`;
  const names = bins.map((_, index) => name(index));
  const option = {
    grid: [
      { left: 58, right: 16, top: 14, height: 172 },
      { left: 58, right: 16, top: 222, bottom: 48 },
    ],
    xAxis: [
      { type: 'category', data: names, ...axis('', { axisLabel: { show: false } }) },
      {
        type: 'category',
        data: names,
        gridIndex: 1,
        ...axis('repeat purchase days before the cut', {
          nameGap: 30,
          axisLabel: { interval: 0, hideOverlap: true },
        }),
      },
    ],
    yAxis: [
      { type: 'value', ...axis('mean purchase days', { nameGap: 38 }, true) },
      {
        type: 'log',
        gridIndex: 1,
        ...axis('customers', {
          nameGap: 38,
          min: 0.5,
          axisLabel: { show: false },
          axisLine: { show: false },
          axisTick: { show: false },
          splitLine: { show: false },
        }),
      },
    ],
    series: [
      {
        ...plain,
        ...dots(actualColour),
        showSymbol: true,
        type: 'line',
        data: bins.map(({ actual }) => actual),
        lineStyle: { color: actualColour, width: 2 },
      },
      {
        ...plain,
        ...dots(modelColour, 'diamond'),
        showSymbol: true,
        type: 'line',
        data: bins.map(({ predicted }) => predicted),
        lineStyle: { color: modelColour, width: 2, type: [7, 4] },
      },
      {
        type: 'bar',
        silent: true,
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: bins.map(({ customers }) => customers),
        itemStyle: { color: faint },
        label: {
          show: true,
          position: 'top',
          color: soft,
          fontFamily,
          fontSize: 11,
          formatter: ({ value }: { value: number }) => short(value),
        },
      },
    ],
  };
  const title = 'Conditional expectation';
  return {
    id: 'conditional',
    title,
    caption: `Mean purchase days within ${inDays(horizonDays)} after the cut, by how often the customer had come back before it. Below, how many customers that is (logarithmic).`,
    legend: [
      { label: 'actual', colour: actualColour, mark: 'dot' },
      { label: 'predicted', colour: modelColour, mark: 'diamond' },
      { label: 'customers', colour: faint, mark: 'bar' },
    ],
    svg: drawChart('conditional', `${title}: purchase days in the horizon by past count`, chartSize, option),
    table: {
      headers: ['Repeat days before', 'Customers', 'Predicted', 'Actual'],
      rows: bins.map(({ customers, predicted, actual }, index) => [
        name(index),
        count(customers),
        figure(predicted),
        figure(actual),
      ]),
    },
  };
}
