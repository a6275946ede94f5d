import { describe, expect, test } from 'vitest';
import { BinnedRows } from '../../../operators/predict/binned-rows.ts';
import { draws } from './factories.ts';

describe('binned rows', () => {
  test('equal rows share a bin and keep their values', () => {
    const rows = new BinnedRows({ widths: [0, 1] });
    for (const row of [
      [2, 7],
      [2, 7],
      [3, 7],
    ])
      rows.add(row);
    expect([...rows.rows()]).toEqual([
      { values: [2, 7], count: 2 },
      { values: [3, 7], count: 1 },
    ]);
  });

  test('at its bound bins widen, counts and sums are kept, and the exact dimension stays exact', () => {
    const random = draws(51);
    const rows = new BinnedRows({ widths: [0, 1, 1], binsMax: 200 });
    let sum = 0;
    for (let index = 0; index < 5_000; index += 1) {
      const value = Math.floor(random.uniform() * 1_000);
      sum += value;
      rows.add([index % 3, value, 1_000 - value]);
    }
    const bins = [...rows.rows()];
    expect(bins.length).toBeLessThanOrEqual(200);
    expect(rows.widening).toBeGreaterThan(1);
    expect(bins.reduce((total, { count }) => total + count, 0)).toBe(5_000);
    expect(bins.reduce((total, { values, count }) => total + count * (values[1] as number), 0)).toBeCloseTo(
      sum,
      3,
    );
    expect(bins.every(({ values }) => Number.isInteger(values[0]))).toBe(true);
  });

  test('the bins do not depend on the order of the rows', () => {
    const random = draws(52);
    const values = Array.from({ length: 2_000 }, () => [
      Math.floor(random.uniform() * 4),
      Math.floor(random.uniform() * 500),
    ]);
    const sorted = (list: number[][]) => {
      const rows = new BinnedRows({ widths: [0, 1], binsMax: 100 });
      for (const row of list) rows.add(row);
      return [...rows.rows()]
        .map(({ values: [a = 0, b = 0], count }) => `${a} ${b.toFixed(6)} ${count}`)
        .sort();
    };
    expect(sorted([...values].reverse())).toEqual(sorted(values));
  });

  test('refuses what is not a number or has another number of dimensions', () => {
    const rows = new BinnedRows({ widths: [0, 1] });
    expect(() => rows.add([1, Number.NaN])).toThrow(RangeError);
    expect(() => rows.add([1])).toThrow(RangeError);
  });
});
