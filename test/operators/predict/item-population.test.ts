import { describe, expect, test } from 'vitest';
import { ItemCounts } from '../../../operators/predict/item-population.ts';

const keys = ['milk', 'tea', 'lemon', 'salt'];

/** Lemon follows tea, and nothing else does. */
function counted(options = {}) {
  const counts = new ItemCounts(keys, options);
  for (let day = 0; day < 200; day += 1) {
    const before = day % 4 === 0 ? ['tea', 'milk'] : ['milk'];
    counts.add(day % 4 === 0 ? ['lemon', 'milk'] : ['milk'], before);
  }
  return counts.population();
}

describe('the population of items', () => {
  test('knows shares, repeats and what follows what more often than usual', () => {
    const { sharesPpm, repeatsPerMille, neighbours } = counted();
    expect(sharesPpm).toEqual([1_000_000, 1, 250_000, 1]);
    expect(repeatsPerMille[0]).toBeGreaterThan(950);
    // 50 days with tea, all followed by lemon, where a quarter is usual: 37.5 more over 50 + 20.
    expect(neighbours[1]).toEqual([2, Math.round((1e4 * 37.5) / 70)]);
    expect(neighbours[0]).toEqual([]);
  });

  test('keeps no more neighbours than asked for, the strongest', () => {
    const counts = new ItemCounts(keys, { neighboursMax: 1 });
    for (let day = 0; day < 90; day += 1) {
      counts.add(day % 3 === 0 ? ['tea', 'lemon'] : ['salt'], day % 3 === 0 ? ['milk'] : ['salt']);
      if (day % 9 === 0) counts.add(['lemon'], ['milk']);
    }
    expect(counts.population().neighbours[0]).toHaveLength(2);
    expect(counts.population().neighbours[0]?.[0]).toBe(2);
  });

  test('a basket beyond the bound counts for popularity, not for neighbours', () => {
    const { sharesPpm, neighbours } = counted({ basketItemsMax: 1 });
    expect(sharesPpm[2]).toBe(250_000);
    expect(neighbours.flat()).toEqual([]);
  });

  test('without a basket there is nothing', () => {
    expect(new ItemCounts(keys).population().keys).toEqual([]);
  });
});
