import { useMemo, useState } from 'preact/hooks';
import { baseAxis, frame, valueAxis } from '../charts/axes.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { itemTip, tip } from '../charts/tooltip.ts';
import {
  type Profile,
  type Purchase,
  type PurchasePage,
  type WindowName,
  windowNames,
} from '../data/customer-answers.ts';
import type { Resource } from '../data/use-resource.ts';
import { axisDay, day, instantMs, minute, msPerDay } from '../format/dates.ts';
import { count, counted, money, shortMoney } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { Shown } from '../parts/states.tsx';

interface PurchaseTimelineProps {
  readonly profile: Profile;
  readonly purchases: Resource<PurchasePage>;
}

const windows = windowNames.map((value) => ({ value, name: value }));

/** Each purchase on the line of time, with the window the figures above are counted in. */
export function PurchaseTimeline({ profile, purchases }: PurchaseTimelineProps) {
  if (purchases.data === undefined) {
    return (
      <Card class="half" title="Purchases over time">
        <Shown of={purchases} what="the purchases">
          {() => null}
        </Shown>
      </Card>
    );
  }
  return (
    <Timeline profile={profile} purchases={purchases.data.items} more={purchases.data.nextCursor !== null} />
  );
}

interface TimelineProps {
  readonly profile: Profile;
  readonly purchases: readonly Purchase[];
  readonly more: boolean;
}

function Timeline({ profile, purchases, more }: TimelineProps) {
  const [shown, setShown] = useState<WindowName>('90d');
  const { currency, asOf, features } = profile;
  const draw = useMemo(
    () => (palette: Palette) => timeline(palette, purchases, { asOf, shown, currency }),
    [purchases, asOf, shown, currency],
  );
  const { orders, spend } = features.windows[shown];
  return (
    <ChartCard
      class="half"
      title="Purchases over time"
      note={`Net spend of each order, ${currency}${more ? ', the newest hundred' : ''}. Shaded: the last ${shown.replace('d', ' days')}, with ${counted(orders, 'order')} worth ${money(spend, currency)}${features.windowsApproximate ? ', by whole days' : ''}.`}
      label={`${counted(purchases.length, 'order')}; the newest on ${day(purchases[0]?.occurredAt)}.`}
      draw={draw}
      actions={<ChoiceSwitch label="Window" choices={windows} value={shown} onChange={setShown} />}
      table={{
        rows: purchases,
        columns: [
          { head: 'Date', cell: ({ occurredAt }: Purchase) => minute(occurredAt), names: true },
          { head: 'Order', cell: ({ orderId }) => <span class="wrap">{orderId}</span> },
          { head: 'Net spend', cell: (purchase) => money(purchase.spend, currency), number: true },
          { head: 'Units', cell: ({ unitsBought }) => count(unitsBought), number: true },
          { head: 'Returned', cell: ({ unitsReturned }) => count(unitsReturned), number: true },
        ],
      }}
      keyOf={({ eventId }) => eventId}
      empty="No purchases are kept of this customer"
    />
  );
}

interface TimelineOptions {
  readonly asOf: string;
  readonly shown: WindowName;
  readonly currency: string;
}

function timeline(
  palette: Palette,
  purchases: readonly Purchase[],
  { asOf, shown, currency }: TimelineOptions,
) {
  const nowMs = instantMs(asOf);
  const fromMs = nowMs - Number.parseInt(shown, 10) * msPerDay;
  const first = Math.min(fromMs, ...purchases.map(({ occurredAt }) => instantMs(occurredAt)));
  return {
    grid: frame,
    tooltip: itemTip(({ dataIndex }) => {
      const purchase = purchases[dataIndex];
      if (purchase === undefined) return tip('', []);
      return tip(minute(purchase.occurredAt), [
        { name: `order ${purchase.orderId}`, value: money(purchase.spend, currency) },
        { name: 'units', value: count(purchase.unitsBought) },
        ...(purchase.unitsReturned > 0 ? [{ name: 'returned', value: count(purchase.unitsReturned) }] : []),
      ]);
    }),
    xAxis: baseAxis(palette, {
      type: 'time',
      min: first - 3 * msPerDay,
      max: nowMs + 2 * msPerDay,
      splitNumber: 5,
      axisLabel: { formatter: (value: number) => axisDay(value, nowMs - first) },
    }),
    yAxis: valueAxis(palette, currency, {
      axisLabel: { formatter: (value: number) => shortMoney(value, currency) },
    }),
    series: [
      {
        type: 'bar',
        barWidth: 3,
        data: purchases.map(({ occurredAt, spend }) => [instantMs(occurredAt), spend]),
        itemStyle: {
          color: ({ data }: { data: unknown }) =>
            (data as [number, number])[1] < 0 ? palette.bad : palette.accent,
        },
        markArea: {
          silent: true,
          itemStyle: { color: palette.accent, opacity: 0.1 },
          data: [[{ xAxis: fromMs }, { xAxis: nowMs }]],
        },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: palette.soft, type: 'solid', width: 1 },
          label: { formatter: 'now', color: palette.soft, fontSize: 12, position: 'end' },
          data: [{ xAxis: nowMs }],
        },
      },
    ],
  };
}
