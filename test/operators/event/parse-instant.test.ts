import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../../operators/event/parse-instant.ts';

describe('parseInstant', () => {
  test.each([
    ['2026-11-22T10:15:00Z', Date.UTC(2026, 10, 22, 10, 15)],
    ['2026-11-22T10:15Z', Date.UTC(2026, 10, 22, 10, 15)],
    ['2026-11-22T10:15:00.5Z', Date.UTC(2026, 10, 22, 10, 15, 0, 500)],
    ['2026-11-22T10:15:00.1239999Z', Date.UTC(2026, 10, 22, 10, 15, 0, 123)],
    ['2026-11-22T10:15:00+01:00', Date.UTC(2026, 10, 22, 9, 15)],
    ['2026-11-22T10:15:00-0530', Date.UTC(2026, 10, 22, 15, 45)],
    ['2026-11-22T10:15:00-00:30', Date.UTC(2026, 10, 22, 10, 45)],
    ['2026-11-22T00:00:00+14:00', Date.UTC(2026, 10, 21, 10)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['1969-12-31T23:59:59Z', -1_000],
    ['2026-12-31T23:59:59.999Z', Date.UTC(2027, 0, 1) - 1],
  ])('reads %s', (text, atMs) => {
    expect(parseInstant(text)).toBe(atMs);
  });

  test.each([
    '2026-11-22T10:15:00',
    '2026-11-22',
    '2026-11-22 10:15:00Z',
    '2026-11-22T10:15:00z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-11-00T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T23:60:00Z',
    '2026-11-22T23:59:60Z',
    '2026-11-22T10:15:00+15:00',
    '2026-11-22T10:15:00+01:60',
    '2026-11-22T10:15:00.Z',
    '2026-11-22T10:15:00.1234567890Z',
    '0085-06-01T00:00:00Z',
    '+102026-11-22T10:15:00Z',
    ' 2026-11-22T10:15:00Z',
    '2026-11-22T10:15:00Z\n',
    '',
    'now',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test.each([undefined, null, 0, new Date(0), ['2026-11-22T10:15:00Z']])(
    'refuses %j, which is no text',
    (value) => {
      expect(parseInstant(value)).toBeUndefined();
    },
  );

  test('gives every instant of four-digit years back, in any zone', () => {
    const cases = fc.record({
      atMs: fc.integer({ min: Date.UTC(1000, 0, 2), max: Date.UTC(9999, 11, 30) }),
      offsetMinutes: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    });
    fc.assert(
      fc.property(cases, ({ atMs, offsetMinutes }) => {
        expect(parseInstant(new Date(atMs).toISOString())).toBe(atMs);
        const local = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
        const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
        const zone = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        expect(parseInstant(`${local}${offsetMinutes < 0 ? '-' : '+'}${zone}`)).toBe(atMs);
      }),
      { numRuns: 500 },
    );
  });
});
