import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConsumptionModel } from '../../../operators/predict/consumption-model.ts';
import { purchaseOutlook } from '../../../operators/predict/purchase-outlook.ts';
import type { PurchasingKind, PurchasingModel } from '../../../operators/predict/purchasing-model.ts';
import { emptyState } from '../../../operators/state/fold-events.ts';
import { atDay, customer, model as textbook } from './factories.ts';

function learned(kind: PurchasingKind, halfLifeDays: number | null): PurchasingModel {
  return {
    kind,
    fading: {
      r: 0.25,
      alphaDays: 100,
      halfLifeDays,
      covariates: [
        { name: 'basketSpend', mean: 3, deviation: 1, coefficient: 0.1 },
        { name: 'silence', mean: -1, deviation: 0.7, coefficient: -0.2 },
      ],
      method: 'penalised',
      cases: 1_000,
      horizonDays: 90,
    },
    calibration: {
      intercept: 0.3,
      slope: 0.85,
      covariates: [{ name: 'tenure', mean: 5, deviation: 1, coefficient: 0.2 }],
    },
    candidates: [],
  };
}

const models: readonly (readonly [string, ConsumptionModel])[] = [
  ['BG/NBD', textbook],
  ['fading', { ...textbook, purchasing: learned('fading-rate', 40) }],
  ['not fading', { ...textbook, purchasing: learned('fading-rate', null) }],
  ['blend', { ...textbook, purchasing: learned('blend', 60) }],
];

describe.each(models)('outlook by %s', (_, model) => {
  const horizons = [0.01, 1, 7, 30, 90, 300, 3_000];

  test('grows with the horizon, stays finite, and a probability never exceeds 1 or the expected count', () => {
    const bought = fc.record({
      day: fc.double({ min: 0, max: 1_000, noNaN: true }),
      spend: fc.oneof(fc.constant(0), fc.double({ min: -100, max: 1e5, noNaN: true })),
    });
    fc.assert(
      fc.property(
        fc.array(bought, { minLength: 1, maxLength: 25 }),
        fc.constantFrom(-10, 0, 1, 50, 5_000),
        (purchases, afterDays) => {
          const newest = Math.max(...purchases.map(({ day }) => day));
          const outlooks = horizons.map((horizon) =>
            purchaseOutlook(customer(purchases), model, atDay(newest + afterDays), horizon),
          );
          let before = { expectedPurchases: 0, purchaseProbability: 0 };
          for (const outlook of outlooks) {
            if (outlook === undefined) throw new Error('no outlook');
            const { expectedPurchases, purchaseProbability, probabilityAlive, expectedSpendMicros } = outlook;
            expect(Number.isFinite(expectedPurchases)).toBe(true);
            expect(Number.isFinite(expectedSpendMicros)).toBe(true);
            expect(expectedPurchases).toBeGreaterThanOrEqual(before.expectedPurchases);
            expect(purchaseProbability).toBeGreaterThanOrEqual(before.purchaseProbability);
            expect(purchaseProbability).toBeLessThanOrEqual(1);
            expect(purchaseProbability).toBeLessThanOrEqual(expectedPurchases * (1 + 1e-9) + 1e-12);
            expect(probabilityAlive).toBeLessThanOrEqual(1);
            before = outlook;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is defined at the very instant of the last purchase and for thousands of purchase days', () => {
    const midnights = customer([0, 7, 14]);
    expect(purchaseOutlook(midnights, model, atDay(14), 30)?.expectedPurchases).toBeGreaterThan(0);
    const daily = customer(Array.from({ length: 1_400 }, (_, day) => day));
    const outlook = purchaseOutlook(daily, model, atDay(1_400), 30);
    expect(outlook?.expectedPurchases).toBeGreaterThan(10);
    expect(outlook?.purchaseProbability).toBeGreaterThan(0.9);
  });

  test('there is none of a customer who never purchased', () => {
    expect(purchaseOutlook(emptyState, model, atDay(5), 30)).toBeUndefined();
  });

  test('a silence far beyond the rhythm of a frequent buyer means that they have left', () => {
    const frequent = customer(Array.from({ length: 100 }, (_, index) => index * 2));
    const present = purchaseOutlook(frequent, model, atDay(199), 30);
    expect(present?.probabilityAlive).toBeGreaterThan(0.95);
    expect(present?.purchaseProbability).toBeGreaterThan(0.9);
    const silent = purchaseOutlook(frequent, model, atDay(198 + 365), 30);
    expect(silent?.probabilityAlive).toBeLessThan(0.5);
    expect(silent?.purchaseProbability).toBeLessThan(0.5);
  });

  test('whoever is to buy within a year is still a customer', () => {
    const silent = customer([0, 10, 20, 30, 40, 50, 60]);
    const outlook = purchaseOutlook(silent, model, atDay(400), 365);
    expect(outlook?.probabilityAlive).toBeGreaterThanOrEqual(outlook?.purchaseProbability ?? 1);
  });
});

describe('expected spend', () => {
  test('follows returns: what was sent back was not spent', () => {
    const kept = customer([
      { day: 0, spend: 50 },
      { day: 30, spend: 50 },
    ]);
    const returned = customer([
      { day: 0, spend: 50 },
      { day: 30, spend: 50 },
      { day: 40, spend: -40, quantity: -1 },
    ]);
    const spend = (state: typeof kept) =>
      purchaseOutlook(state, textbook, atDay(60), 30)?.expectedSpendMicros ?? 0;
    expect(spend(returned)).toBeLessThan(spend(kept));
    expect(spend(returned)).toBeGreaterThan(0);
  });
});
