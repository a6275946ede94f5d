import type { ConsumptionModelQuality, ModelQuality, SegmentModelQuality } from '../data/model-answers.ts';
import { useCurrency } from '../data/use-currency.ts';
import { useResource } from '../data/use-resource.ts';
import { day } from '../format/dates.ts';
import { count, days, decimal, money, percent } from '../format/numbers.ts';
import { predictorName, score } from '../format/scores.ts';
import { Card } from '../parts/card.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { apiPath, boardPath } from '../router/routes.ts';
import { BacktestParts } from './backtest-parts.tsx';
import { DriftCard } from './drift-card.tsx';

const above = [{ name: 'Models', path: boardPath('models') }];

/** One model and how good it is. */
export function ModelView({ id }: { readonly id: string }) {
  const quality = useResource<ModelQuality>(`${apiPath('models', id, 'quality')}?backtests=3`);
  return (
    <>
      <PageHead
        title={id}
        above={above}
        note={
          quality.data &&
          `${quality.data.kind === 'segments' ? 'Puts customers into segments' : 'Foresees purchases'}; fitted ${day(quality.data.fittedAt)} to ${count(quality.data.sampleSize)} customers${quality.data.active ? ', active' : ''}.`
        }
      />
      <Shown of={quality} what="the model" listing={{ name: 'All models', path: boardPath('models') }}>
        {(data) => (
          <>
            {data.segments !== null && <SegmentParts quality={data} segments={data.segments} />}
            {data.consumption !== null && <Candidates consumption={data.consumption} />}
            {data.consumption !== null && <BacktestParts backtests={data.backtests} />}
          </>
        )}
      </Shown>
    </>
  );
}

interface SegmentPartsProps {
  readonly quality: ModelQuality;
  readonly segments: SegmentModelQuality;
}

function SegmentParts({ quality, segments }: SegmentPartsProps) {
  const currency = useCurrency();
  return (
    <>
      <Figures>
        <Figure
          label="Silhouette"
          value={score(segments.silhouette)}
          note="−1 to 1: how well apart the groups are"
        />
        <Figure
          label="Against the best of ten fits"
          value={score(segments.inertiaRatio)}
          note="1 is as tight"
        />
        <Figure
          label="Agreement with that fit"
          value={score(segments.adjustedRandIndex)}
          note="1 is the same groups"
        />
        <Figure
          label="Mean squared distance"
          value={score(segments.inertia)}
          note="to the middle, transformed units"
        />
      </Figures>
      <Card
        title="Do the names hold?"
        note="The members of each group at the fit, and whether they are what its name promises."
        flush
      >
        <DataTable<SegmentModelQuality['segments'][number]>
          caption="Segments of the model"
          rows={segments.segments}
          keyOf={({ name }) => name}
          columns={[
            { head: 'Segment', names: true, cell: ({ name }) => <SegmentBadge name={name} /> },
            { head: 'Customers', number: true, cell: ({ size }) => count(size) },
            { head: 'Share', number: true, cell: ({ share }) => percent(share) },
            {
              head: 'Last purchase',
              number: true,
              cell: ({ medians }) => (medians ? `${days(medians.recencyDays)} ago` : '–'),
            },
            {
              head: 'First purchase',
              number: true,
              cell: ({ medians }) => (medians ? `${days(medians.tenureDays)} ago` : '–'),
            },
            { head: 'Orders, 365 days', number: true, cell: ({ medians }) => decimal(medians?.orders365) },
            {
              head: 'Spend, 365 days',
              number: true,
              cell: ({ medians }) => money(medians?.spend365, currency),
            },
            {
              head: 'Name holds',
              wraps: segments.segments.some(({ unmet }) => unmet.length > 0),
              cell: ({ meaningHolds, unmet }) => (
                <>
                  <span
                    class="tag"
                    data-kind={meaningHolds === null ? undefined : meaningHolds ? 'good' : 'warn'}
                  >
                    {meaningHolds === null ? 'not checked' : meaningHolds ? 'yes' : 'not quite'}
                  </span>
                  {unmet.map((each) => (
                    <div key={each} class="small soft">
                      {each}
                    </div>
                  ))}
                </>
              ),
            },
          ]}
        />
      </Card>
      <DriftCard quality={quality} />
    </>
  );
}

function Candidates({ consumption: { purchasing } }: { readonly consumption: ConsumptionModelQuality }) {
  if (purchasing === null) return null;
  return (
    <Card
      title="How it was chosen"
      note="Every candidate and simple rule, scored within the fit on a period it had not learned from. Lower is better but for AUC."
      flush
    >
      {purchasing.candidates.length === 0 ? (
        <Empty title="Nothing was compared" />
      ) : (
        <DataTable<(typeof purchasing.candidates)[number]>
          caption="Candidates"
          rows={purchasing.candidates}
          keyOf={({ name }) => name}
          columns={[
            {
              head: 'Candidate',
              names: true,
              cell: ({ name, chosen }) => (
                <>
                  {predictorName(name)}{' '}
                  {chosen && (
                    <span class="tag" data-kind="good">
                      chosen
                    </span>
                  )}
                </>
              ),
            },
            { head: 'RMSE', number: true, cell: ({ rmse }) => score(rmse) },
            { head: 'Brier', number: true, cell: ({ brier }) => score(brier) },
            { head: 'AUC', number: true, cell: ({ auc }) => score(auc) },
            { head: 'Why', cell: ({ reason }) => reason, wraps: true },
          ]}
        />
      )}
    </Card>
  );
}
