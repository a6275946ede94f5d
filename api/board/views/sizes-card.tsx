import { useMemo } from 'preact/hooks';
import { baseAxis, frame, smoothless, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { segmentLegend } from '../charts/legend.tsx';
import type { Palette } from '../charts/palette.ts';
import { namesIn, type PeriodRow, periodRows, runningNote } from '../charts/performance-rows.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import type { Performance } from '../data/answers.ts';
import { count, percent, short } from '../format/numbers.ts';
import { titleOf } from '../format/segments.ts';

/** How many customers stood in each segment at the end of each period, one above the other. */
export function SizesCard({ performance }: { readonly performance: Performance }) {
  const rows = useMemo(() => periodRows(performance), [performance]);
  const names = useMemo(() => namesIn(rows), [rows]);
  const draw = useMemo(() => (palette: Palette) => stacked(palette, rows, names), [rows, names]);
  return (
    <ChartCard
      class="half"
      title="Customers over time"
      note={`Customers in each segment at the end of each period.${runningNote(rows, performance.by)}`}
      label={`${count(rows.length)} periods, ${count(names.length)} segments stacked; the table has the figures.`}
      draw={draw}
      legend={segmentLegend(names)}
      table={{
        rows: names.length === 0 ? [] : rows,
        columns: [
          { head: 'Period', cell: ({ label }: PeriodRow) => label, names: true },
          ...names.map((name) => ({
            head: titleOf(name),
            cell: ({ segments }: PeriodRow) => count(segments[name]?.customers ?? 0),
            number: true,
          })),
        ],
      }}
      keyOf={({ label }, index) => `${index} ${label}`}
      empty="No period has ended in these dates"
    />
  );
}

function stacked(palette: Palette, rows: readonly PeriodRow[], names: readonly string[]) {
  const sizeOf = (row: PeriodRow | undefined, name: string) => row?.segments[name]?.customers ?? 0;
  return {
    grid: frame,
    tooltip: axisTip(palette, ([first]) => {
      const row = rows[first?.dataIndex ?? 0];
      const total = names.reduce((sum, name) => sum + sizeOf(row, name), 0);
      return tip(`${row?.label}: ${count(total)} customers`, [
        ...names.map((name) => ({
          name: titleOf(name),
          value: `${count(sizeOf(row, name))} · ${percent(total === 0 ? 0 : sizeOf(row, name) / total)}`,
          colour: palette.segment(name),
        })),
      ]);
    }),
    xAxis: baseAxis(palette, { type: 'category', boundaryGap: false, data: rows.map(({ label }) => label) }),
    yAxis: valueAxis(palette, 'customers', { axisLabel: { formatter: short } }),
    // The worst lie at the bottom, so that a growing red floor is seen at once.
    series: [...names].reverse().map((name) => ({
      ...smoothless,
      name,
      stack: 'customers',
      data: rows.map((row) => sizeOf(row, name)),
      lineStyle: { width: 1, color: palette.surface },
      itemStyle: { color: palette.segment(name) },
      areaStyle: { color: palette.segment(name), opacity: 0.92 },
    })),
  };
}
