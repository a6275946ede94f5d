import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../operators/errors.ts';
import { lineSpendMicros, parseCurrencyRates, unitsFromMicros } from '../../../operators/event/money.ts';

describe('lineSpendMicros', () => {
  test('is exact to the micro for whole quantities at prices of up to six decimals', () => {
    const cases = fc.record({
      quantity: fc.integer({ min: -10_000, max: 10_000 }),
      priceMicros: fc.integer({ min: 0, max: 1_000_000_000 }),
    });
    fc.assert(
      fc.property(cases, ({ quantity, priceMicros }) => {
        const text = `${Math.floor(priceMicros / 1e6)}.${String(priceMicros % 1e6).padStart(6, '0')}`;
        const exact = BigInt(quantity) * BigInt(priceMicros);
        expect(BigInt(lineSpendMicros(quantity, Number(text), 1))).toBe(exact);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is exact for the largest order that is taken', () => {
    expect(lineSpendMicros(1, 9_999_999.999999, 1)).toBe(9_999_999_999_999);
    expect(lineSpendMicros(10_000_000, 0.999999, 1)).toBe(9_999_990_000_000);
    expect(lineSpendMicros(7, 1_428_571.428571, 1)).toBe(9_999_999_999_997);
  });

  test('is exact for weighed quantities of three decimals at prices in cents', () => {
    const cases = fc.record({ milli: fc.integer({ min: 1, max: 99_999 }), cents: fc.nat(99_999) });
    fc.assert(
      fc.property(cases, ({ milli, cents }) => {
        const exact = milli * cents * 10;
        expect(lineSpendMicros(milli / 1000, cents / 100, 1)).toBe(exact);
        expect(lineSpendMicros(-milli / 1000, cents / 100, 1) + 0).toBe(-exact + 0);
      }),
      { numRuns: 1_000 },
    );
  });

  test('sums to the same total in any order', () => {
    const lines = fc.array(fc.tuple(fc.integer({ min: -9, max: 99 }), fc.nat(9_999_999)), { minLength: 2 });
    fc.assert(
      fc.property(lines, (pairs) => {
        const spends = pairs.map(([quantity, micros]) => lineSpendMicros(quantity, micros / 1e6, 0.86));
        const forwards = spends.reduce((sum, spend) => sum + spend, 0);
        const backwards = spends.reduceRight((sum, spend) => sum + spend, 0);
        expect(forwards).toBe(backwards);
        expect(spends.every(Number.isInteger)).toBe(true);
      }),
    );
  });

  test('converts at the rate of the day table', () => {
    expect(lineSpendMicros(3, 12.5, 0.86)).toBe(32_250_000);
    expect(lineSpendMicros(1, 1, 1 / 3)).toBe(333_333);
  });
});

describe('parseCurrencyRates', () => {
  test('reads a table, spaces and an empty one included', () => {
    expect(parseCurrencyRates('GBP', ' EUR = 0.86 ,USD=7.9e-1,')).toEqual({
      reportingCurrency: 'GBP',
      rates: { EUR: 0.86, USD: 0.79 },
    });
    expect(parseCurrencyRates('GBP', '').rates).toEqual({});
  });

  test('lists every problem at once', () => {
    const problems = (() => {
      try {
        parseCurrencyRates('pounds', 'EUR=0,USD=,eur=1,CHF=-1,JPY=x,SEK=Infinity,NOK=1=2,DKK=0.1');
      } catch (error) {
        return error instanceof ConfigurationError ? error.problems : [];
      }
      return [];
    })();
    expect(problems).toHaveLength(7);
    expect(problems.join('\n')).toMatch(
      /pounds[\s\S]*EUR=0[\s\S]*USD=[\s\S]*eur=1[\s\S]*CHF[\s\S]*JPY[\s\S]*SEK/,
    );
  });
});

describe('unitsFromMicros', () => {
  test('prints integer micros as currency units', () => {
    expect(unitsFromMicros(2_550_000)).toBe(2.55);
  });
});
