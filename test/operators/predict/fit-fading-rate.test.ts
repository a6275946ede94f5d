import { describe, expect, test } from 'vitest';
import { fitFadingRate } from '../../../operators/predict/fit-fading-rate.ts';
import { innerCases, innerPeriods } from '../../../operators/predict/inner-periods.ts';
import type { PurchaseTimeline } from '../../../operators/predict/purchase-timeline.ts';
import { type Draws, draws } from './factories.ts';

/** Days 0 to 300; the rate of each customer is drawn afresh every `constantDays`. */
function simulate(customers: number, constantDays: number, random: Draws): PurchaseTimeline[] {
  return Array.from({ length: customers }, (): PurchaseTimeline => {
    const days = [Math.floor(random.uniform() * 50)];
    for (let from = days[0] as number; from < 300; from += constantDays) {
      const rate = random.gamma(1, 40);
      for (let day = from + 1; day <= Math.min(299, from + constantDays); day += 1) {
        if (random.uniform() < -Math.expm1(-rate)) days.push(day);
      }
    }
    return { firstDay: days[0] as number, days, daysDropped: 0, amounts: [] };
  });
}

function fitted(timelines: readonly PurchaseTimeline[]) {
  const cases = innerPeriods(timelines, 300).flatMap((period) => innerCases(timelines, period, 1 / 3));
  const result = fitFadingRate(cases);
  if (!result.ok) throw new Error(result.reason);
  return result.fit;
}

describe('fitting the fading rate', () => {
  test('rates that never change: a prior near the true one, and evidence that hardly fades', () => {
    const fit = fitted(simulate(2_000, 1_000, draws(81)));
    expect(fit.halfLifeDays ?? 1_000).toBeGreaterThanOrEqual(200);
    expect(fit.r / fit.alphaDays).toBeGreaterThan(0.02);
    expect(fit.r / fit.alphaDays).toBeLessThan(0.03);
    expect(fit.r).toBeGreaterThan(0.7);
    expect(fit.r).toBeLessThan(1.5);
    // Nothing else tells of the rate.
    for (const { name, coefficient } of fit.covariates)
      expect(Math.abs(coefficient), name).toBeLessThan(0.25);
  });

  test('rates that change every month: evidence fades within weeks', () => {
    const { halfLifeDays } = fitted(simulate(2_000, 30, draws(82)));
    expect(halfLifeDays ?? 1_000).toBeLessThanOrEqual(60);
  });

  test('with too few buyers it is refused with the reason', () => {
    const timelines = simulate(3, 1_000, draws(83));
    const cases = innerPeriods(timelines, 300).flatMap((period) => innerCases(timelines, period, 1 / 3));
    expect(fitFadingRate(cases)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/10 are needed$/),
    });
  });

  test('a history of less than three weeks has no inner periods', () => {
    const timelines = [{ firstDay: 280, days: [280, 290], daysDropped: 0, amounts: [] }];
    expect(innerPeriods(timelines, 300)).toEqual([]);
    expect(innerPeriods(timelines, 301)).toHaveLength(3);
  });
});
