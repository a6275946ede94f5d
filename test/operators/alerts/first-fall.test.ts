import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstFall } from '../../../operators/alerts/first-fall.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';

const sinceMs = 1_300_000_000_123;
const atDay = (day: number) => Math.round(sinceMs + day * msPerDay);

/** A value that is given for whole days of the silence, and changes evenly in between; afterwards it stays. */
const through =
  (values: readonly number[]) =>
  (atMs: number): number => {
    const days = Math.max(0, (atMs - sinceMs) / msPerDay);
    const before = values[Math.min(Math.floor(days), values.length - 1)] as number;
    const after = values[Math.min(Math.floor(days) + 1, values.length - 1)] as number;
    return before + (after - before) * (days % 1);
  };

const search = (value: (atMs: number) => number, fromDay: number, toDay: number) =>
  firstFall({
    isBelow: (atMs) => value(atMs) < 0.5,
    sinceMs,
    fromMs: atDay(fromDay),
    toMs: atDay(toDay),
  });

describe('the first fall below a line in a silence', () => {
  test('is found to the millisecond', () => {
    const value = through([1, 0.8, 0.6, 0.3, 0.1]);
    const atMs = search(value, -10, 30) ?? 0;
    expect(value(atMs)).toBeLessThan(0.5);
    expect(value(atMs - 1)).toBeGreaterThanOrEqual(0.5);
    expect((atMs - sinceMs) / msPerDay).toBeCloseTo(2 + 1 / 3, 5);
  });

  test('of a value that is low, rises, and falls again is the fall after the rise', () => {
    const hump = through([0.2, 0.4, 0.7, 0.9, 0.7, 0.2, 0.1]);
    const atMs = search(hump, 0, 30) ?? 0;
    expect((atMs - sinceMs) / msPerDay).toBeCloseTo(4.4, 5);
  });

  test('is not the second: one that rises again has fallen already', () => {
    const twice = through([0.9, 0.2, 0.9, 0.2]);
    expect(search(twice, 0, 30)).toBeLessThan(atDay(1));
    expect(search(twice, 1, 30)).toBeUndefined();
    expect(search(twice, 2.1, 2.9)).toBeUndefined();
  });

  test('is none where the value never lies above, never below, or the stretch is over before', () => {
    expect(search(through([0.4, 0.3, 0.2]), 0, 100)).toBeUndefined();
    expect(search(through([0.9, 0.6, 0.5]), 0, 100)).toBeUndefined();
    expect(search(through([0.9, 0.6, 0.4]), 0, 1.4)).toBeUndefined();
    expect(search(through([0.9, 0.4]), -5, 0)).toBeUndefined();
    expect(search(through([0.9, 0.4]), 5, 5)).toBeUndefined();
  });

  test('lies in one of the stretches that follow each other, wherever time is cut, and no day before it has a fall', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    const cuts = fc.uniqueArray(fc.double({ min: -2, max: 25, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(values, cuts, (days, cut) => {
        const value = through(days);
        const whole = search(value, -3, 30);
        const firstDay = days.findIndex(
          (low, day) => day > 0 && low < 0.5 && (days[day - 1] as number) >= 0.5,
        );
        if (firstDay === -1) expect(whole).toBeUndefined();
        else {
          expect(whole).toBeGreaterThan(atDay(firstDay - 1));
          expect(whole).toBeLessThanOrEqual(atDay(firstDay));
        }
        const edges = [-3, ...cut.sort((a, b) => a - b), 30];
        const found = edges.slice(1).map((to, index) => search(value, edges[index] as number, to));
        expect(found.filter((atMs) => atMs !== undefined)).toEqual(whole === undefined ? [] : [whole]);
      }),
      { numRuns: 500 },
    );
  });
});
