/**
 * How much faster or slower than the average item some items are bought again; plain JSON.
 * An item without an entry goes by its category, one without that by the population, whose pace is 1.
 */
export interface RepurchasePaces {
  /** Pairs of item and pace, those with the most evidence; at most 1,500. */
  readonly items: readonly (readonly [key: string, pace: number])[];
  /** The same by category of the items, at most 500; empty where the items are categories themselves. */
  readonly categories: readonly (readonly [category: string, pace: number])[];
  /** Expected repurchases as which the population weighs in a category's pace, and the category in an item's. */
  readonly weights: { readonly items: number; readonly categories: number };
}

interface PaceMaps {
  readonly items: ReadonlyMap<string, number>;
  readonly categories: ReadonlyMap<string, number>;
}

const mapsByPaces = new WeakMap<RepurchasePaces, PaceMaps>();

/**
 * Factor of the population's mean rate of repurchase for one item, > 0.
 * @param paces undefined for a model without any
 */
export function repurchasePace(
  paces: RepurchasePaces | undefined,
  key: string,
  category: string | undefined,
): number {
  if (paces === undefined) return 1;
  let maps = mapsByPaces.get(paces);
  if (maps === undefined) {
    maps = { items: new Map(paces.items), categories: new Map(paces.categories) };
    mapsByPaces.set(paces, maps);
  }
  return maps.items.get(key) ?? maps.categories.get(category ?? '') ?? 1;
}
