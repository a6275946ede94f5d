import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepNames, nameSegments, segmentArchetypes } from '../../../operators/segments/name-segments.ts';
import { squaredDistance } from '../../../operators/segments/segment-geometry.ts';
import { segmentFeatureNames, segmentNames } from '../../../operators/segments/segment-model.ts';
import { changeTransforms, fitTransforms } from '../../../operators/segments/transform.ts';
import { modelOf, sampleOf } from './factories.ts';

const hundredth = fc.integer({ min: -300, max: 300 }).map((value) => value / 100);

const eightCentroids = fc.array(fc.array(hundredth, { minLength: 4, maxLength: 4 }), {
  minLength: 8,
  maxLength: 8,
});

/** Least total cost over all 40,320 ways to pair eight with eight. */
function leastCost(costs: readonly (readonly number[])[]): number {
  const least = (row: number, used: number): number => {
    if (row === costs.length) return 0;
    let best = Number.POSITIVE_INFINITY;
    for (let column = 0; column < costs.length; column++) {
      if (used & (1 << column)) continue;
      best = Math.min(best, (costs[row]?.[column] ?? 0) + least(row + 1, used | (1 << column)));
    }
    return best;
  };
  return least(0, 0);
}

describe('nameSegments', () => {
  test('gives each of the eight names once, whatever the centroids', () => {
    fc.assert(
      fc.property(eightCentroids, (centroids) => {
        expect(new Set(nameSegments(centroids))).toEqual(new Set(segmentNames));
      }),
      { seed: 31 },
    );
  });

  test('gives each archetype its own name, in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...segmentNames], { minLength: 8 }), (names) => {
        const centroids = names.map((name) =>
          segmentFeatureNames.map((feature) => segmentArchetypes[name].ranks[feature]),
        );
        expect(nameSegments(centroids)).toEqual(names);
      }),
      { seed: 32 },
    );
  });

  test('looks at ranks alone, so any monotone scale gives the same names', () => {
    fc.assert(
      fc.property(eightCentroids, (centroids) => {
        const scaled = centroids.map((centroid) => centroid.map((value) => 5 + 100 * value));
        expect(nameSegments(scaled)).toEqual(nameSegments(centroids));
      }),
      { seed: 33 },
    );
  });

  test('says of each archetype why', () => {
    for (const name of segmentNames) expect(segmentArchetypes[name].because).toMatch(/^[a-z].{30,}[^.]$/);
  });
});

describe('keepNames', () => {
  test('costs no more than the best of all pairings', () => {
    const transforms = fitTransforms(sampleOf(80, 5));
    fc.assert(
      fc.property(eightCentroids, eightCentroids, (centroids, old) => {
        const previous = modelOf({ centroids: old });
        const costs = centroids.map((centroid) => {
          const moved = changeTransforms(centroid, transforms, previous.transforms);
          return old.map((other) => squaredDistance(moved, other));
        });
        const names = keepNames(centroids, transforms, previous);
        const total = names.reduce(
          (sum, name, row) => sum + (costs[row]?.[segmentNames.indexOf(name)] ?? 0),
          0,
        );
        expect(new Set(names).size).toBe(8);
        expect(total).toBeCloseTo(leastCost(costs), 8);
      }),
      { seed: 34, numRuns: 12 },
    );
  });

  test('keeps a name that its archetype would no longer get', () => {
    const previous = modelOf({ names: [...segmentNames].reverse() });
    expect(keepNames(previous.centroids, previous.transforms, previous)).toEqual([...segmentNames].reverse());
  });
});
