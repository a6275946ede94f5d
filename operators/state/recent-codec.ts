import type { RecentItem, RecentPurchase } from './customer-state.ts';
import { packScaled, type Scaled, unpackScaled } from './packing.ts';

/**
 * The lines of all recent purchases of a customer. Each product (with its category) stands in one dictionary, sorted by the
 * number in its id, so that an id costs the difference from the one before; purchases then name places in it, again as
 * differences. On real purchases a third smaller, deflated, than lines with their ids.
 */
export interface StoredLines {
  /** Text before and after the number of an id, and its digits: each combination once. */
  formPrefixes: string[];
  formSuffixes: string[];
  formDigits: number[];
  /** Form of each dictionary entry; empty when there is one form for all. */
  forms: number[];
  /** Number of each entry, as the difference from the entry before. */
  numbers: number[];
  categories: string[];
  /** Index into `categories` by entry, -1 for none; empty when none has one. */
  categoryOf: number[];
  /** Lines of each purchase. */
  counts: number[];
  /** Entry of each line, as the difference from the place after the line before; from 0 at each purchase. */
  entries: number[];
  quantities: Scaled;
}

/** Avro schema of `StoredLines`; `Scaled` has been named before. */
export const linesSchema = {
  type: 'record',
  name: 'Lines',
  fields: [
    { name: 'formPrefixes', type: { type: 'array', items: 'string' } },
    { name: 'formSuffixes', type: { type: 'array', items: 'string' } },
    { name: 'formDigits', type: { type: 'array', items: 'int' } },
    { name: 'forms', type: { type: 'array', items: 'int' } },
    { name: 'numbers', type: { type: 'array', items: 'int' } },
    { name: 'categories', type: { type: 'array', items: 'string' } },
    { name: 'categoryOf', type: { type: 'array', items: 'int' } },
    { name: 'counts', type: { type: 'array', items: 'int' } },
    { name: 'entries', type: { type: 'array', items: 'int' } },
    { name: 'quantities', type: 'Scaled' },
  ],
} as const;

/** Digits of a number that are taken together: such a number fits 32 bits. */
const digitsMax = 9;

/** A product with its category; its id taken apart: `prefix`, then `number` in `digits` digits (0: none), then `suffix`. */
interface Entry {
  readonly productId: string;
  readonly category: string | undefined;
  readonly prefix: string;
  readonly digits: number;
  readonly number: number;
  readonly suffix: string;
  /** Of the same product in another category. */
  other: Entry | undefined;
  /** In the dictionary. */
  place: number;
}

export function packLines(recent: readonly RecentPurchase[]): StoredLines {
  const { dictionary, lines, quantities } = collect(recent);
  const stored: StoredLines = {
    ...packDictionary(dictionary),
    counts: recent.map(({ items }) => items.length),
    entries: [],
    quantities: packScaled(quantities),
  };
  let line = 0;
  for (const { items } of recent) {
    let next = 0;
    for (const end = line + items.length; line < end; line += 1) {
      const { place } = lines[line] as Entry;
      stored.entries.push(place - next);
      next = place + 1;
    }
  }
  return stored;
}

function packDictionary(
  dictionary: readonly Entry[],
): Omit<StoredLines, 'counts' | 'entries' | 'quantities'> {
  const places = { forms: new Map<string, number>(), categories: new Map<string, number>() };
  const [formPrefixes, formSuffixes, categories]: string[][] = [[], [], []] as const;
  const [formDigits, forms, numbers, categoryOf]: number[][] = [[], [], [], []] as const;
  let before: Entry | undefined;
  let form = 0;
  for (const entry of dictionary) {
    const { prefix, suffix, digits, category } = entry;
    if (before?.digits !== digits || before.prefix !== prefix || before.suffix !== suffix) {
      const key = `${digits} ${prefix.length} ${prefix}${suffix}`;
      form = places.forms.get(key) ?? places.forms.size;
      if (form === places.forms.size) {
        places.forms.set(key, form);
        formPrefixes.push(prefix);
        formSuffixes.push(suffix);
        formDigits.push(digits);
      }
    }
    forms.push(form);
    numbers.push(entry.number - (before?.number ?? 0));
    if (category !== undefined && !places.categories.has(category)) {
      places.categories.set(category, categories.length);
      categories.push(category);
    }
    categoryOf.push(category === undefined ? -1 : (places.categories.get(category) as number));
    before = entry;
  }
  return {
    formPrefixes,
    formSuffixes,
    formDigits,
    forms: formDigits.length < 2 ? [] : forms,
    numbers,
    categories,
    categoryOf: categories.length === 0 ? [] : categoryOf,
  };
}

/** The lines `packLines` was given, purchase by purchase, in their order. */
export function unpackLines(stored: StoredLines): RecentItem[][] {
  const productIds = unpackIds(stored);
  const quantities = unpackScaled(stored.quantities);
  let line = 0;
  return stored.counts.map((count) => {
    const items: RecentItem[] = [];
    let next = 0;
    for (const end = line + count; line < end; line += 1) {
      const place = next + (stored.entries[line] as number);
      next = place + 1;
      items.push({
        productId: productIds[place] as string,
        category: stored.categories[stored.categoryOf[place] ?? -1],
        quantityMilli: quantities[line] as number,
      });
    }
    return items;
  });
}

function unpackIds({ formPrefixes, formSuffixes, formDigits, forms, numbers }: StoredLines): string[] {
  const productIds: string[] = [];
  let number = 0;
  for (let index = 0; index < numbers.length; index += 1) {
    number += numbers[index] as number;
    const form = forms[index] ?? 0;
    const digits = formDigits[form] as number;
    const middle = digits === 0 ? '' : String(number).padStart(digits, '0');
    productIds.push(`${formPrefixes[form]}${middle}${formSuffixes[form]}`);
  }
  return productIds;
}

/** The dictionary, sorted, and of each line its entry and its quantity. */
function collect(recent: readonly RecentPurchase[]): {
  dictionary: readonly Entry[];
  lines: readonly Entry[];
  quantities: readonly number[];
} {
  const byProduct = new Map<string, Entry>();
  const dictionary: Entry[] = [];
  const lines: Entry[] = [];
  const quantities: number[] = [];
  for (const { items } of recent) {
    for (const { productId, category, quantityMilli } of items) {
      const first = byProduct.get(productId);
      let entry = first;
      while (entry !== undefined && entry.category !== category) entry = entry.other;
      if (entry === undefined) {
        entry = takeApart(productId, category);
        entry.other = first;
        byProduct.set(productId, entry);
        dictionary.push(entry);
      }
      lines.push(entry);
      quantities.push(quantityMilli);
    }
  }
  dictionary.sort(byNumber);
  for (let place = 0; place < dictionary.length; place += 1) (dictionary[place] as Entry).place = place;
  return { dictionary, lines, quantities };
}

/** A total order, so that equal sets of lines give equal bytes. */
function byNumber(a: Entry, b: Entry): number {
  if (a.number !== b.number) return a.number - b.number;
  if (a.productId !== b.productId) return a.productId < b.productId ? -1 : 1;
  return (a.category ?? '') < (b.category ?? '') || a.category === undefined ? -1 : 1;
}

/** Around the last run of digits, or the last nine of it. */
function takeApart(productId: string, category: string | undefined): Entry {
  let end = productId.length;
  while (end > 0 && !isDigit(productId, end - 1)) end -= 1;
  let start = end;
  while (start > 0 && end - start < digitsMax && isDigit(productId, start - 1)) start -= 1;
  const digits = end - start;
  return {
    productId,
    category,
    prefix: digits === 0 ? productId : productId.slice(0, start),
    digits,
    number: digits === 0 ? 0 : Number(productId.slice(start, end)),
    suffix: digits === 0 ? '' : productId.slice(end),
    other: undefined,
    place: 0,
  };
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
