import type { BacktestReport } from '../../../operators/backtest/backtest-report.ts';
import { percent } from '../report-figures.ts';
import {
  actualColour,
  axis,
  chartSize,
  drawChart,
  fontFamily,
  ground,
  modelColour,
  soft,
} from './draw-chart.ts';
import type { ReportChart } from './report-chart.ts';

/** Share the interval promises, and the band it should keep to. */
const promised = { from: 0.75, to: 0.85, share: 0.8 };

export function coverageChart({ nextOrder }: BacktestReport): ReportChart | undefined {
  const { intervalCoverage, intervalCoverageOfBuyers } = nextOrder;
  const bars = [
    { name: 'who bought', share: intervalCoverageOfBuyers },
    { name: 'all dated', share: intervalCoverage },
  ].flatMap(({ name, share }) => (share === null ? [] : [{ name, share }]));
  if (bars.length === 0) return undefined;
  const option = {
    grid: { left: 92, right: 24, top: 34, bottom: 44 },
    xAxis: {
      type: 'value',
      ...axis('intervals that held the date, %', { min: 0, max: 100, interval: 20, nameGap: 28 }, true),
    },
    yAxis: {
      type: 'category',
      data: bars.map(({ name }) => name),
      ...axis('', { axisLine: { show: false }, axisTick: { show: false } }),
    },
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 26,
        data: bars.map(({ share }) => share * 100),
        itemStyle: { color: modelColour, borderRadius: [0, 4, 4, 0] },
        label: {
          show: true,
          position: 'insideLeft',
          color: ground,
          fontFamily,
          fontSize: 14,
          fontWeight: 600,
          formatter: ({ value }: { value: number }) => percent(value / 100),
        },
        markArea: {
          silent: true,
          itemStyle: { color: actualColour, opacity: 0.22 },
          data: [[{ xAxis: promised.from * 100 }, { xAxis: promised.to * 100 }]],
        },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: actualColour, type: 'solid', width: 2 },
          label: { formatter: 'promised', color: soft, fontFamily, fontSize: 12 },
          data: [{ xAxis: promised.share * 100 }],
        },
      },
    ],
  };
  const title = 'Coverage of the next-order interval';
  return {
    id: 'coverage',
    title,
    caption:
      'How often the 80 % interval of the next order held: of all customers a date was named for (one that did not buy counts as held when the interval reaches beyond the horizon), and of those who bought. The band is 75 to 85 %.',
    legend: [
      { label: 'held', colour: modelColour, mark: 'bar' },
      { label: 'promised', colour: actualColour, mark: 'line' },
    ],
    svg: drawChart(
      'coverage',
      `${title}: ${bars.map(({ name, share }) => `${name} ${percent(share)}`).join(', ')}; 80 % promised`,
      { ...chartSize, height: 80 + 50 * bars.length },
      option,
    ),
    table: {
      headers: ['Customers', 'Promised', 'Held'],
      rows: bars.map(({ name, share }) => [name, percent(promised.share), percent(share)]),
    },
  };
}
