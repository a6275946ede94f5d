import type { Performance, Segments } from '../data/answers.ts';
import { withQuery } from '../data/http.ts';
import { useResource } from '../data/use-resource.ts';
import { day } from '../format/dates.ts';
import { count } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { InPeriod, PeriodFields, usePeriod } from '../parts/period-fields.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { useParameter } from '../router/use-route.ts';
import { ForecastCard } from './forecast-card.tsx';
import { RetentionCard } from './retention-card.tsx';
import { RevenueCard } from './revenue-card.tsx';
import { SegmentsTable } from './segments-table.tsx';
import { SizesCard } from './sizes-card.tsx';

/** The instant that figures reach to; null while nothing has happened at all. */
export function upToOf({ asOf, watermark }: Pick<Segments, 'asOf' | 'watermark'>): string | null {
  return watermark === null ? null : (asOf ?? watermark);
}

const steps = [
  { value: 'week', name: 'Weeks' },
  { value: 'month', name: 'Months' },
] as const;

/** The segments side by side, and how each has done over time. */
export function SegmentsView() {
  const segments = useResource<Segments>('/v1/segments', { everyMs: 15_000 });
  return (
    <>
      <PageHead
        title="Segments"
        note="Eight groups of customers by how recently, how often and how much they buy. Follow one to its customers."
      />
      <Shown of={segments} what="the segments">
        {(data) => (
          <>
            {data.abstained !== null && (
              <p class="notice" data-kind="warn">
                {data.abstained}
              </p>
            )}
            <Card
              title="Where customers stand"
              note={`${count(data.customers)} customers${data.unassigned > 0 ? `, ${count(data.unassigned)} of them in no segment yet` : ''}${upToOf(data) === null ? '' : `, as of ${day(upToOf(data))}`}. Money in ${data.currency}.`}
              flush
            >
              <SegmentsTable segments={data} />
            </Card>
            <OverTime upTo={upToOf(data)} currency={data.currency} />
          </>
        )}
      </Shown>
    </>
  );
}

interface OverTimeProps {
  readonly upTo: string | null;
  readonly currency: string;
  /** One segment alone. */
  readonly slug?: string;
}

/** Sizes, revenue, retention and forecasts by period. */
export function OverTime({ upTo, currency, slug }: OverTimeProps) {
  const [by, setBy] = useParameter('by', 'month');
  const period = usePeriod(upTo, 365);
  const path =
    period === undefined || period.isReversed
      ? undefined
      : withQuery('/v1/segments/performance', { from: period.from, to: period.to, by, segment: slug });
  const performance = useResource<Performance>(path);
  if (upTo === null) {
    return (
      <div class="card">
        <Empty title="Nothing has been bought yet">
          Customers, revenue and retention over time are shown from the first purchase on.
        </Empty>
      </div>
    );
  }
  return (
    <>
      <div class="filters">
        <PeriodFields period={period} />
        <ChoiceSwitch label="Periods" choices={steps} value={by as 'week' | 'month'} onChange={setBy} />
      </div>
      <InPeriod period={period}>
        <Shown of={performance} what="the figures by period">
          {(data) => (
            <div class="grid even">
              <SizesCard performance={data} />
              <RevenueCard performance={data} currency={currency} />
              <RetentionCard performance={data} />
              <ForecastCard performance={data} currency={currency} slug={slug} />
            </div>
          )}
        </Shown>
      </InPeriod>
    </>
  );
}
