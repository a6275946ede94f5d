import { useMemo, useState } from 'preact/hooks';
import { baseAxis, frame, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { segmentLegend } from '../charts/legend.tsx';
import type { Palette } from '../charts/palette.ts';
import { namesIn, type PeriodRow, periodRows, runningNote } from '../charts/performance-rows.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import type { Performance, PeriodFigures } from '../data/answers.ts';
import { count, money, short, shortMoney } from '../format/numbers.ts';
import { titleOf } from '../format/segments.ts';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';

type Measure = 'revenue' | 'orders';

const measures = [
  { value: 'revenue', name: 'Revenue' },
  { value: 'orders', name: 'Orders' },
] as const;

interface RevenueCardProps {
  readonly performance: Performance;
  readonly currency: string;
}

/** What each segment brought in, period by period. */
export function RevenueCard({ performance, currency }: RevenueCardProps) {
  const [measure, setMeasure] = useState<Measure>('revenue');
  const rows = useMemo(() => periodRows(performance), [performance]);
  const names = useMemo(() => namesIn(rows, (figures) => figures[measure]), [rows, measure]);
  const draw = useMemo(
    () => (palette: Palette) => bars(palette, rows, names, measure, currency),
    [rows, names, measure, currency],
  );
  const written = (value: number) => (measure === 'revenue' ? money(value, currency) : count(value));
  return (
    <ChartCard
      class="half"
      title={measure === 'revenue' ? 'Revenue by segment' : 'Orders by segment'}
      note={`${measure === 'revenue' ? `Net of returns, ${currency}` : 'Orders with a purchase'}, counted to the segment held just before; a first order has none.${runningNote(rows, performance.by)}`}
      label={`Bars of ${count(rows.length)} periods; the table has the figures.`}
      draw={draw}
      legend={segmentLegend(names)}
      actions={<ChoiceSwitch label="Measure" choices={measures} value={measure} onChange={setMeasure} />}
      table={{
        rows: names.length === 0 ? [] : rows,
        columns: [
          { head: 'Period', cell: ({ label }: PeriodRow) => label, names: true },
          ...names.map((name) => ({
            head: titleOf(name),
            cell: ({ segments }: PeriodRow) => written(segments[name]?.[measure] ?? 0),
            number: true,
          })),
          {
            head: 'All',
            cell: ({ segments }: PeriodRow) => written(total(segments, measure)),
            number: true,
          },
        ],
      }}
      keyOf={({ label }, index) => `${index} ${label}`}
      empty="Nothing was bought in these dates"
    />
  );
}

function bars(
  palette: Palette,
  rows: readonly PeriodRow[],
  names: readonly string[],
  measure: Measure,
  currency: string,
) {
  const written = (value: number) => (measure === 'revenue' ? money(value, currency) : count(value));
  return {
    grid: frame,
    tooltip: axisTip(palette, ([first]) => {
      const row = rows[first?.dataIndex ?? 0];
      return tip(`${row?.label}: ${written(total(row?.segments ?? {}, measure))}`, [
        ...names.map((name) => ({
          name: titleOf(name),
          value: written(row?.segments[name]?.[measure] ?? 0),
          colour: palette.segment(name),
        })),
      ]);
    }),
    xAxis: baseAxis(palette, { type: 'category', data: rows.map(({ label }) => label) }),
    yAxis: valueAxis(palette, measure === 'revenue' ? currency : 'orders', {
      axisLabel: {
        formatter: (value: number) => (measure === 'revenue' ? shortMoney(value, currency) : short(value)),
      },
    }),
    series: [...names].reverse().map((name) => ({
      type: 'bar',
      name,
      stack: 'all',
      barMaxWidth: 40,
      barCategoryGap: '22%',
      data: rows.map(({ segments }) => segments[name]?.[measure] ?? 0),
      itemStyle: { color: palette.segment(name), borderColor: palette.surface, borderWidth: 0.5 },
    })),
  };
}

function total(segments: Readonly<Record<string, PeriodFigures>>, measure: Measure): number {
  return Object.values(segments).reduce((sum, figures) => sum + figures[measure], 0);
}
