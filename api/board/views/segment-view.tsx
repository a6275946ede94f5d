import type { SegmentDetail, Segments } from '../data/answers.ts';
import { useResource } from '../data/use-resource.ts';
import { day } from '../format/dates.ts';
import { count, counted, days, decimal, money, percent, signed } from '../format/numbers.ts';
import { nameOf } from '../format/segments.ts';
import { Card } from '../parts/card.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { apiPath, boardPath } from '../router/routes.ts';
import { SegmentMembers } from './segment-members.tsx';
import { OverTime, upToOf } from './segments-view.tsx';

const above = [{ name: 'Segments', path: boardPath('segments') }];

/** One segment: what it means, what it is worth, who comes and goes, and who stands there. */
export function SegmentView({ slug }: { readonly slug: string }) {
  const name = nameOf(slug);
  const all = useResource<Segments>('/v1/segments', { everyMs: 15_000 });
  const detail = useResource<SegmentDetail>(name === undefined ? undefined : apiPath('segments', slug), {
    everyMs: 15_000,
  });
  if (name === undefined) {
    return (
      <>
        <PageHead title="No such segment" above={above} />
        <Empty title="There is no segment of this name">
          <a href={boardPath('segments')}>All segments</a>
        </Empty>
      </>
    );
  }
  const currency = detail.data?.currency ?? all.data?.currency ?? '';
  const upTo = all.data === undefined ? null : upToOf(all.data);
  return (
    <>
      <PageHead title={name} note={detail.data?.meaning} above={above} />
      <Shown of={detail} what="the segment">
        {(segment) => (
          <>
            <SegmentFigures segment={segment} currency={currency} />
            <div class="grid even">
              <ComingAndGoing segment={segment} currency={currency} />
              <Middle segment={segment} currency={currency} upTo={upTo} />
            </div>
          </>
        )}
      </Shown>
      <SegmentMembers slug={slug} currency={currency} />
      {all.data !== undefined && <OverTime upTo={upTo} currency={currency} slug={slug} />}
    </>
  );
}

function SegmentFigures({
  segment,
  currency,
}: {
  readonly segment: SegmentDetail;
  readonly currency: string;
}) {
  const { size, share, netChange28, revenue } = segment;
  return (
    <Figures>
      <Figure label="Customers" value={count(size)} note={`${percent(share)} of all`} />
      <Figure label="Net change" value={signed(netChange28)} note="joined minus left, 28 days" />
      <Figure
        label="Revenue, 28 days"
        value={money(revenue.last28Days, currency)}
        note="of who stands here now"
      />
      <Figure
        label="Revenue, lifetime"
        value={money(revenue.lifetime, currency)}
        note="of who stands here now"
      />
    </Figures>
  );
}

interface PartProps {
  readonly segment: SegmentDetail;
  readonly currency: string;
}

function ComingAndGoing({ segment: { flows28, netChange28 }, currency }: PartProps) {
  const customersOf = (moves: readonly { readonly count: number }[]) =>
    moves.reduce((sum, move) => sum + move.count, 0);
  // Who stands in a segment for the first time came from none, which is no move.
  const newcomers = netChange28 - customersOf(flows28.in) + customersOf(flows28.out);
  const lists = [
    { title: 'Came from', moves: flows28.in.map(({ from, ...rest }) => ({ name: from, ...rest })) },
    { title: 'Went to', moves: flows28.out.map(({ to, ...rest }) => ({ name: to, ...rest })) },
  ];
  return (
    <Card
      class="half"
      title="Coming and going"
      note={`Moves of the last 28 days, with the yearly spend that moved, ${currency}.`}
    >
      <div class="form-row">
        {lists.map(({ title, moves }) => (
          <div key={title} class="stack-tight">
            <h3>{title}</h3>
            {moves.length === 0 && !(title === 'Came from' && newcomers > 0) && <p class="soft">nobody</p>}
            <ul class="stack-tight">
              {title === 'Came from' && newcomers > 0 && (
                <li class="row spread">
                  <SegmentBadge name={null} plain />
                  <span class="strong">{count(newcomers)}</span>
                </li>
              )}
              {moves.map(({ name, count: customers, value }) => (
                <li key={name} class="row spread">
                  <SegmentBadge name={name} />
                  <span class="nowrap">
                    <span class="strong">{count(customers)}</span>{' '}
                    <span class="soft small">{money(value, currency)}</span>
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Card>
  );
}

interface MiddleRow {
  readonly name: string;
  readonly middle: string;
  readonly median: string;
}

function Middle({
  segment: { centroid, medians },
  currency,
  upTo,
}: PartProps & { readonly upTo: string | null }) {
  const rows: readonly MiddleRow[] = [
    { name: 'Last purchase', middle: ago(centroid?.recencyDays), median: ago(medians?.recencyDays) },
    { name: 'First purchase', middle: ago(centroid?.tenureDays), median: ago(medians?.tenureDays) },
    {
      name: 'Spend, 365 days',
      middle: money(centroid?.spend365, currency),
      median: money(medians?.spend365, currency),
    },
  ];
  return (
    <Card
      class="half"
      flush
      title="Who stands here"
      note={`The typical customer as the model sees it, and the median of those who stand here${upTo === null ? '' : ` on ${day(upTo)}`}.`}
      foot={
        <p class="small soft">
          {centroid !== null &&
            `The model’s typical customer has ${decimal(centroid.orders365)} orders in 365 days. `}
          {medians !== null &&
            `Half of the members have bought on ${counted(medians.purchaseDays, 'day')} or fewer, for ${money(medians.spend, currency)} or less, in all their time.`}
        </p>
      }
    >
      <DataTable<MiddleRow>
        caption="Who stands here"
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          { head: 'Feature', names: true, cell: ({ name }) => name },
          { head: 'Model', number: true, cell: ({ middle }) => middle },
          { head: 'Members', number: true, cell: ({ median }) => median },
        ]}
      />
    </Card>
  );
}

function ago(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${days(value)} ago`;
}
