import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestSegment, reassign, runnerUp } from '../../../operators/segments/assign-segment.ts';
import { segmentGeometry } from '../../../operators/segments/segment-geometry.ts';
import { type SegmentModel, segmentNames } from '../../../operators/segments/segment-model.ts';
import { anyModel, modelOf } from './factories.ts';

const point = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 4, maxLength: 4 });
const name = fc.constantFrom(...segmentNames);

/** Centroids on the first axis at 0, 10, 20, ..., in the order of the names. */
function ladder(margin: number): SegmentModel {
  return modelOf({ centroids: segmentNames.map((_, index) => [10 * index, 0, 0, 0]), margin });
}

describe('nearestSegment', () => {
  test('gives the nearest centroid, and of equally near ones the better segment', () => {
    expect(nearestSegment([11, 0, 0, 0], ladder(1))).toBe('Loyal');
    expect(nearestSegment([5, 3, 0, 0], ladder(1))).toBe('Champions');
    expect(runnerUp('Loyal', [11, 0, 0, 0], ladder(1))).toBe('Potential Loyalists');
  });

  test('does not depend on the order in which a model lists its centroids', () => {
    const model = modelOf();
    const reversed = modelOf({
      names: [...model.names].reverse(),
      centroids: [...model.centroids].reverse(),
    });
    fc.assert(
      fc.property(point, (z) => {
        expect(nearestSegment(z, reversed)).toBe(nearestSegment(z, model));
      }),
      { seed: 11 },
    );
  });
});

describe('reassign', () => {
  test.each([
    ['at the middle', 5, 'Champions'],
    ['at the margin', 6, 'Champions'],
    ['just past the margin', 6 + 1e-9, 'Loyal'],
  ])('%s between two centroids', (_, x, expected) => {
    expect(reassign('Champions', [x, 0, 0, 0], ladder(1)).segment).toBe(expected);
  });

  test('moves to the nearest of several segments whose boundary is passed', () => {
    expect(reassign('Champions', [31, 0, 0, 0], ladder(1)).segment).toBe('New');
  });

  test('measures the margin along the line between the centroids, so sideways distance does not matter', () => {
    expect(reassign('Champions', [6.5, 500, 0, 0], ladder(1)).segment).toBe('Loyal');
    expect(reassign('Champions', [5.5, 500, 0, 0], ladder(1)).segment).toBe('Champions');
  });

  test('tells the distance to every centroid', () => {
    const { distances } = reassign('Champions', [3, 4, 0, 0], ladder(1));
    expect(distances.Champions).toBe(5);
    expect(Object.keys(distances)).toEqual([...segmentNames]);
  });

  test('keeps a customer whose features are not numbers', () => {
    expect(reassign('At Risk', [Number.NaN, 0, 0, 0], modelOf()).segment).toBe('At Risk');
  });

  test('agrees with squared distances about who is past the margin', () => {
    fc.assert(
      fc.property(anyModel, name, point, (model, current, z) => {
        const { segment, distances } = reassign(current, z, model);
        const { centroids } = segmentGeometry(model);
        const from = centroids[segmentNames.indexOf(current)] as readonly number[];
        const past = (other: (typeof segmentNames)[number]) => {
          const to = centroids[segmentNames.indexOf(other)] as readonly number[];
          const gap = Math.hypot(...from.map((value, index) => value - (to[index] as number)));
          return (distances[current] ** 2 - distances[other] ** 2) / (2 * gap) - model.margin;
        };
        if (segment !== current) expect(past(segment)).toBeGreaterThan(-1e-9);
        for (const other of segmentNames) {
          if (other === current || distances[other] > distances[segment] - 1e-9) continue;
          expect(past(other)).toBeLessThan(1e-9);
        }
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  test('changes nothing when repeated at the same point, so a boundary never flaps', () => {
    fc.assert(
      fc.property(anyModel, name, point, (model, current, z) => {
        const once = reassign(current, z, model).segment;
        expect(reassign(once, z, model).segment).toBe(once);
      }),
      { seed: 13, numRuns: 1000 },
    );
  });

  test('takes crossing back by twice the margin to return', () => {
    const model = ladder(1);
    const there = reassign('Champions', [6.1, 0, 0, 0], model).segment;
    expect(there).toBe('Loyal');
    expect(reassign(there, [4.1, 0, 0, 0], model).segment).toBe('Loyal');
    expect(reassign(there, [3.9, 0, 0, 0], model).segment).toBe('Champions');
  });

  test('never moves a customer who jitters by less than the margin around a boundary', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 4.01, max: 5.99, noNaN: true }), { minLength: 2 }), (xs) => {
        const visited = new Set<string>();
        let current = reassign(undefined, [xs[0] as number, 0, 0, 0], ladder(1)).segment;
        for (const x of xs) {
          current = reassign(current, [x, 0, 0, 0], ladder(1)).segment;
          visited.add(current);
        }
        expect(visited.size).toBe(1);
      }),
      { seed: 14 },
    );
  });
});

describe('a model that is not eight named centroids', () => {
  test.each([
    ['a name twice', modelOf({ names: segmentNames.map(() => 'New' as const) })],
    [
      'a centroid that is not finite',
      modelOf({ centroids: modelOf().centroids.map(() => [0, 0, 0, Number.NaN]) }),
    ],
    ['transforms in another order', modelOf({ transforms: [...modelOf().transforms].reverse() })],
    ['a negative margin', modelOf({ margin: -0.1 })],
  ])('is refused: %s', (_, model) => {
    expect(() => nearestSegment([0, 0, 0, 0], model)).toThrow(/segment model test-1/);
  });

  test('two centroids at one place are no boundary', () => {
    const model = modelOf({ centroids: segmentNames.map(() => [0, 0, 0, 0]) });
    expect(reassign('Hibernating', [9, 9, 9, 9], model).segment).toBe('Hibernating');
  });
});
