import { describe, expect, test } from 'vitest';
import { boundedMap } from '../../sinks/bounded-map.ts';

describe('boundedMap', () => {
  test('results stand in the order of the items, whatever finishes first', async () => {
    const result = await boundedMap([3, 1, 2], 3, async (ticks) => {
      for (let tick = 0; tick < ticks; tick += 1) await null;
      return ticks * 10;
    });
    expect(result).toEqual([30, 10, 20]);
  });

  test('a failure is thrown once all under way has ended, and nothing more is begun', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const run = boundedMap([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await null;
      if (item === 0) throw new Error('first');
      await null;
      await null;
      ended.push(item);
    });
    await expect(run).rejects.toThrow('first');
    expect(begun).toEqual([0, 1]);
    expect(ended).toEqual([1]);
  });

  test('no items give no results', async () => {
    expect(await boundedMap([], 4, async () => 1)).toEqual([]);
  });
});
