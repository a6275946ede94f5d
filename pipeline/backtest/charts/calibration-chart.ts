import type { BacktestReport } from '../../../operators/backtest/backtest-report.ts';
import { count, inDays, percent } from '../report-figures.ts';
import { actualColour, axis, chartSize, dots, drawChart, plain, soft } from './draw-chart.ts';
import type { ReportChart } from './report-chart.ts';

export function calibrationChart({ plots, horizonDays }: BacktestReport): ReportChart | undefined {
  if (plots.calibration.length === 0) return undefined;
  const bins = plots.calibration.map((bin) => ({ ...bin, ...shareBounds(bin.actual, bin.customers) }));
  const highest = Math.max(...bins.flatMap((bin) => [bin.predicted, bin.to]));
  const step = highest > 0.5 ? 0.2 : highest > 0.2 ? 0.1 : 0.05;
  const top = Math.min(1, Math.ceil(highest / step) * step);
  const shares = {
    min: 0,
    max: top,
    interval: step,
    axisLabel: { formatter: (value: number) => `${Math.round(value * 100)}` },
  };
  const counts = bins.map(({ customers }) => customers);
  const each =
    Math.min(...counts) === Math.max(...counts)
      ? count(counts[0] ?? 0)
      : `${count(Math.min(...counts))} to ${count(Math.max(...counts))}`;
  const option = {
    grid: { left: 58, right: 16, top: 14, bottom: 48 },
    xAxis: { type: 'value', ...axis('predicted, %', { ...shares, nameGap: 30 }) },
    yAxis: { type: 'value', ...axis('bought, %', { ...shares, nameGap: 38 }, true) },
    series: [
      {
        ...plain,
        type: 'line',
        data: [
          [0, 0],
          [top, top],
        ],
        lineStyle: { color: soft, type: 'dashed', width: 1.5 },
      },
      {
        type: 'custom',
        silent: true,
        data: bins.map((bin) => [bin.predicted, bin.from, bin.to]),
        renderItem: whisker,
      },
      { ...dots(actualColour), type: 'scatter', data: bins.map((bin) => [bin.predicted, bin.actual]) },
    ],
  };
  const title = 'Calibration';
  return {
    id: 'calibration',
    title,
    caption: `Customers in ${bins.length} bins by predicted probability of buying within ${inDays(horizonDays)} (${each} customers a bin), against the share that bought. On the dashed line the two agree.`,
    legend: [
      { label: 'share that bought', colour: actualColour, mark: 'dot' },
      { label: '95 % range for so many customers', colour: actualColour, mark: 'range' },
      { label: 'perfect', colour: soft, mark: 'dashes' },
    ],
    svg: drawChart('calibration', `${title}: predicted against actual share of buyers`, chartSize, option),
    table: {
      headers: ['Bin', 'Customers', 'Predicted', 'Bought', '95 % range'],
      rows: bins.map((bin, index) => [
        String(index + 1),
        count(bin.customers),
        percent(bin.predicted),
        percent(bin.actual),
        `${percent(bin.from)} to ${percent(bin.to)}`,
      ]),
    },
  };
}

interface CustomApi {
  readonly value: (dimension: number) => number;
  readonly coord: (point: readonly [number, number]) => readonly [number, number];
}

function whisker(_: unknown, api: CustomApi) {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const [, high] = api.coord([api.value(0), api.value(2)]);
  return {
    type: 'line',
    shape: { x1: x, y1: low, x2: x, y2: high },
    style: { fill: 'none', stroke: actualColour, lineWidth: 2, opacity: 0.45 },
  };
}

/**
 * Bounds within which the true share lies with 95 % confidence, given a share seen among so many customers.
 * @see Wilson 1927, "Probable inference, the law of succession, and statistical inference"
 */
export function shareBounds(share: number, customers: number): { from: number; to: number } {
  if (customers <= 0) return { from: 0, to: 1 };
  const z2 = 1.959964 ** 2;
  const middle = (share + z2 / (2 * customers)) / (1 + z2 / customers);
  const half =
    Math.sqrt((z2 * share * (1 - share)) / customers + z2 ** 2 / (4 * customers ** 2)) / (1 + z2 / customers);
  return { from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}
