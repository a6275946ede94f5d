import { describe, expect, test } from 'vitest';
import { historyStart } from '../../../operators/predict/history-start.ts';
import { innerPeriods } from '../../../operators/predict/inner-periods.ts';

describe('the start of a history', () => {
  const steady = Array.from({ length: 200 }, (_, index) => 1_000 + index);

  test('is the first purchase of anybody, in whatever order the customers come', () => {
    expect(historyStart(steady, 1_300)).toBe(1_000);
    expect(historyStart([...steady].reverse(), 1_300)).toBe(1_000);
    expect(historyStart([7], 10)).toBe(7);
    expect(historyStart([], 10)).toBe(10);
  });

  test('is not that of a few mistaken dates, however far back, but of many early ones it is', () => {
    const withMistakes = (count: number) => [...Array.from({ length: count }, () => 0), ...steady];
    // Half as long again as the history of the earliest twentieth.
    expect(historyStart(withMistakes(1), 1_300)).toBeCloseTo(1_300 - 1.5 * (300 - 9), 9);
    expect(historyStart(withMistakes(5), 1_300)).toBeGreaterThan(850);
    expect(historyStart(withMistakes(20), 1_300)).toBe(0);
  });

  test('among fewer than twenty customers everybody is believed', () => {
    expect(historyStart([0, ...steady.slice(0, 18)], 1_300)).toBe(0);
    expect(historyStart([0, ...steady.slice(0, 19)], 1_300)).toBeGreaterThan(0);
  });

  test('one order of 1970 leaves the inner periods of a young shop about as they were', () => {
    const timelines = steady.map((day) => {
      return { firstDay: day - 800, days: [day - 800], daysDropped: 0, amounts: [] };
    });
    const horizons = (list: typeof timelines) =>
      innerPeriods(list, 440).map(({ horizonDays }) => horizonDays);
    expect(horizons(timelines)).toEqual([120, 80, 48]);
    const mistaken = { firstDay: -20_000, days: [-20_000], daysDropped: 0, amounts: [] };
    for (const [index, days] of horizons([mistaken, ...timelines]).entries()) {
      expect(days).toBeLessThanOrEqual(1.5 * ([120, 80, 48][index] as number));
    }
  });
});
