import { encodeDocument, type PurchaseDocument } from '../../../operators/event/event-document.ts';
import { createRandom } from '../../../pipeline/ingest/random.ts';

export type KeyLaw = 'uniform' | 'zipf';

/** Exponent of Zipf's law: the k-th customer buys in proportion to 1 / k. */
const zipfExponent = 1;

const products = 300;
/** All of it falls into this time, so that some customers move between segments. */
const spanMs = 120 * 86_400_000;
const startMs = Date.UTC(2025, 0, 1);

/** Purchases of one to five lines, evenly over four months, by customers drawn by the law. Same seed, same bytes. */
export function benchDocuments(
  law: KeyLaw,
  { events, customers, seed }: { events: number; customers: number; seed: number },
): Uint8Array[] {
  const random = createRandom(seed, 1);
  const ranks = Array.from({ length: customers }, (_, rank) => rank);
  const weightOf = law === 'zipf' ? (rank: number) => (rank + 1) ** -zipfExponent : () => 1;
  return Array.from({ length: events }, (_, index) => {
    const customerId = `customer-${random.pick(ranks, weightOf)}`;
    const lines = 1 + Math.floor(random.uniform() * 5);
    const document: PurchaseDocument = {
      v: 1,
      type: 'purchase',
      eventId: `event-${index}`,
      customerId,
      orderId: `order-${index}`,
      occurredAt: new Date(startMs + Math.floor((spanMs * index) / events)).toISOString(),
      currency: 'GBP',
      items: Array.from({ length: lines }, () => {
        const product = Math.floor(random.uniform() * products);
        return {
          productId: `P${10_000 + product * 7}`,
          category: `category-${product % 12}`,
          quantity: 1 + Math.floor(random.uniform() * 4),
          unitPrice: Math.round(100 + random.uniform() * 4_000) / 100,
        };
      }),
    };
    return encodeDocument(document);
  });
}
