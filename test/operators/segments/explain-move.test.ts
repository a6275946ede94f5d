import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reassign } from '../../../operators/segments/assign-segment.ts';
import {
  contributions,
  describeReason,
  explainMove,
  featuresThen,
} from '../../../operators/segments/explain-move.ts';
import { segmentNames } from '../../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../../operators/segments/transform.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { anyModel, historyOf, modelOf, noon, order } from './factories.ts';

const feature = (max: number) => fc.double({ min: 0, max, noNaN: true });
const anyFeatures = fc.record({
  recencyDays: feature(900),
  tenureDays: feature(3000),
  orders365: feature(300),
  spend365: feature(50_000),
});
const name = fc.constantFrom(...segmentNames);

test('contributions add up to the difference of squared distances', () => {
  fc.assert(
    fc.property(anyModel, anyFeatures, name, name, (model, features, other, present) => {
      const { distances } = reassign(other, transformFeatures(features, model.transforms), model);
      const sum = Object.values(contributions(other, present, features, model)).reduce((a, b) => a + b, 0);
      const difference = distances[other] ** 2 - distances[present] ** 2;
      expect(Math.abs(sum - difference)).toBeLessThan(
        1e-9 * (1 + distances[other] ** 2 + distances[present] ** 2),
      );
    }),
    { seed: 41 },
  );
});

describe('explainMove', () => {
  const features = { recencyDays: 94, tenureDays: 400, orders365: 2, spend365: 150 };

  test('lists what speaks for the move, strongest first, at most three', () => {
    fc.assert(
      fc.property(anyModel, anyFeatures, name, name, (model, any, other, present) => {
        const reasons = explainMove(other, present, any, {}, model);
        const weights = reasons.map(({ weight }) => weight);
        expect(reasons.length).toBeLessThanOrEqual(3);
        expect(weights).toEqual([...weights].sort((a, b) => b - a));
        expect(weights.every((weight) => weight > 0)).toBe(true);
      }),
      { seed: 42 },
    );
  });

  test('names what changed before what stayed, and what changed the other way not at all', () => {
    const of = (before: Partial<typeof features>) =>
      explainMove('Champions', 'At Risk', features, before, modelOf()).map(({ feature: named }) => named);
    expect(of({ ...features, recencyDays: 93 })).toEqual(['recencyDays', 'orders365', 'spend365']);
    expect(of({ ...features, spend365: 170 })).toEqual(['spend365', 'recencyDays', 'orders365']);
    expect(of({ ...features, orders365: 1 })).toEqual(['recencyDays', 'spend365']);
  });

  test('of a move that only the passing of time made, the first reason is one that time changes', () => {
    fc.assert(
      fc.property(
        anyModel,
        anyFeatures,
        fc.double({ min: 1, max: 400, noNaN: true }),
        name,
        name,
        (model, before, days, other, present) => {
          const after = {
            ...before,
            recencyDays: before.recencyDays + days,
            tenureDays: before.tenureDays + days,
          };
          const difference = (features: typeof before) =>
            Object.values(contributions(other, present, features, model)).reduce((a, b) => a + b, 0);
          fc.pre(difference(before) < 0 && difference(after) > 0);
          const [first] = explainMove(other, present, after, before, model);
          expect(['recencyDays', 'tenureDays']).toContain(first?.feature);
        },
      ),
      { seed: 42 },
    );
  });

  test('carries the value now and before', () => {
    const reasons = explainMove(
      'Champions',
      'At Risk',
      features,
      { recencyDays: 31, orders365: 9 },
      modelOf(),
    );
    expect(reasons.map(({ feature: moved, value, before }) => [moved, value, before])).toEqual([
      ['orders365', 2, 9],
      ['recencyDays', 94, 31],
      ['spend365', 150, undefined],
    ]);
  });
});

describe('featuresThen', () => {
  test('knows everything of a customer whose whole past is kept', () => {
    const history = historyOf([order(noon - 20 * msPerDay), order(noon - 3 * msPerDay)]);
    expect(featuresThen(history, noon - 10 * msPerDay)).toEqual({
      recencyDays: 10,
      tenureDays: 10,
      orders365: 1,
      spend365: 20,
    });
  });

  test('leaves out a window that reaches back beyond what is kept', () => {
    const kept = historyOf([order(noon - 100 * msPerDay), order(noon)]);
    const lifetime = {
      ...kept.lifetime,
      firstEventAtMs: noon - 900 * msPerDay,
      firstPurchaseAtMs: noon - 900 * msPerDay,
    };
    const history = { ...kept, lifetime };
    expect(featuresThen(history, noon - 50 * msPerDay)).toEqual({ recencyDays: 50, tenureDays: 850 });
    expect(featuresThen(history, noon - 200 * msPerDay)).toEqual({ tenureDays: 700 });
    expect(featuresThen(history, noon + msPerDay)).toMatchObject({ recencyDays: 1, orders365: 2 });
  });
});

describe('describeReason', () => {
  test.each([
    ['recencyDays', 94.2, 31.7, 'last order 94 days ago (was 31)'],
    ['recencyDays', 1, undefined, 'last order 1 day ago'],
    ['recencyDays', 0.4, 12, 'last order less than a day ago (was 12)'],
    ['recencyDays', 94.2, 94.9, 'last order 94 days ago'],
    ['tenureDays', 400.9, 380, 'customer for 400 days (was 380)'],
    ['orders365', 1, 3, '1 order in the last 365 days (was 3)'],
    ['orders365', 0, undefined, '0 orders in the last 365 days'],
    ['spend365', 1234.5, 99, '1234.50 spent in the last 365 days (was 99.00)'],
  ] as const)('%s %d, before %s', (moved, value, before, expected) => {
    expect(describeReason({ feature: moved, value, before, weight: 1 })).toBe(expected);
  });
});
