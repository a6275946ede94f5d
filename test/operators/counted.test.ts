import { expect, test } from 'vitest';
import { counted } from '../../operators/counted.ts';

test('one is singular, everything else plural, thousands apart', () => {
  expect([0, 1, 2, 2_357].map((number) => counted(number, 'customer'))).toEqual([
    '0 customers',
    '1 customer',
    '2 customers',
    '2,357 customers',
  ]);
  expect(counted(2, 'day of returns', 'days of returns')).toBe('2 days of returns');
});
