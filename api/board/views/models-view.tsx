import type { PageOf } from '../data/answers.ts';
import type { ModelQuality, ModelSummary } from '../data/model-answers.ts';
import { useResource } from '../data/use-resource.ts';
import { count } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { apiPath, boardPath } from '../router/routes.ts';
import { BacktestParts } from './backtest-parts.tsx';
import { DriftCard } from './drift-card.tsx';

/** How far the answers can be trusted. */
export function ModelsView() {
  const models = useResource<PageOf<ModelSummary>>('/v1/models?limit=50', { everyMs: 30_000 });
  const active = (kind: ModelSummary['kind']) =>
    models.data?.items.find((model) => model.kind === kind && model.active)?.id;
  const quality = (id: string | undefined, backtests: number) =>
    id === undefined ? undefined : `${apiPath('models', id, 'quality')}?backtests=${backtests}`;
  const segments = useResource<ModelQuality>(quality(active('segments'), 0));
  const consumption = useResource<ModelQuality>(quality(active('consumption'), 3));
  return (
    <>
      <PageHead
        title="Models"
        note="Two models answer: one puts customers into segments, one foresees purchases. Here is how well they did on what they had not seen, and whether customers have changed since."
      />
      <Shown of={models} what="the models">
        {({ items }) =>
          items.length === 0 ? (
            <div class="card">
              <Empty title="No model yet">The first is fitted once there are enough customers.</Empty>
            </div>
          ) : (
            <>
              <Shown of={consumption} what="the backtests">
                {({ backtests }) => <BacktestParts backtests={backtests} />}
              </Shown>
              <div class="grid even">
                <div class="half">
                  <Shown of={segments} what="the drift">
                    {(data) => <DriftCard quality={data} />}
                  </Shown>
                </div>
                <ModelList items={items} />
              </div>
            </>
          )
        }
      </Shown>
    </>
  );
}

function ModelList({ items }: { readonly items: readonly ModelSummary[] }) {
  return (
    <Card
      class="half"
      title="Fitted so far"
      note="Newest first. A model never changes: a fit makes a new one and activates it."
      flush
    >
      <DataTable<ModelSummary>
        caption="Models, newest first"
        rows={items}
        keyOf={({ id }) => id}
        tall
        columns={[
          {
            head: 'Model',
            names: true,
            cell: ({ id }) => (
              <a class="wrap" href={boardPath('models', id)}>
                {id}
              </a>
            ),
          },
          { head: 'Fitted', cell: ({ fittedAt }) => <Time at={fittedAt} /> },
          { head: 'Customers', number: true, cell: ({ sampleSize }) => count(sampleSize) },
          {
            head: 'State',
            cell: ({ active }) =>
              active ? (
                <span class="tag" data-kind="good">
                  active
                </span>
              ) : (
                <span class="soft small">past</span>
              ),
          },
        ]}
      />
    </Card>
  );
}
