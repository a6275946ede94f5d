import { describe, expect, test } from 'vitest';
import { parseLineNumber, parseLineTime } from '../../../pipeline/ingest/csv-fields.ts';

describe('times', () => {
  test.each([
    ['2010-12-01T08:26:00Z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01T08:26:00.125Z', '2010-12-01T08:26:00.125Z'],
    ['2010-12-01T08:26:00+02:00', '2010-12-01T06:26:00.000Z'],
    ['2010-12-01 08:26:00-0530', '2010-12-01T13:56:00.000Z'],
    ['2010-12-01 08:26:00+02', '2010-12-01T06:26:00.000Z'],
    ['2010-12-01T08:26:00', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01 08:26', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01', '2010-12-01T00:00:00.000Z'],
    ['2012-02-29', '2012-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseLineTime(text)).toBe(Date.parse(instant));
  });

  test.each([
    '',
    '2011-02-29',
    '2010-13-01',
    '01/12/2010 08:26',
    '12:30',
    '1291191960',
    'yesterday',
    '2010-12-01T25:00:00Z',
  ])('"%s" is no time', (text) => {
    expect(parseLineTime(text)).toBeUndefined();
  });
});

describe('numbers', () => {
  test.each([
    ['2', 2],
    ['-12', -12],
    ['+3', 3],
    ['12.50', 12.5],
    ['.5', 0.5],
    ['7.', 7],
    ['1e3', 1_000],
  ])('%s is %d', (text, value) => {
    expect(parseLineNumber(text)).toBe(value);
  });

  test.each(['', 'abc', '1,000.00', '0x10', 'Infinity', 'NaN', '12 GBP', '1e999', '--1'])(
    '"%s" comes back as it is',
    (text) => {
      expect(parseLineNumber(text)).toBe(text);
    },
  );

  test('decimals of up to 15 digits stand on the wire as they stood in the file', () => {
    for (const text of ['0.01', '2.55', '1234567.89', '999999999.999999', '0.000001', '123456789012345']) {
      expect(Number(JSON.stringify(parseLineNumber(text)))).toBe(Number(text));
      expect((parseLineNumber(text) as number).toFixed(text.split('.')[1]?.length ?? 0)).toBe(text);
    }
  });
});
