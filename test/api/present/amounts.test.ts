import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figure, instantOrNull, money, moneyOrNull, units } from '../../../api/present/amounts.ts';

/** The decimal that integer micros stand for, by text alone. */
function decimal(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
}

const plain = (value: number) => value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 6 });

describe('money', () => {
  test.each([
    [1_204_350_000, '1204.35'],
    [1, '0.000001'],
    [-10_500_000, '-10.5'],
    [0, '0'],
    [9_007_199_254_740_000, '9007199254.74'],
  ])('of %i micros is written %s', (micros, text) => {
    expect(plain(money(micros))).toBe(text);
  });

  test('is the exact decimal up to 8.5 billion', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8_500_000_000_000_000, max: 8_500_000_000_000_000 }), (micros) => {
        expect(plain(money(micros))).toBe(decimal(micros));
      }),
    );
  });

  test('that is no integer of micros is rounded to one, and what is not finite is null', () => {
    expect(money(1.6)).toBe(0.000002);
    expect(moneyOrNull(undefined)).toBeNull();
    expect(moneyOrNull(Number.NaN)).toBeNull();
  });
});

test('units keep three decimals', () => {
  expect(units(1_500)).toBe(1.5);
  expect(units(-1)).toBe(-0.001);
});

test('figures are rounded to six decimals, and what is missing or not finite is null', () => {
  expect(figure(1 / 3)).toBe(0.333333);
  expect([figure(undefined), figure(Number.NaN), figure(Number.POSITIVE_INFINITY)]).toEqual([
    null,
    null,
    null,
  ]);
});

test('instants beyond what a date can hold are null', () => {
  expect(instantOrNull(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(instantOrNull(8_640_000_000_000_000)).toBe('+275760-09-13T00:00:00.000Z');
  expect([8_640_000_000_000_001, Number.NaN, undefined].map(instantOrNull)).toEqual([null, null, null]);
});
