import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predictCustomer } from '../../../operators/predict/predict-consumption.ts';
import { predictionSummary } from '../../../operators/predict/prediction-summary.ts';
import { emptyState } from '../../../operators/state/fold-events.ts';
import { atDay, type Bought, customer, model } from './factories.ts';

const fortnightly = customer([0, 14, 28, 42, 56, 70, 84, 98]);

/** Every number anywhere in an answer. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

describe('prediction of one customer', () => {
  test('a customer who never purchased has none', () => {
    expect(predictCustomer(emptyState, model, atDay(5))).toBeUndefined();
    expect(predictionSummary(emptyState, model, atDay(5))).toBeUndefined();
  });

  test('carries instant, model version and reasons a person can read', () => {
    const prediction = predictCustomer(fortnightly, model, atDay(107));
    expect(prediction).toMatchObject({
      asOfMs: atDay(107),
      modelVersion: 'm1',
      nextOrderAbstained: undefined,
    });
    expect(prediction?.reasons.map(({ text }) => text)).toEqual([
      'Bought on 8 days since 2025-01-01, last 9 days ago.',
      expect.stringMatching(/^Usual gap 14 days \(median of the last 7\), /),
      expect.stringMatching(/^Still a customer with a probability of \d+ %\.$/),
      expect.stringMatching(
        /^Repeat purchase days brought 20\.00 on average \(7\); a purchase day is expected to bring 2\d\.\d\d\.$/,
      ),
    ]);
  });

  test('a long silence is named as a reason', () => {
    const reasons = predictCustomer(fortnightly, model, atDay(140))?.reasons.map(({ code }) => code);
    expect(reasons).toEqual(['history', 'rhythm', 'overdue', 'alive', 'order-value']);
  });

  test('abstains from a date for a new customer, in words, and still expects purchases and spend', () => {
    const prediction = predictCustomer(customer([3]), model, atDay(10));
    expect(prediction?.nextOrder).toBeUndefined();
    expect(prediction?.nextOrderAbstained).toMatch(/one day only/);
    expect(prediction?.probabilityAlive).toBe(1);
    expect(prediction?.expectedPurchases[30]).toBeGreaterThan(0);
    expect(prediction?.expectedSpendMicros?.[30]).toBeGreaterThan(0);
  });

  test('expected spend is expected purchases times the expected order value', () => {
    const prediction = predictCustomer(fortnightly, model, atDay(107));
    const perPurchase = [7, 30, 90].map((days) => {
      const horizon = days as 7 | 30 | 90;
      return (
        (prediction?.expectedSpendMicros?.[horizon] ?? 0) /
        (prediction?.expectedPurchases[horizon] ?? 0) /
        1e6
      );
    });
    for (const value of perPurchase) expect(value).toBeCloseTo(perPurchase[0] as number, 4);
  });

  test('without a Gamma-Gamma model there is no money, only purchases', () => {
    const prediction = predictCustomer(fortnightly, { ...model, gammaGamma: undefined }, atDay(107));
    expect(prediction).toMatchObject({ expectedSpendMicros: undefined, lifetimeValueMicros: undefined });
    expect(prediction?.expectedPurchases[90]).toBeGreaterThan(1);
  });

  test('the summary says the same as the whole', () => {
    const whole = predictCustomer(fortnightly, model, atDay(107));
    expect(predictionSummary(fortnightly, model, atDay(107))).toEqual({
      asOfMs: atDay(107),
      modelVersion: 'm1',
      probabilityAlive: whole?.probabilityAlive,
      expectedPurchases30: whole?.expectedPurchases[30],
      nextOrderAtMs: whole?.nextOrder?.atMs,
    });
  });

  test('gives finite numbers for any customer at any instant, zero and negative spend and returns included', () => {
    const bought: fc.Arbitrary<Bought> = fc.record({
      day: fc.double({ min: 0, max: 1200, noNaN: true }),
      spend: fc.oneof(fc.constant(0), fc.double({ min: -1e4, max: 1e5, noNaN: true })),
      quantity: fc.constantFrom(1, 3, -1),
      products: fc.subarray(['tea', 'milk', 'bread', 'oats'], { minLength: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(bought, { maxLength: 30 }),
        fc.constantFrom(-10, 0, 600, 1200, 1e5),
        (purchases, day) => {
          const prediction = predictCustomer(customer(purchases), model, atDay(day));
          for (const value of numbersIn(prediction)) expect(Number.isFinite(value)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a customer who bought on thousands of days gets an answer', () => {
    const daily = customer(Array.from({ length: 1_500 }, (_, day) => day));
    const prediction = predictCustomer(daily, model, atDay(1_500));
    expect(prediction?.expectedPurchases[7]).toBeGreaterThan(6);
    for (const value of numbersIn(prediction)) expect(Number.isFinite(value)).toBe(true);
  });
});

test('nothing is likelier than a purchase, nor a product than its category', () => {
  const days = Array.from({ length: 12 }, (_, index) => index * 7);
  const state = customer(days.map((day) => ({ day, products: ['tea', 'rice'] })));
  for (const day of [78, 90, 120, 200]) {
    const prediction = predictCustomer(state, model, atDay(day));
    for (const within of [7, 30] as const) {
      const any = prediction?.purchaseProbability[within] as number;
      for (const { repurchaseProbability, category } of prediction?.products ?? []) {
        const ofCategory = prediction?.categories.find((one) => one.category === category);
        expect(repurchaseProbability[within]).toBeLessThanOrEqual(any);
        expect(repurchaseProbability[within]).toBeLessThanOrEqual(
          ofCategory?.repurchaseProbability[within] as number,
        );
        expect(ofCategory?.repurchaseProbability[within]).toBeLessThanOrEqual(any);
      }
    }
  }
});
