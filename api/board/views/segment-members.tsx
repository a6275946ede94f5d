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
  const [buysMin, setBuysMin] = useParameter('buysMin');
  const [buysMax, setBuysMax] = useParameter('buysMax');
  const [alive, setAlive] = useParameter('alive');
  const isFiltered = [minSpend, buysMin, buysMax, alive].some((bound) => bound !== '');
  const pages = usePages<SegmentMember>(apiPath('segments', slug, 'customers'), {
    sort,
    minSpend,
    minPurchaseProbability: shareOf(buysMin),
    maxPurchaseProbability: shareOf(buysMax),
    maxProbabilityAlive: shareOf(alive),
    limit: 25,
  });
  return (
    <Card
      title="Customers"
      note={`Value is spend of the last 365 days, ${currency}. Expected loss is that times the chance that nothing is bought within 90 days.`}
      flush
    >
      <div class="filters inset">
        <ChoiceSwitch label="Order" choices={orders} value={sort as Order} onChange={setSort} />
        <Field label={`Value from, ${currency}`}>
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
        <PercentField label="Buys in 90 days, from %" value={buysMin} onChange={setBuysMin} />
        <PercentField label="Buys in 90 days, to %" value={buysMax} onChange={setBuysMax} />
        <PercentField label="Chance alive, to %" value={alive} onChange={setAlive} />
      </div>
      {pages.items.length === 0 && !pages.loading && !pages.hasMore && pages.problem === undefined && (
        <Empty title={isFiltered ? 'No customer matches' : 'Nobody stands here'} />
      )}
      {pages.items.length > 0 && <Members items={pages.items} currency={currency} />}
      <LoadMore pages={pages} what="the customers" />
    </Card>
  );
}

/** Per cent of the address as the API takes it; undefined for none. */
function shareOf(percent: string): number | undefined {
  return percent === '' ? undefined : Number(percent) / 100;
}

interface PercentFieldProps {
  readonly label: string;
  /** Per cent. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function PercentField({ label, value, onChange }: PercentFieldProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          min="0"
          max="100"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
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
        { head: 'Expected loss', number: true, cell: ({ atRiskValue }) => money(atRiskValue, currency) },
        {
          head: 'Buys within 90 days',
          number: true,
          cell: ({ purchaseProbability90 }) => percent(purchaseProbability90),
        },
        { head: 'Chance alive', number: true, cell: ({ probabilityAlive }) => percent(probabilityAlive) },
        { head: 'Last purchase', number: true, cell: ({ lastPurchaseAt }) => <Time at={lastPurchaseAt} /> },
        {
          head: 'Purchase days',
          number: true,
          spare: true,
          cell: ({ purchaseDays }) => count(purchaseDays),
        },
        {
          head: 'Lifetime',
          number: true,
          spare: true,
          cell: ({ lifetimeSpend }) => money(lifetimeSpend, currency),
        },
        { head: 'Here since', number: true, spare: true, cell: ({ since }) => <Time at={since} /> },
        {
          head: 'Changes, if silent',
          number: true,
          cell: ({ nextChangeAt }) => <Time at={nextChangeAt ?? null} />,
        },
      ]}
    />
  );
}
