import type { Segments } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { useResource } from '../data/use-resource.ts';
import { useStore } from '../data/use-store.ts';
import { count, percent } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import { Shown } from '../parts/states.tsx';
import { boardPath } from '../router/routes.ts';
import { CustomerFinder } from '../shell/customer-finder.tsx';
import { AlertList } from './newest-alerts.tsx';

/** Ways to a customer: by id, by segment, by what just happened. */
export function CustomersView() {
  const segments = useResource<Segments>('/v1/segments', { everyMs: 15_000 });
  const feed = useStore(useBoard().alerts);
  return (
    <>
      <PageHead title="Customers" note="Look one up by id, or come from a segment or a recent move." />
      <div class="grid">
        <div class="half stack">
          <Card title="By id" note="As your events name the customer.">
            <CustomerFinder label="Customer id" />
          </Card>
          <Card title="By segment" note="Sorted by value, by risk or by last purchase.">
            <Shown of={segments} what="the segments">
              {(data) => (
                <ul class="stack-tight">
                  {data.segments.map(({ name, slug, size, share }) => (
                    <li key={name} class="row spread">
                      <SegmentBadge name={name} />
                      <span class="row nowrap">
                        <span class="strong">{count(size)}</span>
                        <span class="share soft">{percent(share)}</span>
                        <a href={`${boardPath('segments', slug)}?sort=risk`}>
                          by risk<span class="visually-hidden">: {name}</span>
                        </a>
                      </span>
                    </li>
                  ))}
                </ul>
              )}
            </Shown>
          </Card>
        </div>
        <div class="half">
          <Card title="Who moved last" flush>
            <AlertList state={feed} max={8} />
          </Card>
        </div>
      </div>
    </>
  );
}
