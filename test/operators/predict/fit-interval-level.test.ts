import { describe, expect, test } from 'vitest';
import { fitIntervalLevel } from '../../../operators/predict/fit-interval-level.ts';
import type { PurchaseTimeline } from '../../../operators/predict/purchase-timeline.ts';
import { type Draws, draws } from './factories.ts';

/** Customers watched for 300 days with gamma gaps of the given shape around a mean of their own. */
function simulate(customers: number, shape: number, random: Draws): PurchaseTimeline[] {
  return Array.from({ length: customers }, (): PurchaseTimeline => {
    const rate = random.gamma(6, 90);
    const days: number[] = [];
    for (let day = random.uniform() * 30; day < 300; day += random.gamma(shape, shape * rate)) {
      if (Math.floor(day) !== days.at(-1)) days.push(Math.floor(day));
    }
    return { firstDay: days[0] as number, days, daysDropped: 0, amounts: [] };
  });
}

const bgNbd = { r: 6, alpha: 90, a: 0.1, b: 100 };

describe('level of the interval of the next order', () => {
  test('is near the nominal 80 % where gaps follow the law', () => {
    const level = fitIntervalLevel(simulate(1_500, 1, draws(101)), 300, bgNbd, { shape: 1, weightGaps: 500 });
    expect(level).toBeGreaterThan(0.74);
    expect(level).toBeLessThan(0.84);
  });

  test('falls where gaps are more even than the law has them, so that intervals narrow', () => {
    const level = fitIntervalLevel(simulate(1_500, 6, draws(102)), 300, bgNbd, {
      shape: 1,
      weightGaps: 5_000,
    });
    expect(level).toBeLessThan(0.72);
    expect(level).toBeGreaterThanOrEqual(0.5);
  });

  test('stays at 80 % with too few customers to tell', () => {
    const few = simulate(30, 6, draws(103));
    expect(fitIntervalLevel(few, 300, bgNbd, { shape: 1, weightGaps: 5_000 })).toBe(0.8);
  });
});
