import { describe, expect, test } from 'vitest';
import { atMost, between, figureOf } from './figure.ts';
import { spendFigures } from './purchase-figures.ts';

const scores = (error: number) => ({
  meanAbsoluteError: error,
  rootMeanSquaredError: error,
  correlation: 0.5,
  totalBias: 0,
  predictedTotal: 1,
});

describe('lines of the accuracy table', () => {
  test('a figure on its bound holds, one beyond it or missing fails', () => {
    expect(figureOf('f', 0.03, atMost(0.03))).toMatchObject({ ok: true, figure: '0.0300' });
    expect(figureOf('f', 0.0301, atMost(0.03)).ok).toBe(false);
    expect(figureOf('f', Number.NaN, between(-1, 1)).ok).toBe(false);
    expect(figureOf('f', null, atMost(0.03))).toMatchObject({ ok: false, figure: 'none' });
  });

  test('spend has its lines also where it was not predicted, and they fail', () => {
    expect(spendFigures(null)).toMatchObject([
      { ok: false, figure: 'none' },
      { ok: false, figure: 'none' },
    ]);
  });

  test('spend holds only ahead of every baseline', () => {
    const of = (model: number) => spendFigures({ model: scores(model), zero: scores(3), recency: scores(2) });
    expect(of(1.9).map(({ ok, bound }) => [ok, bound])).toEqual([
      [true, '< 2.0000'],
      [true, '< 2.0000'],
    ]);
    expect(of(2).some(({ ok }) => ok)).toBe(false);
    expect(of(2.5).some(({ ok }) => ok)).toBe(false);
    expect(spendFigures({ model: scores(1) } as never).some(({ ok }) => ok)).toBe(false);
  });
});
