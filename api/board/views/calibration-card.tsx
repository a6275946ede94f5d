import { useMemo } from 'preact/hooks';
import { baseAxis, frame, smoothless, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { itemTip, tip } from '../charts/tooltip.ts';
import type { Backtest, CalibrationBin } from '../data/model-answers.ts';
import { count, percent } from '../format/numbers.ts';

/** Foreseen against actual chances, in bins of equal size. */
export function CalibrationCard({ backtest }: { readonly backtest: Backtest }) {
  const bins = backtest.plots.calibration;
  const draw = useMemo(() => (palette: Palette) => points(palette, bins), [bins]);
  return (
    <ChartCard
      class="half"
      title="Calibration"
      note={`Customers in ${bins.length} bins by the chance foreseen of buying within ${backtest.horizonDays} days, against the share that bought, both in %. On the dashed line the two agree.`}
      label={`${bins.length} bins; the table has each.`}
      draw={draw}
      legend={[
        { name: 'share that bought, 95 % range', colour: 'var(--accent)', mark: 'dot' },
        { name: 'perfect', colour: 'var(--soft)', mark: 'dashes' },
      ]}
      table={{
        rows: bins,
        columns: [
          { head: 'Predicted', cell: ({ predicted }: CalibrationBin) => percent(predicted), names: true },
          { head: 'Bought', cell: ({ actual }) => percent(actual), number: true },
          { head: 'Customers', cell: ({ customers }) => count(customers), number: true },
        ],
      }}
      keyOf={(_, index) => String(index)}
      empty="The backtest holds no chances"
    />
  );
}

interface RenderApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): [number, number];
}

function points(palette: Palette, bins: readonly CalibrationBin[]) {
  const top = Math.min(
    1,
    Math.ceil(Math.max(0.1, ...bins.flatMap((bin) => [bin.predicted, rangeOf(bin).to])) * 10) / 10,
  );
  const share = {
    min: 0,
    interval: top > 0.5 ? 0.2 : 0.1,
    max: top,
    axisLabel: { formatter: (value: number) => String(Math.round(value * 100)) },
  };
  return {
    grid: { ...frame, bottom: 28 },
    tooltip: itemTip(({ dataIndex }) => {
      const bin = bins[dataIndex];
      if (bin === undefined) return tip('', []);
      const { from, to } = rangeOf(bin);
      return tip(`${count(bin.customers)} customers`, [
        { name: 'predicted', value: percent(bin.predicted) },
        { name: 'bought', value: percent(bin.actual), colour: palette.accent },
        { name: '95 % range', value: `${percent(from)} to ${percent(to)}` },
      ]);
    }),
    xAxis: {
      ...valueAxis(palette, 'predicted, %', share),
      nameLocation: 'middle',
      nameGap: 32,
      nameTextStyle: { color: palette.soft, fontSize: 12 },
      splitLine: { show: false },
      ...{ axisLine: baseAxis(palette).axisLine },
    },
    yAxis: valueAxis(palette, 'bought, %', share),
    series: [
      {
        ...smoothless,
        silent: true,
        tooltip: { show: false },
        data: [
          [0, 0],
          [top, top],
        ],
        lineStyle: { color: palette.soft, type: 'dashed', width: 1.5 },
      },
      {
        type: 'custom',
        silent: true,
        data: bins.map((bin) => [bin.predicted, rangeOf(bin).from, rangeOf(bin).to]),
        renderItem: (_: unknown, api: RenderApi) => whisker(api, palette.accent),
      },
      {
        type: 'scatter',
        symbolSize: 9,
        itemStyle: { color: palette.accent },
        data: bins.map(({ predicted, actual }) => [predicted, actual]),
      },
    ],
  };
}

function whisker(api: RenderApi, colour: string) {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const [, high] = api.coord([api.value(0), api.value(2)]);
  return {
    type: 'line',
    shape: { x1: x, y1: low, x2: x, y2: high },
    style: { stroke: colour, lineWidth: 1.5, opacity: 0.6 },
  };
}

/** Two-sided 95 % of the normal distribution. */
const z = 1.96;

/** What so many customers can tell of their share. @see Wilson (1927), score interval */
function rangeOf({ actual, customers }: CalibrationBin): { from: number; to: number } {
  const middle = (actual + (z * z) / (2 * customers)) / (1 + (z * z) / customers);
  const half =
    (z / (1 + (z * z) / customers)) *
    Math.sqrt((actual * (1 - actual)) / customers + (z * z) / (4 * customers * customers));
  return { from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}
