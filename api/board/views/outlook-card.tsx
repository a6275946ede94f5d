import { useMemo } from 'preact/hooks';
import { baseAxis, frame, smoothless, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { axisTip, tip } from '../charts/tooltip.ts';
import type { Outlook, Profile } from '../data/customer-answers.ts';
import type { Resource } from '../data/use-resource.ts';
import { axisDay, day, instantMs } from '../format/dates.ts';
import { count, counted, percent } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { Shown } from '../parts/states.tsx';

interface OutlookCardProps {
  readonly profile: Profile;
  readonly outlook: Resource<Outlook>;
}

const title = 'If nothing more is bought';

/** What silence will do: the chances falling, and the segments changing with them. */
export function OutlookCard({ profile, outlook }: OutlookCardProps) {
  if (outlook.data === undefined) {
    return (
      <Card class="half" title={title}>
        <Shown of={outlook} what="the outlook">
          {() => null}
        </Shown>
      </Card>
    );
  }
  return <OutlookChart profile={profile} outlook={outlook.data} />;
}

type Point = Outlook['points'][number];

function OutlookChart({ profile, outlook }: { readonly profile: Profile; readonly outlook: Outlook }) {
  const { nextOrder } = profile.predictions;
  const draw = useMemo(() => (palette: Palette) => curves(palette, outlook, nextOrder), [outlook, nextOrder]);
  const known = outlook.points.filter(({ probabilityAlive }) => probabilityAlive !== null);
  const { changes } = outlook;
  return (
    <ChartCard
      class="half"
      title={title}
      note={`Chances in %, day by day from ${day(outlook.asOf)}.${nextOrder.from === null ? '' : ' Shaded: when the next order is likely.'} ${changesNote(outlook)}`}
      label={changes.map(({ at, to }) => `${to} on ${day(at)}`).join(', ') || 'The segment stays.'}
      draw={draw}
      legend={[
        { name: 'still a customer', colour: 'var(--accent)', mark: 'line' },
        { name: 'buys within 30 days', colour: 'var(--cause-time)', mark: 'dashes' },
      ]}
      table={{
        rows: known,
        columns: [
          { head: 'Date', cell: ({ at }: Point) => day(at), names: true },
          {
            head: 'Still a customer',
            cell: ({ probabilityAlive }) => percent(probabilityAlive),
            number: true,
          },
          {
            head: 'Buys within 30 days',
            cell: ({ purchaseProbability30 }) => percent(purchaseProbability30),
            number: true,
          },
          { head: 'Segment changes to', cell: ({ at }) => changeBy(outlook, at), number: true },
        ],
      }}
      keyOf={({ at }) => at}
      empty={profile.predictions.abstained ?? 'There is no prediction for this customer'}
    />
  );
}

function changesNote({ points, changes }: Outlook): string {
  const lastMs = instantMs(points.at(-1)?.at ?? 0);
  const drawn = changes.filter(({ at }) => instantMs(at) <= lastMs).length;
  if (changes.length === 0) return 'The segment stays as it is.';
  const beyond = changes.length - drawn;
  const lines =
    drawn === 0 ? 'No change of segment so soon' : `Vertical lines: ${counted(drawn, 'change')} of segment`;
  return beyond === 0 ? `${lines}.` : `${lines}; ${count(beyond)} later.`;
}

/** The change that comes between a point and the one before it. */
function changeBy({ points, changes }: Outlook, at: string): string {
  const index = points.findIndex((point) => point.at === at);
  const before = instantMs(points[index - 1]?.at ?? at);
  return changes
    .filter((change) => instantMs(change.at) > before && instantMs(change.at) <= instantMs(at))
    .map(({ to }) => to)
    .join(', ');
}

function curves(
  palette: Palette,
  { points, changes }: Outlook,
  nextOrder: Profile['predictions']['nextOrder'],
) {
  const line = (of: (point: Point) => number | null) =>
    points.map((point) => [instantMs(point.at), of(point)]);
  const from = instantMs(points[0]?.at ?? 0);
  const last = instantMs(points.at(-1)?.at ?? 0);
  const marked = changes.filter(({ at }) => instantMs(at) <= last);
  const due =
    nextOrder.from === null || nextOrder.to === null
      ? []
      : [[{ xAxis: instantMs(nextOrder.from) }, { xAxis: Math.min(last, instantMs(nextOrder.to)) }]];
  return {
    grid: { ...frame, top: 34 + 16 * Math.min(marked.length, 3) },
    tooltip: axisTip(palette, ([first]) => {
      const point = points[first?.dataIndex ?? 0];
      return tip(day(point?.at), [
        { name: 'still a customer', value: percent(point?.probabilityAlive), colour: palette.accent },
        {
          name: 'buys within 30 days',
          value: percent(point?.purchaseProbability30),
          colour: palette.causeTime,
        },
      ]);
    }),
    xAxis: baseAxis(palette, {
      type: 'time',
      splitNumber: 4,
      axisLabel: { formatter: (value: number) => axisDay(value, last - from) },
    }),
    yAxis: valueAxis(palette, '%', {
      min: 0,
      max: 1,
      interval: 0.25,
      axisLabel: { formatter: (value: number) => String(Math.round(value * 100)) },
    }),
    series: [
      {
        ...smoothless,
        data: line(({ probabilityAlive }) => probabilityAlive),
        lineStyle: { color: palette.accent, width: 2.5 },
        itemStyle: { color: palette.accent },
        markArea: { silent: true, itemStyle: { color: palette.accent, opacity: 0.1 }, data: due },
        markLine: {
          silent: true,
          symbol: 'none',
          data: marked.map(({ at, to }, index) => ({
            xAxis: instantMs(at),
            lineStyle: { color: palette.segment(to), type: 'solid', width: 2 },
            label: {
              formatter: to,
              color: palette.ink,
              fontSize: 12,
              position: 'end',
              distance: 9 + 16 * (index % 3),
              align: instantMs(at) > last - (last - instantMs(points[0]?.at ?? 0)) / 4 ? 'right' : 'left',
            },
          })),
        },
      },
      {
        ...smoothless,
        data: line(({ purchaseProbability30 }) => purchaseProbability30),
        lineStyle: { color: palette.causeTime, width: 2, type: [6, 4] },
        itemStyle: { color: palette.causeTime },
      },
    ],
  };
}
