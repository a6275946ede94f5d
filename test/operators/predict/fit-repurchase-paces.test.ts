import { describe, expect, test } from 'vitest';
import { fitRepurchasePaces, type PaceEvidence } from '../../../operators/predict/fit-repurchase-paces.ts';
import { repurchasePace } from '../../../operators/predict/repurchase-paces.ts';
import { type Draws, draws } from './factories.ts';

function poisson(mean: number, random: Draws): number {
  let count = 0;
  for (let at = random.exponential(1); at < mean; at += random.exponential(1)) count += 1;
  return count;
}

/** Items whose paces are gamma around 2 in one category and 0.5 in another. */
function mixture(random: Draws, weight: number): (PaceEvidence & { pace: number })[] {
  return Array.from({ length: 600 }, (_, index) => {
    const quick = index % 2 === 0;
    const pace = (quick ? 2 : 0.5) * random.gamma(weight, weight);
    const expected = 1 + (index % 40);
    return {
      key: `p${index}`,
      category: `${quick ? 'quick' : 'slow'} ${index % 20}`,
      pace,
      expected,
      observed: poisson(pace * expected, random),
    };
  });
}

describe('repurchase paces', () => {
  test('recover how much items and categories of a known mixture differ', () => {
    const items = mixture(draws(11), 4);
    const paces = fitRepurchasePaces(items, 1);
    expect(paces?.weights.items).toBeGreaterThan(2.8);
    expect(paces?.weights.items).toBeLessThan(5.8);
    expect(repurchasePace(paces, 'unknown', 'quick 0')).toBeGreaterThan(1.6);
    expect(repurchasePace(paces, 'unknown', 'slow 1')).toBeLessThan(0.7);
  });

  test('come closer to the true paces than the counts themselves, or the population', () => {
    const items = mixture(draws(12), 4);
    const paces = fitRepurchasePaces(items, 1);
    const errorOf = (guess: (item: PaceEvidence) => number) =>
      items.reduce((sum, item) => sum + (guess(item) - item.pace) ** 2, 0) / items.length;
    const shrunk = errorOf((item) => repurchasePace(paces, item.key, item.category));
    expect(shrunk).toBeLessThan(errorOf(({ observed, expected }) => observed / expected));
    expect(shrunk).toBeLessThan(0.6 * errorOf(() => 1));
  });

  test('stay near 1 where items do not differ', () => {
    const random = draws(13);
    const items = Array.from({ length: 300 }, (_, index) => {
      const expected = 5 + (index % 20);
      return { key: `p${index}`, expected, observed: poisson(expected, random) };
    });
    const paces = fitRepurchasePaces(items, 1);
    for (const { key } of items) {
      expect(repurchasePace(paces, key, undefined)).toBeGreaterThan(0.7);
      expect(repurchasePace(paces, key, undefined)).toBeLessThan(1.4);
    }
  });

  test('are not fitted to a handful of items, and an unknown item then goes by the population', () => {
    expect(fitRepurchasePaces([{ key: 'a', observed: 9, expected: 1 }], 1)).toBeUndefined();
    expect(repurchasePace(undefined, 'a', 'b')).toBe(1);
  });

  test('keep at most 1,500 items, those with the most evidence', () => {
    const random = draws(14);
    const items = Array.from({ length: 1_501 }, (_, index) => {
      return { key: `p${index}`, expected: 1 + index, observed: poisson(2 * (1 + index), random) };
    });
    const paces = fitRepurchasePaces(items, 1);
    expect(paces?.items).toHaveLength(1_500);
    expect(paces?.items.some(([key]) => key === 'p0')).toBe(false);
  });
});
