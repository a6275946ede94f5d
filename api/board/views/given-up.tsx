import type { DeadDelivery, Rule } from '../data/rule-answers.ts';
import type { Pages } from '../data/use-pages.ts';
import { useResource } from '../data/use-resource.ts';
import { LoadMore } from '../parts/load-more.tsx';
import { Empty } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { boardPath } from '../router/routes.ts';
import { DeliveryLine } from './deliveries.tsx';

/** Deliveries that no attempt brought through, last given up first. */
export function GivenUp({ pages }: { readonly pages: Pages<DeadDelivery> }) {
  const rules = useResource<{ readonly items: readonly Rule[] }>('/v1/rules');
  const names = new Map(rules.data?.items.map(({ id, name }) => [id, name]));
  const isEmpty = pages.items.length === 0 && !pages.loading && !pages.hasMore && pages.problem === undefined;
  return (
    <>
      {isEmpty && (
        <Empty title="Nothing was given up">
          Every alert has arrived where it was to go, or is on its way.
        </Empty>
      )}
      <ul class="feed" aria-label="Deliveries given up, the last first">
        {pages.items.map((delivery) => (
          <li key={delivery.id}>
            <a class="strong wrap" href={boardPath('alerts', 'rules', delivery.ruleId)}>
              {names.get(delivery.ruleId) ?? 'A rule that is gone'}
            </a>
            <span class="small soft">
              <Time at={delivery.updatedAt} exact />
            </span>
            <span class="why">
              fired <Time at={delivery.firedAt} exact />
            </span>
            <ul class="deliveries">
              <DeliveryLine delivery={delivery} reload={pages.reload} />
            </ul>
          </li>
        ))}
      </ul>
      <LoadMore pages={pages} what="what was given up" />
    </>
  );
}
