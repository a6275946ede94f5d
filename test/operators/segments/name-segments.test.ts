import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepNames, nameSegments, segmentArchetypes } from '../../../operators/segments/name-segments.ts';
import { squaredDistance } from '../../../operators/segments/segment-geometry.ts';
import { checkMeanings, unmetPromises } from '../../../operators/segments/segment-meanings.ts';
import {
  type SegmentFeatures,
  type SegmentModel,
  segmentFeatureNames,
  segmentNames,
} from '../../../operators/segments/segment-model.ts';
import { changeTransforms, fitTransforms, transformFeatures } from '../../../operators/segments/transform.ts';
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

const features = (
  recencyDays: number,
  tenureDays: number,
  orders365: number,
  spend365: number,
): SegmentFeatures => ({ recencyDays, tenureDays, orders365, spend365 });

/** Medians of a simulated shop's clusters after 235 days: many who bought often have left. */
const shop = [
  features(2, 195, 43, 1210),
  features(8, 180, 15, 426),
  features(4, 46, 8, 241),
  features(4, 13, 2, 64),
  features(36, 56, 3, 77),
  features(71, 202, 29, 928),
  features(125, 209, 10, 297),
  features(167, 211, 2, 74),
];

const anyMedians = fc.array(
  fc
    .tuple(...[200, 400, 12, 900].map((max) => fc.integer({ min: 0, max })))
    .map(([recency = 0, tenure = 0, orders = 0, spend = 0]) => features(recency, tenure, orders, spend)),
  { minLength: 8, maxLength: 8 },
);

/** Promises that medians break by more than a tenth, by segment and name. */
const clearlyBroken = (medians: readonly SegmentFeatures[]) =>
  medians.map((_, index) => segmentNames.map((name) => unmetPromises(name, index, medians, 0.1).length));

/** A model whose segments have these medians for centroids, and these names. */
function modelAt(medians: readonly SegmentFeatures[], names?: SegmentModel['names']): SegmentModel {
  const model = modelOf();
  const centroids = medians.map((one) => transformFeatures(one, model.transforms));
  return modelOf({ centroids, names: names ?? nameSegments(centroids, medians) });
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

  test('calls those who bought much and have left neither loyal nor at their best', () => {
    expect(modelAt(shop).names).toEqual([
      'Champions',
      'Loyal',
      'Potential Loyalists',
      'New',
      'Promising',
      'Needs Attention',
      'At Risk',
      'Hibernating',
    ]);
    expect(checkMeanings(shop, modelAt(shop).names).every(({ holds }) => holds)).toBe(true);
  });

  test('breaks as few promises clearly as any naming would', () => {
    fc.assert(
      fc.property(anyMedians, (medians) => {
        const broken = clearlyBroken(medians);
        const names = modelAt(medians).names;
        const total = names.reduce(
          (sum, name, row) => sum + (broken[row]?.[segmentNames.indexOf(name)] ?? 0),
          0,
        );
        expect(total).toBe(leastCost(broken));
      }),
      { seed: 35, numRuns: 12 },
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

  test('moves a name on whose owners have become something else', () => {
    // Named when the sixth were still buying: they were the loyal ones then.
    const names = [
      'Champions',
      'Needs Attention',
      'Potential Loyalists',
      'New',
      'Promising',
      'Loyal',
    ] as const;
    const previous = modelAt(shop, [...names, 'At Risk', 'Hibernating']);
    expect(keepNames(previous.centroids, previous.transforms, previous)).toEqual(previous.names);
    const kept = keepNames(previous.centroids, previous.transforms, previous, shop);
    expect(kept).toEqual(segmentNames);
  });

  test('keeps a name whose promise is broken by less than a tenth', () => {
    // Loyal comes sixth in days of silence where it promises to be among the five lowest.
    const medians = (loyal: number, promising: number, attention: number) => {
      const recencies = [2, loyal, 4, 4, promising, attention, 125, 167];
      return shop.map((one, index) => ({ ...one, recencyDays: recencies[index] as number }));
    };
    const renamed = (of: readonly SegmentFeatures[]) => {
      const previous = modelAt(of, segmentNames);
      expect(unmetPromises('Loyal', 1, of)).toHaveLength(1);
      return keepNames(previous.centroids, previous.transforms, previous, of);
    };
    expect(renamed(medians(38, 36, 37))).toEqual(segmentNames);
    expect(renamed(medians(38, 30, 20))[5]).toBe('Loyal');
  });

  test('renames nobody in a refit that finds the very same clusters', () => {
    fc.assert(
      fc.property(anyMedians, (medians) => {
        const first = modelAt(medians);
        expect(keepNames(first.centroids, first.transforms, first, medians)).toEqual(first.names);
      }),
      { seed: 36 },
    );
  });
});
