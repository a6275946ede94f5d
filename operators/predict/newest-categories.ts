import type { CustomerState } from '../state/customer-state.ts';

/** The category each product was last bought under; products not among the recent purchases have none. */
export function newestCategories(state: CustomerState): Map<string, string> {
  const categories = new Map<string, string>();
  for (const purchase of state.recent) {
    for (const { productId, category } of purchase.items) {
      if (category !== undefined) categories.set(productId, category);
    }
  }
  return categories;
}
