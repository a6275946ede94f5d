import { useMemo } from 'preact/hooks';
import { baseAxis, frame, smoothless, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import { clockTime } from '../format/dates.ts';
import { count, decimal, duration } from '../format/numbers.ts';
import type { LivePoint, LiveState } from '../live/live-state.ts';

/** The time that is drawn, ms. */
const spanMs = 300_000;

/** Events, or where nobody counts them the lag, over the last minutes, as seen since the page was opened. */
export function ThroughputCharts({ state: { points } }: { readonly state: LiveState }) {
  const last = points.at(-1);
  const counted = last === undefined || last.eventsPerSecond !== null;
  const draw = useMemo(
    () => (palette: Palette) => chart(palette, points, counted ? throughput : lag),
    [points, counted],
  );
  return (
    <ChartCard
      title={counted ? 'Events per second' : 'Lag'}
      note={
        counted
          ? 'Events taken in each second over the last five minutes, since this page was opened.'
          : 'Age of the oldest record not yet processed over the last five minutes, since this page was opened.'
      }
      label={`Now ${decimal(last?.eventsPerSecond)} a second, lag ${duration(last?.lagMs)}.`}
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

/** One of the two things that are drawn. */
interface Drawn {
  readonly unit: string;
  readonly value: (point: LivePoint) => number | null;
  /** The axis does not shrink below this while little happens, so that one event looks like little. */
  readonly quietTop: number;
}

const throughput: Drawn = {
  unit: 'events / s',
  value: ({ eventsPerSecond }) => eventsPerSecond,
  quietTop: 10,
};

const lag: Drawn = { unit: 'seconds', value: ({ lagMs }) => lagMs / 1_000, quietTop: 10 };

function chart(palette: Palette, points: readonly LivePoint[], { unit, value, quietTop }: Drawn) {
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
      min: last - spanMs,
      max: last,
      axisLabel: { formatter: (at: number) => clockTime(at).slice(0, 5) },
      splitNumber: 5,
    }),
    yAxis: valueAxis(palette, unit, {
      minInterval: 1,
      splitNumber: 2,
      max: ({ max }: { max: number }) => (max < quietTop ? quietTop : null),
    }),
    series: [
      {
        ...smoothless,
        data: points.map((point) => [point.atMs, value(point)]),
        lineStyle: { color: palette.accent, width: 2 },
        itemStyle: { color: palette.accent },
        areaStyle: { color: palette.accent, opacity: 0.12 },
      },
    ],
  };
}
