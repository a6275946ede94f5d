import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../operators/errors.ts';
import { decodeOptions } from '../../pipeline/decode-options.ts';
import { type GivenSettings, readSettings } from '../../pipeline/settings.ts';

function problemsOf(given: GivenSettings, environment: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    readSettings(given, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  test('has a default for everything', () => {
    const settings = readSettings({}, {});
    expect(settings).toMatchObject({
      stack: 'embedded',
      data: '.tidemark',
      port: 8787,
      stream: 'tidemark-purchases',
      shards: 4,
      currency: 'GBP',
      purchaseHistory: true,
      fitCustomersMin: 500,
      currencies: { reportingCurrency: 'GBP', rates: {} },
    });
    expect(settings.state.entriesMax).toBe(512);
  });

  test('takes a flag before the environment, and the environment before the default', () => {
    const environment = { TIDEMARK_SHARDS: '2', TIDEMARK_CACHE_CUSTOMERS: '77', TIDEMARK_PORT: '1' };
    const settings = readSettings({ shards: '8', port: undefined }, environment);
    expect(settings).toMatchObject({ shards: 8, cacheCustomers: 77, port: 1 });
  });

  test('takes an empty value for none', () => {
    expect(readSettings({ shards: '' }, { TIDEMARK_PORT: '' })).toMatchObject({ shards: 4, port: 8787 });
  });

  test.each([
    ['shards', [1, 64], [0, 65, 1.5, 'x']],
    ['port', [0, 65_535], [-1, 65_536]],
    ['writesInFlight', [1, 256], [0, 257]],
    ['batchRecords', [1, 10_000], [0, 10_001]],
    ['pollMs', [1, 60_000], [0, 60_001]],
    ['fitCustomersMin', [8], [7]],
    ['refitDays', [0, 3_650], [-1, 3_651]],
    ['candidateHalfLifeDays', [1, 365], [0.5, 366]],
    ['futureSkewMinutes', [0, 1_440], [-1, 1_441]],
    ['cacheCustomers', [1, 1_000_000], [0, 1_000_001]],
    ['stream', ['a.b_c-D9', 'x'.repeat(128)], ['a b', 'x'.repeat(129)]],
    ['tablePrefix', ['x'.repeat(64)], ['x'.repeat(65), 'a/b']],
    ['stack', ['embedded', 'aws'], ['azure']],
    ['logLevel', ['silent', 'trace'], ['loud']],
  ])('%s is checked on both sides of its limits', (name, good, bad) => {
    for (const value of good) expect(problemsOf({ [name]: value })).toEqual([]);
    for (const value of bad) expect(problemsOf({ [name]: value })).toHaveLength(1);
  });

  test('reads yes and no in every usual form', () => {
    for (const value of [true, 'true', '1']) {
      expect(readSettings({ purchaseHistory: value }, {}).purchaseHistory).toBe(true);
    }
    for (const value of [false, 'false', '0']) {
      expect(readSettings({ purchaseHistory: value }, {}).purchaseHistory).toBe(false);
    }
    expect(problemsOf({ purchaseHistory: 'perhaps' })).toHaveLength(1);
  });

  test('lists every problem at once, each with its flag, variable and value', () => {
    const problems = problemsOf({ shards: 0, rates: 'EUR=x' }, { TIDEMARK_WRITES_IN_FLIGHT: '999' });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(/--shards \(TIDEMARK_SHARDS\).*got 0/);
    expect(problems.join('\n')).toMatch(/--writes-in-flight \(TIDEMARK_WRITES_IN_FLIGHT\).*got "999"/);
    expect(problems.join('\n')).toMatch(/EUR=x/);
  });

  test('reads the rate table', () => {
    expect(readSettings({ currency: 'EUR', rates: 'GBP=1.16' }, {}).currencies).toEqual({
      reportingCurrency: 'EUR',
      rates: { GBP: 1.16 },
    });
  });
});

describe('decodeOptions', () => {
  test('follow the settings', () => {
    const settings = readSettings({ futureSkewMinutes: 5, rates: 'EUR=0.86' }, {});
    expect(decodeOptions(settings)).toEqual({
      currencies: settings.currencies,
      futureSkewMsMax: 300_000,
      itemsMax: 20_000,
    });
  });
});
