import avro from 'avsc';
import type { RecentItem, RecentPurchase } from './customer-state.ts';
import { packScaled, type Scaled, scaledSchema, unpackScaled } from './packing.ts';

/** The items of one recent purchase, by themselves: what is kept once needs encoding once. */
const itemsType = avro.Type.forSchema({
  type: 'record',
  name: 'Items',
  fields: [
    { name: 'products', type: { type: 'array', items: 'string' } },
    { name: 'categories', type: { type: 'array', items: 'string' } },
    { name: 'categoryOf', type: { type: 'array', items: 'int' } },
    { name: 'quantities', type: { name: 'Scaled', ...scaledSchema } },
  ],
} as avro.Schema);

interface StoredItems {
  products: string[];
  /** Each category once, in order of appearance. */
  categories: string[];
  /** Index into `categories` by item, -1 for none; empty when no item has one. */
  categoryOf: number[];
  quantities: Scaled;
}

/** Encoded items by purchase: a purchase never changes, and is encoded with each write of its customer. */
const encoded = new WeakMap<RecentPurchase, Buffer>();

export function encodeItems(purchase: RecentPurchase): Buffer {
  const known = encoded.get(purchase);
  if (known) return known;
  const bytes = itemsType.toBuffer(packItems(purchase.items));
  encoded.set(purchase, bytes);
  return bytes;
}

/** The purchase whose items `encodeItems` wrote. */
export function decodePurchase(atMs: number, hash: number, bytes: Buffer): RecentPurchase {
  const purchase = { atMs, hash, items: unpackItems(itemsType.fromBuffer(bytes) as StoredItems) };
  encoded.set(purchase, bytes);
  return purchase;
}

function packItems(items: readonly RecentItem[]): StoredItems {
  const categories: string[] = [];
  const categoryOf: number[] = [];
  for (const { category } of items) {
    let index = category === undefined ? -1 : categories.indexOf(category);
    if (category !== undefined && index < 0) index = categories.push(category) - 1;
    categoryOf.push(index);
  }
  return {
    products: items.map((item) => item.productId),
    categories,
    categoryOf: categories.length === 0 ? [] : categoryOf,
    quantities: packScaled(items.map((item) => item.quantityMilli)),
  };
}

function unpackItems(stored: StoredItems): RecentItem[] {
  const quantities = unpackScaled(stored.quantities);
  return stored.products.map((productId, index) => ({
    productId,
    category: stored.categories[stored.categoryOf[index] ?? -1],
    quantityMilli: quantities[index] as number,
  }));
}
