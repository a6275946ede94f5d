import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packHashes, packScaled, unpackHashes, unpackScaled } from '../../../operators/state/packing.ts';

const integers = fc.array(fc.maxSafeInteger().filter((value) => !Object.is(value, -0)));

describe('packScaled and unpackScaled', () => {
  test('give back any column of integers', () => {
    fc.assert(
      fc.property(integers, (column) => {
        expect(unpackScaled(packScaled(column))).toEqual(column);
      }),
    );
  });

  test('give back any ascending column as differences', () => {
    const ascending = fc.array(fc.nat(4_102_444_800_000)).map((column) => column.sort((a, b) => a - b));
    fc.assert(
      fc.property(ascending, fc.constantFrom(1, 1_000, 86_400_000), (column, unit) => {
        const scaled = column.map((value) => value * unit).filter(Number.isSafeInteger);
        expect(unpackScaled(packScaled(scaled, { deltas: true }), { deltas: true })).toEqual(scaled);
      }),
    );
  });

  test.each([
    [[86_400_000, -172_800_000], 4, [1, -2]],
    [[60_000, 86_400_000], 3, [1, 1_440]],
    [[10_000, 20_000], 2, [1, 2]],
    [[1_000, -3_000], 1, [1, -3]],
    [[1_000, 1], 0, [1_000, 1]],
    [[0, 0], 4, [0, 0]],
    [[], 4, []],
  ])('divide %j by the largest unit that all share', (column, scale, values) => {
    expect(packScaled(column)).toEqual({ scale, values });
  });

  test('write a negative zero as zero', () => {
    expect(Object.is(packScaled([-0]).values[0], 0)).toBe(true);
  });
});

describe('packHashes and unpackHashes', () => {
  const pack = (hashes: readonly number[]) => packHashes(hashes.map((hash) => ({ hash })));

  test('give back any 48-bit hashes in six bytes each', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 48 - 1)), (hashes) => {
        const bytes = pack(hashes);
        expect(bytes.byteLength).toBe(6 * hashes.length);
        expect(unpackHashes(bytes)).toEqual(hashes);
      }),
    );
  });

  test('keep both ends of the range, and refuse what is beyond it', () => {
    expect(unpackHashes(pack([0, 2 ** 48 - 1]))).toEqual([0, 2 ** 48 - 1]);
    expect(() => pack([2 ** 48])).toThrow(RangeError);
  });
});
