import { useMemo, useState } from 'preact/hooks';
import { baseAxis, frame, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import type { Performance } from '../data/answers.ts';
import { day, instantMs, msPerDay, shortDay } from '../format/dates.ts';
import { count, decimal, money, percent, short, shortMoney } from '../format/numbers.ts';
import { segmentNames, titleOf, unassigned } from '../format/segments.ts';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';

type Measure = 'purchases' | 'spend';

const measures = [
  { value: 'purchases', name: 'Purchase days' },
  { value: 'spend', name: 'Spend' },
] as const;

interface ForecastRow {
  readonly at: string;
  readonly closed: boolean;
  readonly name: string;
  readonly customers: number;
  readonly expected: number | null;
  readonly actual: number | null;
}

interface ForecastCardProps {
  readonly performance: Performance;
  readonly currency: string;
  /** One segment alone. */
  readonly slug?: string | undefined;
}

/** What was foreseen for each four weeks, and what came. */
export function ForecastCard({ performance, currency, slug }: ForecastCardProps) {
  const [measure, setMeasure] = useState<Measure>('purchases');
  const rows = useMemo(() => forecastRows(performance, measure), [performance, measure]);
  const totals = useMemo(() => totalsOf(rows), [rows]);
  const draw = useMemo(
    () => (palette: Palette) => pairs(palette, totals, measure, currency),
    [totals, measure, currency],
  );
  const written = (value: number | null) => (measure === 'spend' ? money(value, currency) : decimal(value));
  const horizonDays = performance.forecasts[0]?.horizonDays ?? 28;
  return (
    <ChartCard
      class="half"
      title="Predicted against actual"
      note={`${measure === 'spend' ? `Spend, ${currency},` : 'Purchase days'} of ${slug === undefined ? 'all customers' : 'those who stood here'} in the ${horizonDays} days after each date: as foreseen on that date, and as it came.${overNote(totals, horizonDays)}`}
      label={`${count(totals.length)} forecasts; the table has them by segment.`}
      draw={draw}
      legend={[
        { name: 'predicted', colour: 'var(--foreseen)' },
        { name: 'actual', colour: 'var(--accent)' },
      ]}
      actions={<ChoiceSwitch label="Measure" choices={measures} value={measure} onChange={setMeasure} />}
      table={{
        rows,
        columns: [
          { head: 'From', cell: ({ at }: ForecastRow) => day(at), names: true },
          { head: 'Segment', cell: ({ name }) => titleOf(name) },
          { head: 'Customers', cell: ({ customers }) => count(customers), number: true },
          { head: 'Predicted', cell: ({ expected }) => written(expected), number: true },
          {
            head: 'Actual',
            cell: ({ actual, closed }) => (closed ? written(actual) : 'not over'),
            number: true,
          },
          { head: 'Off by', cell: ({ expected, actual }) => offBy(expected, actual), number: true },
        ],
      }}
      keyOf={({ at, name }) => `${at} ${name}`}
      empty="No forecast falls into these dates"
    />
  );
}

/** A word where there is nothing to compare yet, or not all of it. */
function overNote(rows: readonly ForecastRow[], horizonDays: number): string {
  const open = rows.filter(({ closed }) => !closed);
  const last = open.at(-1);
  if (last === undefined) return '';
  const over = day(instantMs(last.at) + horizonDays * msPerDay);
  return open.length === rows.length
    ? ` None is over yet; the last will be on ${over}.`
    : ` The last is over on ${over}.`;
}

function forecastRows({ forecasts }: Performance, measure: Measure): ForecastRow[] {
  return forecasts.flatMap(({ at, closedAt, segments }) =>
    [...segmentNames, unassigned].flatMap((name) => {
      const figures = segments[name];
      if (figures === undefined) return [];
      const [expected, actual] =
        measure === 'purchases'
          ? [figures.expectedPurchases, figures.actualPurchases]
          : [figures.expectedSpend, figures.actualSpend];
      return [{ at, closed: closedAt !== null, name, customers: figures.customers, expected, actual }];
    }),
  );
}

function totalsOf(rows: readonly ForecastRow[]): ForecastRow[] {
  const byDate = new Map<string, ForecastRow>();
  for (const row of rows) {
    const sum = byDate.get(row.at);
    byDate.set(row.at, {
      ...row,
      customers: (sum?.customers ?? 0) + row.customers,
      expected: plus(sum?.expected, row.expected),
      actual: plus(sum?.actual, row.actual),
    });
  }
  return [...byDate.values()];
}

function plus(sum: number | null | undefined, value: number | null): number | null {
  return value === null ? (sum ?? null) : (sum ?? 0) + value;
}

function offBy(expected: number | null, actual: number | null): string {
  if (expected === null || actual === null || actual === 0) return '–';
  const share = expected / actual - 1;
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}

function pairs(palette: Palette, rows: readonly ForecastRow[], measure: Measure, currency: string) {
  const written = (value: number | null) => (measure === 'spend' ? money(value, currency) : decimal(value));
  const bar = { type: 'bar', barMaxWidth: 18, barGap: '8%', barCategoryGap: '32%' };
  return {
    grid: frame,
    tooltip: axisTip(palette, ([first]) => {
      const row = rows[first?.dataIndex ?? 0];
      if (row === undefined) return tip('', []);
      return tip(`from ${day(row.at)}, ${count(row.customers)} customers`, [
        { name: 'predicted', value: written(row.expected), colour: palette.foreseen },
        { name: 'actual', value: row.closed ? written(row.actual) : 'not over', colour: palette.accent },
        { name: 'off by', value: offBy(row.expected, row.closed ? row.actual : null) },
      ]);
    }),
    xAxis: baseAxis(palette, {
      type: 'category',
      data: rows.map(({ at }) => `${shortDay(at)}\n${new Date(instantMs(at)).getUTCFullYear()}`),
      axisLabel: { lineHeight: 15 },
    }),
    yAxis: valueAxis(palette, measure === 'spend' ? currency : 'purchase days', {
      axisLabel: {
        formatter: (value: number) => (measure === 'spend' ? shortMoney(value, currency) : short(value)),
      },
    }),
    series: [
      {
        ...bar,
        data: rows.map(({ expected }) => expected),
        itemStyle: { color: palette.foreseen, borderRadius: [3, 3, 0, 0] },
      },
      {
        ...bar,
        data: rows.map(({ actual, closed }) => (closed ? actual : null)),
        itemStyle: { color: palette.accent, borderRadius: [3, 3, 0, 0] },
      },
    ],
  };
}
