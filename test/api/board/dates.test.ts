import { describe, expect, it } from 'vitest';
import {
  axisDay,
  dateInput,
  day,
  distance,
  minute,
  month,
  msPerDay,
} from '../../../api/board/format/dates.ts';
import { none } from '../../../api/board/format/numbers.ts';

describe('dates for people', () => {
  it('are in UTC, whatever the zone of this machine', () => {
    expect(day('2011-12-09T23:59:59.999Z')).toBe('9 Dec 2011');
    expect(minute('2011-12-09T12:50:00Z')).toBe('9 Dec 2011, 12:50');
    expect(month('2011-12-01T00:00:00Z')).toBe('Dec 2011');
    expect(dateInput('2011-12-09T23:59:59Z')).toBe('2011-12-09');
  });

  it('tell the years apart at an axis that spans more than one', () => {
    const at = Date.UTC(2012, 0, 1);
    expect(axisDay(at, 365 * msPerDay)).toBe('1 Jan');
    expect(axisDay(at, 5_400 * msPerDay)).toBe('Jan 2012');
  });

  it('show nothing for what is missing or no date', () => {
    expect([day(null), day(undefined), day('soon')]).toEqual([none, none, none]);
    expect(dateInput('soon')).toBe('');
  });

  it('tell how far away an instant lies, on either side', () => {
    const now = '2011-12-09T12:00:00Z';
    expect(distance('2011-12-09T12:00:02Z', now)).toBe('now');
    expect(distance('2011-12-09T12:01:00Z', now)).toBe('in 1 minute');
    expect(distance('2011-12-06T12:00:00Z', now)).toBe('3 days ago');
    expect(distance('2012-11-09T12:00:00Z', now)).toBe('in 11 months');
    expect(distance('2015-12-09T12:00:00Z', now)).toBe('in 4 years');
  });
});
