import type { Purchase, PurchasePage } from '../data/customer-answers.ts';
import type { Resource } from '../data/use-resource.ts';
import { minute } from '../format/dates.ts';
import { count, counted, money, price } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Shown } from '../parts/states.tsx';

const shown = 12;
const linesShown = 40;

/** The last orders, each to be opened for its lines. */
export function PurchaseList({ purchases }: { readonly purchases: Resource<PurchasePage> }) {
  return (
    <Card class="half" title="Last orders" note="Newest first; open one for its lines." flush>
      <Shown of={purchases} what="the orders">
        {({ items, currency }) =>
          items.length === 0 ? (
            <Empty title="No orders are kept of this customer" />
          ) : (
            <div class="orders">
              {items.slice(0, shown).map((purchase) => (
                <Order key={purchase.eventId} purchase={purchase} currency={currency} />
              ))}
            </div>
          )
        }
      </Shown>
    </Card>
  );
}

function Order({ purchase, currency }: { readonly purchase: Purchase; readonly currency: string }) {
  const { items, occurredAt, orderId, spend } = purchase;
  return (
    <details>
      <summary>
        <span>{minute(occurredAt)}</span>
        <span class="soft wrap">{orderId}</span>
        <span class="soft">{counted(items.length, 'line')}</span>
        <span class="number strong">{money(spend, currency)}</span>
      </summary>
      <ul>
        {items.slice(0, linesShown).map((item, index) => (
          <li key={index} class="row spread">
            <span class="wrap">
              {item.productId}
              {item.category !== null && <span class="soft"> {item.category}</span>}
            </span>
            <span class="number soft">
              {count(item.quantity)} × {price(item.unitPrice, currency)}
            </span>
          </li>
        ))}
        {items.length > linesShown && (
          <li class="soft">and {counted(items.length - linesShown, 'more line', 'more lines')}</li>
        )}
      </ul>
    </details>
  );
}
