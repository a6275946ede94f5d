import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossings } from '../../../operators/alerts/crossings.ts';
import type { PurchaseProbabilityCondition } from '../../../operators/alerts/rule.ts';
import { type CustomerRecord, newCustomer } from '../../../operators/customer-record.ts';
import type { ConsumptionModel } from '../../../operators/predict/consumption-model.ts';
import { purchaseOutlook } from '../../../operators/predict/purchase-outlook.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { atDay, buyer, model, modelWith, weekly } from './customers.ts';

const when: PurchaseProbabilityCondition = { kind: 'purchase-probability', withinDays: 30, below: 0.5 };

/** A model under which the probability first rises with the time since the first purchase, and falls in the end. */
const rising: ConsumptionModel = {
  ...model,
  version: 'rising',
  purchasing: {
    kind: 'fading-rate',
    fading: {
      r: 1,
      alphaDays: 60,
      halfLifeDays: null,
      covariates: [],
      method: 'penalised',
      cases: 1_000,
      horizonDays: 90,
    },
    calibration: {
      intercept: -2.5,
      slope: 1,
      covariates: [{ name: 'tenure', mean: 3, deviation: 0.5, coefficient: 2.5 }],
    },
    candidates: [],
  },
};

interface Search {
  readonly record?: CustomerRecord;
  /** Days. */
  readonly from?: number;
  readonly to?: number;
  readonly by?: ConsumptionModel;
  /** At the beginning of the stretch, where that is another. */
  readonly byAtFirst?: ConsumptionModel;
}

const found = (
  condition = when,
  { record = weekly('c-1'), from = 0, to = 1_000, by = model, byAtFirst }: Search = {},
) =>
  crossings(condition, record, {
    fromMs: Math.round(atDay(from)),
    toMs: Math.round(atDay(to)),
    activeFromMs: atDay(0),
    modelFrom: byAtFirst ?? by,
    modelTo: by,
  });

const probabilityOf =
  (record: ReturnType<typeof buyer>, by: ConsumptionModel, days: number) => (atMs: number) =>
    purchaseOutlook(record.state, by, atMs, days)?.purchaseProbability ?? 1;

describe('the probability of a purchase', () => {
  test.each([30, 90] as const)('within %d days is found to the millisecond', (withinDays) => {
    const record = weekly('c-1');
    const [occasion, ...others] = found({ ...when, withinDays });
    expect(others).toEqual([]);
    const atMs = occasion?.atMs ?? 0;
    const probability = probabilityOf(record, model, withinDays);
    expect(probability(atMs)).toBeLessThan(0.5);
    expect(probability(atMs - 1)).toBeGreaterThanOrEqual(0.5);
    expect(occasion).toEqual({
      cause: `purchase-probability\nc-1\n${atDay(42)}`,
      customerId: 'c-1',
      atMs,
      valueMicros: 70_000_000,
      detail: {
        kind: 'purchase-probability',
        withinDays,
        below: 0.5,
        probability: probability(atMs),
        lastPurchaseAtMs: atDay(42),
        modelVersion: model.version,
      },
    });
  });

  test('that rises at first fires when it has fallen again, and not while it has yet to rise', () => {
    const record = buyer('c-1', [0, 5]);
    const probability = probabilityOf(record, rising, 30);
    const byDay = Array.from({ length: 2_000 }, (_, day) => probability(atDay(5 + day)));
    const most = Math.max(...byDay);
    const peak = byDay.indexOf(most);
    expect(byDay[0]).toBeLessThan(most / 2);
    expect(peak).toBeGreaterThan(5);
    const below = (most + (byDay[0] as number)) / 2;
    const [occasion, ...others] = found({ ...when, below }, { record, by: rising, to: 3_000 });
    expect(others).toEqual([]);
    const day = ((occasion?.atMs ?? 0) - atDay(5)) / msPerDay;
    expect(day).toBeGreaterThan(peak);
    expect(byDay[Math.floor(day)]).toBeGreaterThanOrEqual(below);
    expect(byDay[Math.ceil(day)]).toBeLessThan(below);
    expect(found({ ...when, below: most + 1e-6 }, { record, by: rising, to: 3_000 })).toEqual([]);
  });

  test.each([
    ['that falls', model, 0.1],
    ['that rises at first', rising, 0.2],
  ])('%s: of stretches that follow each other one has it, wherever time is cut', (_, by, below) => {
    const record = buyer('c-1', [0, 5]);
    const [whole] = found({ ...when, below }, { record, by, to: 3_000 });
    expect(whole).toBeDefined();
    const cut = fc.uniqueArray(fc.double({ min: 1, max: 2_999, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(cut, (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), 3_000];
        const pieces = edges
          .slice(1)
          .flatMap((to, index) =>
            found({ ...when, below }, { record, by, from: edges[index] as number, to }),
          );
        expect(pieces).toEqual([whole]);
      }),
      { numRuns: 40 },
    );
  });

  test('has one cause a silence, whatever the line, and another for the next silence', () => {
    const [first] = found();
    const [lower] = found({ ...when, below: 0.3 });
    const [later] = found(when, { record: buyer('c-1', [0, 7, 14, 21, 28, 35, 42, 49]) });
    expect(lower?.cause).toBe(first?.cause);
    expect(later?.cause).not.toBe(first?.cause);
  });

  test('is no occasion where it never was above the line, nor too early, too late, or for too little', () => {
    expect(found({ ...when, below: 0.999_999 })).toEqual([]);
    expect(found(when, { to: 43 })).toEqual([]);
    expect(found(when, { from: 900 })).toEqual([]);
    expect(found({ ...when, minValueMicros: 70_000_000 })).toHaveLength(1);
    expect(found({ ...when, minValueMicros: 70_000_001 })).toEqual([]);
    expect(found(when, { record: newCustomer('c-1') })).toEqual([]);
  });

  test('that a new model has below the line by itself fires once, where it had not fallen before', () => {
    const stricter = modelWith('strict', 5);
    const day = ((found()[0]?.atMs ?? 0) - atDay(0)) / msPerDay;
    const strictDay = ((found(when, { by: stricter })[0]?.atMs ?? 0) - atDay(0)) / msPerDay;
    expect(strictDay).toBeLessThan(day - 1);
    const changed = { by: stricter, byAtFirst: model };
    const [occasion] = found(when, { from: day - 0.5, to: day + 0.5, ...changed });
    expect(occasion?.atMs).toBe(Math.round(atDay(day - 0.5)) + 1);
    expect(found(when, { from: day + 0.5, to: 900, by: stricter })).toEqual([]);
    expect(found(when, { from: day + 1, to: 900, ...changed })).toEqual([]);
  });
});
