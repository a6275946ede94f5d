import { createRandom } from './random.ts';

export interface SimulatedProduct {
  readonly productId: string;
  readonly category: string;
  /** Two decimals. */
  readonly unitPrice: number;
  /** How often it is chosen among its category's, relative. */
  readonly popularity: number;
  /** Days for which a household's usual purchase lasts; undefined for what is not bought regularly. */
  readonly lastsDays: number | undefined;
}

/** Category, least and greatest price, and how long a usual purchase lasts, days. */
const categories: readonly (readonly [string, number, number, number | undefined])[] = [
  ['coffee', 3.5, 14, 21],
  ['dairy', 0.8, 5, 7],
  ['bakery', 0.9, 6, 7],
  ['fruit', 0.6, 6, 7],
  ['cleaning', 1.5, 9, 35],
  ['toiletries', 1.2, 12, 42],
  ['pet', 4, 30, 28],
  ['baby', 5, 24, 14],
  ['wine', 6, 35, undefined],
  ['kitchen', 8, 90, undefined],
  ['garden', 5, 120, undefined],
  ['gifts', 4, 60, undefined],
];
const productsPerCategory = 12;
const catalogueSeed = 1_729;

/** The products of the simulation: 12 categories of 12, always the same. */
export const simulatedCatalogue: readonly SimulatedProduct[] = categories.flatMap(
  ([category, least, greatest, lastsDays], index) => {
    const random = createRandom(catalogueSeed, index);
    return Array.from({ length: productsPerCategory }, (_, rank) => ({
      productId: `${category}-${String(rank + 1).padStart(2, '0')}`,
      category,
      // Evenly spread over the logarithm: shops have more cheap things than dear ones.
      unitPrice: Math.round(least * (greatest / least) ** random.uniform() * 100) / 100,
      popularity: 1 / (rank + 1),
      lastsDays: lastsDays === undefined ? undefined : lastsDays * (0.7 + 0.6 * random.uniform()),
    }));
  },
);
