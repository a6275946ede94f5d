import { useMemo } from 'preact/hooks';
import { baseAxis, frame, smoothless, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import { clockTime } from '../format/dates.ts';
import { count, decimal, duration } from '../format/numbers.ts';
import { type LivePoint, type LiveState, pointsMax } from '../live/live-state.ts';

/** Events and lag over the last minutes, as seen since the page was opened. */
export function ThroughputCharts({ state: { points } }: { readonly state: LiveState }) {
  const draw = useMemo(() => (palette: Palette) => throughput(palette, points), [points]);
  return (
    <ChartCard
      title="Events per second"
      note="Events taken in each second over the last five minutes, since this page was opened."
      label={`Now ${decimal(points.at(-1)?.eventsPerSecond)} a second, lag ${duration(points.at(-1)?.lagMs)}.`}
      heightPx={170}
      draw={draw}
      table={{
        rows: [...points].reverse(),
        columns: [
          { head: 'Time', cell: ({ atMs }: LivePoint) => clockTime(atMs), names: true },
          {
            head: 'Events per second',
            cell: ({ eventsPerSecond }) => decimal(eventsPerSecond),
            number: true,
          },
          { head: 'Lag', cell: ({ lagMs }) => duration(lagMs), number: true },
          { head: 'Customers', cell: ({ customers }) => count(customers), number: true },
        ],
      }}
      keyOf={({ atMs }) => String(atMs)}
      empty="No figures yet"
    />
  );
}

/** The axis of a quiet pipeline does not shrink below this, so that one event looks like little. */
const quietTop = 10;

function throughput(palette: Palette, points: readonly LivePoint[]) {
  const last = points.at(-1)?.atMs ?? Date.now();
  return {
    grid: frame,
    tooltip: axisTip(palette, ([first]) => {
      const point = points[first?.dataIndex ?? 0];
      return tip(clockTime(point?.atMs ?? 0), [
        { name: 'events per second', value: decimal(point?.eventsPerSecond), colour: palette.accent },
        { name: 'lag', value: duration(point?.lagMs) },
      ]);
    }),
    xAxis: baseAxis(palette, {
      type: 'time',
      min: last - pointsMax * 1_000,
      max: last,
      axisLabel: { formatter: (value: number) => clockTime(value).slice(0, 5) },
      splitNumber: 5,
    }),
    yAxis: valueAxis(palette, 'events / s', {
      minInterval: 1,
      splitNumber: 2,
      max: ({ max }: { max: number }) => (max < quietTop ? quietTop : null),
    }),
    series: [
      {
        ...smoothless,
        data: points.map(({ atMs, eventsPerSecond }) => [atMs, eventsPerSecond]),
        lineStyle: { color: palette.accent, width: 2 },
        itemStyle: { color: palette.accent },
        areaStyle: { color: palette.accent, opacity: 0.12 },
      },
    ],
  };
}
