import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTimeZone, quietUntil } from '../../../operators/alerts/quiet-hours.ts';

const night = (timeZone: string, from = '22:00', to = '07:00') => ({ from, to, timeZone });
const until = (hours: ReturnType<typeof night>, at: string) => {
  const endMs = quietUntil(hours, Date.parse(at));
  return endMs === undefined ? undefined : new Date(endMs).toISOString();
};

describe('quiet hours', () => {
  test.each([
    ['before they begin', '2026-01-15T21:59:59.999Z', undefined],
    ['as they begin', '2026-01-15T22:00:00Z', '2026-01-16T07:00:00.000Z'],
    ['after midnight', '2026-01-16T00:30:12.345Z', '2026-01-16T07:00:00.000Z'],
    ['a moment before they end', '2026-01-16T06:59:59.999Z', '2026-01-16T07:00:00.000Z'],
    ['as they end', '2026-01-16T07:00:00Z', undefined],
  ])('%s', (_, at, end) => {
    expect(until(night('Europe/London'), at)).toBe(end);
  });

  test('within one day they hold from `from`, included, to `to`, excluded', () => {
    const lunch = night('UTC', '12:00', '13:30');
    expect(until(lunch, '2026-01-15T11:59:00Z')).toBeUndefined();
    expect(until(lunch, '2026-01-15T12:00:00Z')).toBe('2026-01-15T13:30:00.000Z');
    expect(until(lunch, '2026-01-15T13:30:00Z')).toBeUndefined();
  });

  test('go by the zone: summer time, half hours, and the other side of the date line', () => {
    expect(until(night('Europe/London'), '2026-07-15T21:30:00Z')).toBe('2026-07-16T06:00:00.000Z');
    expect(until(night('Asia/Kolkata'), '2026-01-15T17:00:00Z')).toBe('2026-01-16T01:30:00.000Z');
    expect(until(night('Pacific/Kiritimati'), '2026-01-15T09:00:00Z')).toBe('2026-01-15T17:00:00.000Z');
    expect(until(night('America/New_York'), '1969-07-21T02:30:00Z')).toBe('1969-07-21T11:00:00.000Z');
  });

  test('a night in which the clock is put forward is an hour shorter', () => {
    // London, 29 March 2026: 01:00 UTC becomes 02:00.
    expect(until(night('Europe/London'), '2026-03-28T23:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
  });

  test('a night in which the clock is put back is an hour longer', () => {
    // London, 25 October 2026: 02:00 becomes 01:00 at 01:00 UTC.
    expect(until(night('Europe/London'), '2026-10-24T22:30:00Z')).toBe('2026-10-25T07:00:00.000Z');
  });

  test('where the clock jumps over their end, they end with the jump', () => {
    expect(until(night('Europe/London', '22:00', '01:30'), '2026-03-29T00:30:00Z')).toBe(
      '2026-03-29T01:00:00.000Z',
    );
  });

  test('where the clock is put back into them, they begin again', () => {
    const hours = night('Europe/London', '22:00', '01:30');
    expect(until(hours, '2026-10-25T00:10:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(until(hours, '2026-10-25T00:40:00Z')).toBeUndefined();
    expect(until(hours, '2026-10-25T01:10:00Z')).toBe('2026-10-25T01:30:00.000Z');
  });

  test('they end at the first minute that is not quiet, whatever the zone, the day and the hours', () => {
    const zones = ['UTC', 'Europe/London', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca'];
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    const instants = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), time, time, instants, (timeZone, from, to, atMs) => {
        fc.pre(from !== to);
        const hours = { from, to, timeZone };
        const isQuiet = (ms: number) => {
          const clock = new Date(ms).toLocaleTimeString('en-GB', {
            timeZone,
            hour: '2-digit',
            minute: '2-digit',
          });
          return from < to ? clock >= from && clock < to : clock >= from || clock < to;
        };
        const endMs = quietUntil(hours, atMs);
        expect(endMs !== undefined).toBe(isQuiet(atMs));
        if (endMs === undefined) return;
        expect(isQuiet(endMs)).toBe(false);
        expect(isQuiet(endMs - 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a zone is one that the clock data knows', () => {
    expect(['Europe/London', 'UTC', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});
