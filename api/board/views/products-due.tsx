import type { Profile } from '../data/customer-answers.ts';
import { day, instantMs } from '../format/dates.ts';
import { count, days, decimal, percent } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Empty } from '../parts/states.tsx';

const shown = 12;

type Product = Profile['predictions']['products'][number];

/** What will be bought again, and when. */
export function ProductsDue({ profile }: { readonly profile: Profile }) {
  const { predictions, features } = profile;
  const products = predictions.products.filter(({ expectedQuantity }) => expectedQuantity > 0);
  const nowMs = instantMs(profile.asOf);
  return (
    <Card
      class="half"
      title="Products due"
      note={`Likeliest to be bought again within 30 days first${products.length > shown ? `; ${shown} of ${count(products.length)}` : ''}.`}
      flush
    >
      {products.length === 0 ? (
        <Empty
          title={
            features.lifetime.orders === 0
              ? 'No product has been bought yet'
              : 'Everything bought was returned'
          }
        />
      ) : (
        <DataTable<Product>
          caption="Products due"
          rows={products.slice(0, shown)}
          keyOf={({ productId }) => productId}
          columns={[
            {
              head: 'Product',
              names: true,
              cell: ({ productId, category }) => (
                <span class="wrap">
                  {productId}
                  {category !== null && <span class="soft small"> {category}</span>}
                </span>
              ),
            },
            {
              head: 'Chance in 30 days',
              number: true,
              cell: ({ repurchaseProbability }) => percent(repurchaseProbability['30d']),
            },
            {
              head: 'Due',
              number: true,
              cell: ({ expectedAt }) =>
                expectedAt === null ? (
                  '–'
                ) : (
                  <span class={instantMs(expectedAt) <= nowMs ? 'warn nowrap' : 'nowrap'}>
                    {day(expectedAt)}
                  </span>
                ),
            },
            { head: 'Quantity', number: true, cell: ({ expectedQuantity }) => decimal(expectedQuantity) },
            { head: 'Every', number: true, cell: ({ usualGapDays }) => days(usualGapDays) },
            { head: 'Bought', number: true, cell: ({ purchases }) => `${count(purchases)}×` },
          ]}
        />
      )}
    </Card>
  );
}
