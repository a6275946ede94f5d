import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../../pipeline/ingest/random.ts';

const header = 'eventTime,customerId,orderId,productId,category,quantity,unitPrice,currency';
const firstMs = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;

/** One order of one line. */
export interface PopulationOrder {
  /** Days after 2024-01-01, a real number. */
  readonly day: number;
  readonly customerId: string;
  readonly productId?: string;
  readonly category?: string;
  /** Units; negative for a return. Default 1. */
  readonly quantity?: number;
  /** Default none. */
  readonly price?: number;
}

export function dateOf(day: number): Date {
  return new Date(firstMs + Math.round(day * dayMs));
}

/**
 * Orders of customers who come within the first `days / 2` days, buy by chance at rates of their own, each time one of two
 * favourites or anything, and one day stop; in order of time. The same seed gives the same orders.
 */
export function population(customers: number, days: number, seed: number): PopulationOrder[] {
  const orders: PopulationOrder[] = [];
  for (let index = 0; index < customers; index += 1) {
    const random = createRandom(seed, index);
    const customerId = `c-${index}`;
    const meanGapDays = 1 / random.gamma(1, 0.06);
    const dropout = random.beta(0.8, 5);
    const favourites = [random.pick(products), random.pick(products)];
    const price = 2 + random.gamma(4, 10);
    let day = random.uniform() * (days / 2);
    while (day < days) {
      const productId = random.uniform() < 0.7 ? random.pick(favourites) : random.pick(products);
      const category = `kind-${Number(productId.slice(2)) % 4}`;
      orders.push({ day, customerId, productId, category, price: Number(price.toFixed(2)) });
      if (random.uniform() < dropout) break;
      day += random.exponential(meanGapDays);
    }
  }
  return orders.sort((a, b) => a.day - b.day);
}

const products = Array.from({ length: 12 }, (_, index) => `p-${index}`);

export interface PopulationFile {
  readonly path: string;
  remove(): Promise<void>;
}

export async function writePopulation(orders: readonly PopulationOrder[]): Promise<PopulationFile> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-population-'));
  const path = join(folder, 'population.csv');
  const lines = orders.map(
    ({ day, customerId, productId = 'any', category = '', quantity = 1, price }, index) =>
      [
        dateOf(day).toISOString(),
        customerId,
        `o-${index}`,
        productId,
        category,
        quantity,
        price ?? '',
        '',
      ].join(','),
  );
  await writeFile(path, `${[header, ...lines].join('\n')}\n`);
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
