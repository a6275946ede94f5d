import type { SegmentMember } from '../data/answers.ts';
import { usePages } from '../data/use-pages.ts';
import { count, money, percent } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Field } from '../parts/field.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { Empty } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { apiPath, boardPath } from '../router/routes.ts';
import { useParameter } from '../router/use-route.ts';

const orders = [
  { value: 'value', name: 'By value' },
  { value: 'risk', name: 'By risk' },
  { value: 'recent', name: 'By last purchase' },
] as const;

type Order = (typeof orders)[number]['value'];

/** The customers of a segment, page by page. */
export function SegmentMembers({ slug, currency }: { readonly slug: string; readonly currency: string }) {
  const [sort, setSort] = useParameter('sort', 'value');
  const [minSpend, setMinSpend] = useParameter('minSpend');
  const [alive, setAlive] = useParameter('alive');
  const pages = usePages<SegmentMember>(apiPath('segments', slug, 'customers'), {
    sort,
    minSpend,
    maxProbabilityAlive: alive === '' ? undefined : Number(alive) / 100,
    limit: 25,
  });
  return (
    <Card
      title="Customers"
      note={`Value is spend of the last 365 days, ${currency}. Value at risk is that times the chance that the customer is gone.`}
      flush
    >
      <div class="filters inset">
        <ChoiceSwitch label="Order" choices={orders} value={sort as Order} onChange={setSort} />
        <Field label="Value at least">
          {(ids) => (
            <input
              {...ids}
              type="number"
              min="0"
              value={minSpend}
              onChange={(event) => setMinSpend(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Chance alive at most, %">
          {(ids) => (
            <input
              {...ids}
              type="number"
              min="0"
              max="100"
              value={alive}
              onChange={(event) => setAlive(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      {pages.items.length === 0 && !pages.loading && !pages.hasMore && pages.problem === undefined && (
        <Empty title="No customer matches" />
      )}
      {pages.items.length > 0 && <Members items={pages.items} currency={currency} />}
      <LoadMore pages={pages} what="the customers" />
    </Card>
  );
}

function Members({
  items,
  currency,
}: {
  readonly items: readonly SegmentMember[];
  readonly currency: string;
}) {
  return (
    <DataTable<SegmentMember>
      caption="Customers of the segment"
      rows={items}
      keyOf={({ customerId }) => customerId}
      columns={[
        {
          head: 'Customer',
          names: true,
          cell: ({ customerId }) => (
            <a class="wrap" href={boardPath('customers', customerId)}>
              {customerId}
            </a>
          ),
        },
        { head: 'Value', number: true, cell: ({ spend365 }) => money(spend365, currency) },
        { head: 'Value at risk', number: true, cell: ({ atRiskValue }) => money(atRiskValue, currency) },
        { head: 'Chance alive', number: true, cell: ({ probabilityAlive }) => percent(probabilityAlive) },
        { head: 'Lifetime', number: true, cell: ({ lifetimeSpend }) => money(lifetimeSpend, currency) },
        { head: 'Purchase days', number: true, cell: ({ purchaseDays }) => count(purchaseDays) },
        { head: 'Last purchase', number: true, cell: ({ lastPurchaseAt }) => <Time at={lastPurchaseAt} /> },
        { head: 'Here since', number: true, cell: ({ since }) => <Time at={since} /> },
        {
          head: 'Changes, if silent',
          number: true,
          cell: ({ nextChangeAt }) => <Time at={nextChangeAt ?? null} />,
        },
      ]}
    />
  );
}
