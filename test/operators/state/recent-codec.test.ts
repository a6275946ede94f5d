import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecentPurchase } from '../../../operators/state/customer-state.ts';
import { packLines, unpackLines } from '../../../operators/state/recent-codec.ts';

type Line = readonly [productId: string, category?: string | undefined, quantityMilli?: number];

const purchases = (...all: readonly (readonly Line[])[]): RecentPurchase[] =>
  all.map((lines, index) => ({
    atMs: index,
    hash: index,
    items: lines.map(([productId, category, quantityMilli = 1_000]) => ({
      productId,
      category,
      quantityMilli,
    })),
  }));
const linesOf = (recent: readonly RecentPurchase[]) => recent.map(({ items }) => items);

describe('packLines and unpackLines', () => {
  test('take ids apart around their numbers, and name each product once', () => {
    const stored = packLines(purchases([['85123A'], ['P-0007'], ['85099B']], [['85099B'], ['85123A']]));
    expect(stored).toMatchObject({
      formPrefixes: ['P-', '', ''],
      formSuffixes: ['', 'B', 'A'],
      formDigits: [4, 5, 5],
      forms: [0, 1, 2],
      numbers: [7, 85_092, 24],
      counts: [3, 2],
      entries: [2, -3, 0, 1, 0],
    });
  });

  test.each([
    ['no lines at all', purchases()],
    ['purchases without lines', purchases([], [['a']], [])],
    ['an empty id beside others', purchases([[''], ['0'], ['00'], ['a']])],
    ['leading zeros', purchases([['1'], ['01'], ['001'], ['10']])],
    ['long numbers', purchases([['12345678901234567890'], ['999999999'], ['4006381333931']])],
    ['several numbers in one id', purchases([['A1-B22-C'], ['A1-B23-C'], ['A2-B22-C']])],
    ['any script, and digits of others', purchases([['茶 12'], ['٣'], ['Ⅷ9'], ['🫖1🫖']])],
    ['a form that reads like another', purchases([['1 a'], ['a 1'], ['1a'], [' 1a']])],
    ['one product in two categories', purchases([['tea', 'a']], [['tea', 'b']], [['tea']], [['tea', '']])],
    ['lines in no order, and one twice', purchases([['b'], ['a'], ['b', undefined, -500]])],
    [
      'quantities of all sizes',
      purchases([
        ['a', 'x', -1],
        ['b', 'x', 0],
        ['c', 'x', 4_000_000_000_000],
      ]),
    ],
  ])('give back %s', (_, recent) => {
    expect(unpackLines(packLines(recent))).toEqual(linesOf(recent));
  });

  test('give back any lines', () => {
    const id = fc.oneof(
      fc.stringMatching(/^[A-C]?[0-9]{0,12}[a-b]?$/),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const line = fc.record({
      productId: id,
      category: fc.option(fc.constantFrom('', 'a', 'b1'), { nil: undefined }),
      quantityMilli: fc.maxSafeInteger().map((quantity) => Math.trunc(quantity / 4) + 0),
    });
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 6 }), { maxLength: 5 }), (lines) => {
        const recent = lines.map((items, index) => ({ atMs: index, hash: index, items }));
        expect(unpackLines(packLines(recent))).toEqual(lines);
      }),
    );
  });
});
