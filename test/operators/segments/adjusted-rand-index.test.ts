import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../../operators/segments/adjusted-rand-index.ts';

/** The same by looking at every pair: Hubert and Arabie's index from the four counts of pairs. */
function byPairs(a: readonly number[], b: readonly number[]): number {
  const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
  for (let i = 0; i < a.length; i++) {
    for (let j = i + 1; j < a.length; j++) {
      const [inA, inB] = [a[i] === a[j], b[i] === b[j]];
      counts[inA ? (inB ? 'both' : 'onlyA') : inB ? 'onlyB' : 'neither'] += 1;
    }
  }
  const { both, onlyA, onlyB, neither } = counts;
  const below = (both + onlyA) * (onlyA + neither) + (both + onlyB) * (onlyB + neither);
  return below === 0 ? 1 : (2 * (both * neither - onlyA * onlyB)) / below;
}

describe('adjustedRandIndex', () => {
  test('is 1 for the same groups under other names', () => {
    expect(adjustedRandIndex([1, 1, 2, 3, 3], [7, 7, 9, 8, 8])).toBe(1);
    expect(adjustedRandIndex(['x', 'x'], ['y', 'y'])).toBe(1);
    expect(adjustedRandIndex([], [])).toBe(1);
  });

  test('is less than nothing where groups are crossed, and in between where one is torn apart', () => {
    expect(adjustedRandIndex([0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2])).toBeCloseTo(
      byPairs([0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2]),
      12,
    );
    expect(adjustedRandIndex([0, 0, 1, 1], [0, 1, 0, 1])).toBeCloseTo(-0.5, 12);
  });

  test('equals what looking at every pair gives', () => {
    const labels = fc.integer({ min: 2, max: 30 }).chain((length) => {
      const list = fc.array(fc.nat(4), { minLength: length, maxLength: length });
      return fc.tuple(list, list);
    });
    fc.assert(
      fc.property(labels, ([a, b]) => {
        expect(adjustedRandIndex(a, b)).toBeCloseTo(byPairs(a, b), 10);
        expect(adjustedRandIndex(a, b)).toBeCloseTo(adjustedRandIndex(b, a), 12);
      }),
      { seed: 31, numRuns: 200 },
    );
  });
});
