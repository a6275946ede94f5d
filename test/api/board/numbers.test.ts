import { describe, expect, it } from 'vitest';
import {
  count,
  days,
  decimal,
  duration,
  money,
  none,
  percent,
  price,
  shortMoney,
  signed,
} from '../../../api/board/format/numbers.ts';

describe('figures for people', () => {
  it('groups whole numbers and shows nothing for nothing', () => {
    expect(count(12345)).toBe('12,345');
    expect(count(null)).toBe(none);
    expect(decimal(12.34)).toBe('12.3');
    expect(decimal(123.4)).toBe('123');
  });

  it('never rounds a share to nothing or to everything', () => {
    expect(percent(0)).toBe('0\u00a0%');
    expect(percent(0.0004)).toBe('< 0.1\u00a0%');
    expect(percent(0.0999)).toBe('10\u00a0%');
    expect(percent(0.994)).toBe('99\u00a0%');
    expect(percent(0.9999)).toBe('> 99\u00a0%');
    expect(percent(1)).toBe('100\u00a0%');
  });

  it('signs changes with a true minus', () => {
    expect([signed(12), signed(-3), signed(0)]).toEqual(['+12', '−3', '0']);
  });

  it('shows pence only of small amounts, and takes any text for a currency', () => {
    expect([9.99, 9.995, 75.4].map((value) => money(value, 'GBP'))).toEqual(['£9.99', '£10', '£75']);
    expect(price(12.75, 'GBP')).toBe('£12.75');
    expect([9.2, 20, 1_140].map((value) => shortMoney(value, 'GBP'))).toEqual(['£9.20', '£20', '£1.14K']);
    expect(money(1234.5, 'GBP')).toBe('£1,235');
    expect(money(-2.55, 'GBP')).toBe('−\u2060£2.55');
    expect(money(0, 'GBP')).toBe('£0');
    expect(shortMoney(1_234_567, 'EUR')).toBe('€1.23M');
    expect(money(5, '<b>')).toContain('5');
  });

  it('names lengths of time in the unit that suits them', () => {
    expect([0, 250, 2_400, 180_000, 5.5 * 3_600_000, 12 * 86_400_000].map(duration)).toEqual([
      '0 s',
      '250 ms',
      '2.4 s',
      '3 min',
      '5.5 h',
      '12 days',
    ]);
    expect([days(1), days(2.25), days(41.6)]).toEqual(['1 day', '2.3 days', '42 days']);
  });
});
