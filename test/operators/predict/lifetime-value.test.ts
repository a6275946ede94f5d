import { describe, expect, test } from 'vitest';
import { expectedTransactions } from '../../../operators/predict/bg-nbd.ts';
import { discountedExpectedTransactions, lifetimeValue } from '../../../operators/predict/lifetime-value.ts';

const model = { r: 0.8, alpha: 30, a: 0.7, b: 3 };
const history = { x: 6, tx: 180, T: 200 };
const expected = (days: number) => expectedTransactions(model, history, days);

describe('lifetime value', () => {
  test('without discount it is the expected purchases of the horizon', () => {
    const purchases = discountedExpectedTransactions(expected, { horizonDays: 365, annualDiscount: 0 });
    expect(purchases).toBe(expected(365));
  });

  test('equals a sum over days, each discounted to now', () => {
    const options = { horizonDays: 365, annualDiscount: 0.1 };
    let sum = 0;
    const stepsADay = 20;
    for (let step = 0; step < 365 * stepsADay; step += 1) {
      const [from, to] = [step / stepsADay, (step + 1) / stepsADay];
      const made = expected(to) - expected(from);
      sum += made * 1.1 ** (-(from + to) / 2 / 365);
    }
    expect(discountedExpectedTransactions(expected, options)).toBeCloseTo(sum, 6);
  });

  test('falls with the discount and rises with the horizon and the order value', () => {
    const at = (horizonDays: number, annualDiscount: number) =>
      lifetimeValue(expected, 50, { horizonDays, annualDiscount });
    expect(at(365, 0.2)).toBeLessThan(at(365, 0.1));
    expect(at(730, 0.1)).toBeGreaterThan(at(365, 0.1));
    expect(lifetimeValue(expected, 100)).toBeCloseTo(2 * at(365, 0.1), 9);
  });
});
