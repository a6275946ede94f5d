import { useMemo } from 'preact/hooks';
import { baseAxis, frame, smoothless, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import type { Backtest, TrackingDay } from '../data/model-answers.ts';
import { count, short } from '../format/numbers.ts';

/** Purchase days of all customers since the cut: as foreseen then, and as they came. */
export function TrackingCard({ backtest }: { readonly backtest: Backtest }) {
  const days = backtest.plots.tracking;
  const draw = useMemo(() => (palette: Palette) => lines(palette, days), [days]);
  return (
    <ChartCard
      class="half"
      title="Tracking"
      note="Purchase days of all customers together since the cut: as foreseen on that day, and as they came."
      label={`After ${days.at(-1)?.day ?? 0} days ${count(days.at(-1)?.predicted)} foreseen, ${count(days.at(-1)?.actual)} came.`}
      draw={draw}
      legend={[
        { name: 'actual', colour: 'var(--accent)', mark: 'line' },
        { name: 'predicted', colour: 'var(--cause-time)', mark: 'dashes' },
      ]}
      table={{
        rows: days,
        columns: [
          { head: 'Days after the cut', cell: ({ day }: TrackingDay) => count(day), names: true },
          { head: 'Predicted', cell: ({ predicted }) => count(predicted), number: true },
          { head: 'Actual', cell: ({ actual }) => count(actual), number: true },
        ],
      }}
      keyOf={({ day }) => String(day)}
      empty="The backtest holds no course of days"
    />
  );
}

function lines(palette: Palette, days: readonly TrackingDay[]) {
  return {
    grid: { ...frame, bottom: 28 },
    tooltip: axisTip(palette, ([first]) => {
      const at = days[first?.dataIndex ?? 0];
      return tip(`day ${count(at?.day)}`, [
        { name: 'actual', value: count(at?.actual), colour: palette.accent },
        { name: 'predicted', value: count(at?.predicted), colour: palette.causeTime },
      ]);
    }),
    xAxis: baseAxis(palette, {
      type: 'value',
      min: 0,
      max: days.at(-1)?.day,
      name: 'days after the cut',
      nameLocation: 'middle',
      nameGap: 32,
    }),
    yAxis: valueAxis(palette, 'purchase days, cumulative', { axisLabel: { formatter: short } }),
    series: [
      {
        ...smoothless,
        data: days.map(({ day, actual }) => [day, actual]),
        lineStyle: { color: palette.accent, width: 2.5 },
      },
      {
        ...smoothless,
        data: days.map(({ day, predicted }) => [day, predicted]),
        lineStyle: { color: palette.causeTime, width: 2.5, type: [7, 4] },
      },
    ],
  };
}
