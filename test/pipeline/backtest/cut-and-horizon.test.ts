import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../operators/errors.ts';
import { parseCut, parseHorizonDays, placeCut } from '../../../pipeline/backtest/cut-and-horizon.ts';

const firstAtMs = Date.UTC(2024, 0, 1, 9);
const lastAtMs = Date.UTC(2024, 11, 31, 18);
const span = { firstAtMs, lastAtMs };
const dayMs = 86_400_000;

describe('a cut', () => {
  test.each([
    ['2024-03-01', { atMs: Date.UTC(2024, 2, 1) }],
    ['2024-03-01T12:00:00Z', { atMs: Date.UTC(2024, 2, 1, 12) }],
    ['2024-03-01T12:00:00+02:00', { atMs: Date.UTC(2024, 2, 1, 10) }],
    ['0.75', { share: 0.75 }],
    ['.5', { share: 0.5 }],
  ])('of %s is understood', (text, cut) => {
    expect(parseCut(text)).toEqual(cut);
  });

  test.each(['yesterday', '', '0', '1', '1.0', '0.0', '-0.5', '75%', '2024-02-30', 'NaN'])(
    'of %j is not',
    (text) => {
      expect(parseCut(text)).toBeUndefined();
    },
  );
});

describe('a horizon', () => {
  test.each([
    ['90d', 90],
    ['39w', 273],
    ['36h', 1.5],
    ['24h', 1],
    ['1.5d', 1.5],
    ['3650d', 3_650],
  ])('of %s is %d days', (text, days) => {
    expect(parseHorizonDays(text)).toBe(days);
  });

  test.each(['-3d', '0d', '23h', '12h', '90', 'd', '3 months', '3651d', '1e3d', ''])(
    'of %j is none',
    (text) => {
      expect(parseHorizonDays(text)).toBeUndefined();
    },
  );
});

describe('placing a cut', () => {
  test('takes a share of the time span, down to midnight UTC', () => {
    const { cutMs, untilMs } = placeCut({ share: 0.5 }, 30, span);
    expect(new Date(cutMs).toISOString()).toBe('2024-07-02T00:00:00.000Z');
    expect(untilMs - cutMs).toBe(30 * dayMs);
  });

  test('keeps an instant as it is', () => {
    expect(placeCut({ atMs: Date.UTC(2024, 5, 1, 13) }, 30, span).cutMs).toBe(Date.UTC(2024, 5, 1, 13));
  });

  test('takes outcomes to be known to the end of the last day, and no further', () => {
    const cut = { atMs: Date.UTC(2024, 11, 1) };
    expect(placeCut(cut, 31, span).untilMs).toBe(Date.UTC(2025, 0, 1));
    expect(() => placeCut(cut, 32, span)).toThrow('the longest horizon from this cut is 31d');
    expect(() => placeCut({ atMs: Date.UTC(2024, 11, 31, 12) }, 1, span)).toThrow('no whole day');
  });

  test.each([
    ['before the first order', { atMs: Date.UTC(2023, 0, 1) }, 'no order lies before the cut 2023-01-01'],
    ['on the first order', { atMs: firstAtMs }, 'no order lies before the cut'],
    ['a share that ends on the first day', { share: 0.0001 }, 'no order lies before the cut'],
    ['after the last order', { atMs: Date.UTC(2026, 0, 1) }, 'no order lies after the cut 2026-01-01'],
  ])('refuses one %s, and says what the file has', (_, cut, message) => {
    const place = () => placeCut(cut, 30, span);
    expect(place).toThrow(ConfigurationError);
    expect(place).toThrow(message);
    expect(place).toThrow('2024-01-01T09:00:00.000Z to 2024-12-31T18:00:00.000Z');
  });
});
