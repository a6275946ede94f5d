import { expect, test } from 'vitest';
import { figure, noFigure, percent } from '../../../pipeline/backtest/report-figures.ts';

test('figures have about four significant digits, and the same minus sign as percentages', () => {
  expect([0.52994, 1.38412, 12.3456, 123.456, 1234.5].map(figure)).toEqual([
    '0.5299',
    '1.384',
    '12.35',
    '123.5',
    '1,235',
  ]);
  expect(figure(-0.52994)).toBe('−0.5299');
  expect(percent(-0.189, true)).toMatch(/^−18\.9/);
  expect([null, undefined, Number.NaN].map(figure)).toEqual([noFigure, noFigure, noFigure]);
});
