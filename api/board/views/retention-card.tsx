import { useMemo } from 'preact/hooks';
import { baseAxis, frame, smoothless, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { segmentLegend } from '../charts/legend.tsx';
import type { Palette } from '../charts/palette.ts';
import { namesIn, type PeriodRow, periodRows } from '../charts/performance-rows.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import type { Performance } from '../data/answers.ts';
import { count, percent } from '../format/numbers.ts';
import { titleOf, unassigned } from '../format/segments.ts';

/** Buyers of a period who came back in the next. */
export function RetentionCard({ performance }: { readonly performance: Performance }) {
  const rows = useMemo(
    () =>
      periodRows(performance).filter(({ segments }) =>
        Object.values(segments).some(({ retained }) => retained !== null),
      ),
    [performance],
  );
  const names = useMemo(() => namesIn(rows, ({ retained }) => retained), [rows]);
  const draw = useMemo(() => (palette: Palette) => lines(palette, rows, names), [rows, names]);
  const next = performance.by === 'month' ? 'month' : 'week';
  return (
    <ChartCard
      class="half"
      title="Retention by segment"
      note={`Share of the buyers of a ${next} who bought again in the ${next} after, %. Known once that one is over.`}
      label={`Lines of ${count(names.length)} segments over ${count(rows.length)} periods; the table has the figures.`}
      draw={draw}
      legend={segmentLegend(names, 'line')}
      table={{
        rows,
        columns: [
          { head: 'Period', cell: ({ label }: PeriodRow) => label, names: true },
          ...names.map((name) => ({
            head: titleOf(name),
            cell: ({ segments }: PeriodRow) => percent(segments[name]?.retained),
            number: true,
          })),
        ],
      }}
      keyOf={({ label }, index) => `${index} ${label}`}
      empty="No period has one after it yet"
    />
  );
}

/** Beyond so many periods points and lines are drawn finer. */
const manyPeriods = 20;

/** A point that rests on fewer buyers than this says nothing and is left out of the line; the table has it. */
const buyersMin = 5;

function lines(palette: Palette, rows: readonly PeriodRow[], names: readonly string[]) {
  return {
    grid: frame,
    tooltip: axisTip(palette, ([first]) => {
      const row = rows[first?.dataIndex ?? 0];
      return tip(row?.label ?? '', [
        ...names.map((name) => ({
          name: titleOf(name),
          value: `${percent(row?.segments[name]?.retained)} of ${count(row?.segments[name]?.buyers ?? 0)}`,
          colour: palette.segment(name),
        })),
      ]);
    }),
    xAxis: baseAxis(palette, { type: 'category', boundaryGap: false, data: rows.map(({ label }) => label) }),
    yAxis: valueAxis(palette, '% of buyers', {
      min: 0,
      max: ({ max }: { max: number }) => Math.min(1, Math.ceil(max * 5) / 5),
      interval: 0.2,
      axisLabel: { formatter: (value: number) => String(Math.round(value * 100)) },
    }),
    series: names.map((name) => ({
      ...smoothless,
      symbol: 'circle',
      symbolSize: rows.length > manyPeriods ? 3 : 5,
      showSymbol: true,
      name,
      data: rows.map(({ segments }) => {
        const figures = segments[name];
        return figures === undefined || figures.buyers < buyersMin ? null : figures.retained;
      }),
      lineStyle: {
        color: palette.segment(name),
        width: rows.length > manyPeriods ? 1.5 : 2,
        type: name === unassigned ? 'dashed' : 'solid',
      },
      itemStyle: { color: palette.segment(name) },
    })),
  };
}
