import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConsumptionModel } from '../../../operators/predict/consumption-model.ts';
import { describeChange } from '../../../operators/predict/describe-change.ts';
import {
  type PredictionChange,
  predictionChanges,
  usualPurchase,
} from '../../../operators/predict/prediction-counterfactuals.ts';
import { purchaseOutlook } from '../../../operators/predict/purchase-outlook.ts';
import { type CustomerState, utcDay } from '../../../operators/state/customer-state.ts';
import { foldEvents } from '../../../operators/state/fold-events.ts';
import { purchaseDays } from '../../../operators/state/lifetime.ts';
import { atDay, customer, model } from './factories.ts';

/** A model in which evidence of the rate fades within a month or two, and spend and silence shift it. */
const fading: ConsumptionModel = {
  ...model,
  purchasing: {
    kind: 'blend',
    fading: {
      r: 0.6,
      alphaDays: 20,
      halfLifeDays: 60,
      covariates: [
        { name: 'basketSpend', mean: 3, deviation: 1, coefficient: 0.3 },
        { name: 'silence', mean: 3, deviation: 1, coefficient: -0.2 },
      ],
      method: 'penalised',
      cases: 1_000,
      horizonDays: 90,
    },
    calibration: { intercept: 0.1, slope: 1.1, covariates: [] },
    candidates: [],
  },
};

const weekly = customer([0, 7, 14, 22, 28, 35, 43, 49, 56]);
const lapsed = customer([0, 6, 12, 18, 24, 30]);
const once = customer([{ day: 3, spend: 50 }]);

function found(state: CustomerState, day: number, code: PredictionChange['code'], of = model) {
  const change = predictionChanges(state, of, atDay(day)).find((each) => each.code === code);
  if (change === undefined) throw new Error(`no ${code}`);
  return change;
}

/** What the model says of a state at an instant, by the name a change gives its outcome. */
function outcome(state: CustomerState, atMs: number, change: PredictionChange, of = model): number {
  const outlook = purchaseOutlook(state, of, atMs, change.horizonDays);
  return outlook?.[change.outcome] as number;
}

describe.each([
  ['BG/NBD', model],
  ['a blend', fading],
])('under %s', (_, of) => {
  test('a purchase today changes the answer as said', () => {
    const change = found(lapsed, 60, 'purchase-today', of);
    const bought = foldEvents(lapsed, [usualPurchase(lapsed, atDay(60))]).state;
    expect(change).toMatchObject({ feature: 'silenceDays', value: 30, to: 0 });
    expect(utcDay(bought.lifetime.lastPurchaseAtMs as number)).toBe(utcDay(atDay(60)));
    expect(change.from).toBe(outcome(lapsed, atDay(60), change, of));
    expect(change.becomes).toBe(outcome(bought, atDay(60), change, of));
    expect(change.becomes).toBeGreaterThan(change.from);
  });

  test('a purchase is likely until the date that silence makes it unlikely, and not a minute longer', () => {
    const change = found(weekly, 57, 'silence-until', of);
    expect(change.from).toBeGreaterThan(0.5);
    expect(outcome(weekly, change.atMs - 60_001, change, of)).toBeGreaterThanOrEqual(0.5);
    expect(outcome(weekly, change.atMs, change, of)).toBeLessThan(0.5);
    expect(change.becomes).toBe(outcome(weekly, change.atMs, change, of));
    expect(change.to).toBe(utcDay(change.atMs) - utcDay(atDay(56)));
    expect(change.to).toBeGreaterThan(change.value);
  });

  test('where it is unlikely already, until the date it is half as likely', () => {
    const change = found(lapsed, 150, 'silence-until', of);
    expect(change.from).toBeLessThan(0.5);
    expect(outcome(lapsed, change.atMs - 60_001, change, of)).toBeGreaterThanOrEqual(change.from / 2);
    expect(outcome(lapsed, change.atMs, change, of)).toBeLessThan(change.from / 2);
  });

  test('and since when it has been unlikely', () => {
    const change = found(lapsed, 150, 'silence-since', of);
    expect(outcome(lapsed, change.atMs - 60_001, change, of)).toBeGreaterThanOrEqual(0.5);
    expect(outcome(lapsed, change.atMs, change, of)).toBeLessThan(0.5);
    expect(change.value).toBe(120);
    expect(change.to).toBeLessThan(120);
  });

  test('one more purchase day in the past changes the answer as said', () => {
    const gappy = customer([0, 7, 40, 47]);
    const change = found(gappy, 60, 'purchase-day-more', of);
    expect(utcDay(change.atMs)).toBe(utcDay(atDay(23)));
    const more = foldEvents(gappy, [usualPurchase(gappy, change.atMs)]).state;
    expect([change.value, change.to]).toEqual([4, 5]);
    expect(purchaseDays(more)).toBe(5);
    expect(change.becomes).toBe(outcome(more, atDay(60), change, of));
    expect(change.becomes).toBeGreaterThan(change.from);
  });

  test('more spent on the last purchase day changes the expected spend as said', () => {
    const change = found(lapsed, 40, 'spend-more', of);
    expect(change.value).toBe(20_000_000);
    expect(change.to).toBe(Math.round((7 * 20_000_000) / 6));
    const more = foldEvents(lapsed, [usualPurchase(lapsed, atDay(30))]).state;
    expect(purchaseDays(more)).toBe(purchaseDays(lapsed));
    expect(change.becomes).toBe(outcome(more, atDay(40), change, of));
    expect(change.becomes).toBeGreaterThan(change.from);
  });
});

test('the change that changes most stands first', () => {
  const ratios = predictionChanges(lapsed, model, atDay(150)).map(({ from, becomes }) =>
    Math.abs(Math.log(becomes / from)),
  );
  expect(ratios.length).toBeGreaterThanOrEqual(4);
  expect(ratios).toEqual(ratios.toSorted((a, b) => b - a));
});

test('of somebody long gone only what changes figures that are shown is said', () => {
  const daily = customer(Array.from({ length: 60 }, (_, day) => day));
  for (const silentDays of [200, 400, 3_000]) {
    const changes = predictionChanges(daily, model, atDay(59 + silentDays));
    // Its probability is nothing, or too small for a double: what brings the customer back is told all the same.
    const today = changes.find(({ code }) => code === 'purchase-today');
    expect(today?.from).toBeLessThan(1e-6);
    expect(today?.becomes).toBeGreaterThan(0.1);
    for (const { outcome: of, from, becomes } of changes) {
      const shown = of === 'purchaseProbability' ? 0.001 : of === 'expectedPurchases' ? 0.01 : 10_000;
      expect(Math.abs(becomes - from)).toBeGreaterThanOrEqual(shown);
    }
    const told = changes.map(describeChange).join('\n');
    expect(told).not.toContain('0.00 purchase days would be expected within 90 days, not 0.00');
  }
});

test('nothing is said of who never purchased, nor of a purchase today where there was one', () => {
  expect(predictionChanges(foldEvents(customer([]), []).state, model, atDay(9))).toEqual([]);
  const codes = predictionChanges(once, model, atDay(3.5)).map(({ code }) => code);
  expect(codes).not.toContain('purchase-today');
  expect(codes).not.toContain('purchase-day-more');
  expect(codes).toContain('silence-until');
});

test('the state it speaks of is left alone', () => {
  const before = structuredClone(lapsed);
  predictionChanges(lapsed, model, atDay(150));
  expect(lapsed).toEqual(before);
});

test('whatever the history, each change is what the model says of it', () => {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 400 }), (bought, later) => {
      const last = Math.max(...bought);
      const state = customer(bought.toSorted((a, b) => a - b));
      const atMs = atDay(last + later);
      for (const change of predictionChanges(state, fading, atMs)) {
        expect(change.from).toBe(outcome(state, atMs, change, fading));
        expect(Number.isFinite(change.becomes)).toBe(true);
        expect(change.becomes).not.toBe(change.from);
        const silent = change.code.startsWith('silence');
        expect(change.atMs).toBeGreaterThanOrEqual(silent ? atDay(last) : atDay(0));
        if (change.code === 'silence-until') expect(change.atMs).toBeGreaterThan(atMs);
        expect(describeChange(change)).not.toMatch(/NaN|undefined/);
      }
    }),
    { numRuns: 100 },
  );
});

test('a purchase day more that lowers what is expected is told as such', () => {
  const change = {
    code: 'purchase-day-more',
    feature: 'purchaseDays',
    value: 6,
    to: 7,
    atMs: atDay(9),
    outcome: 'expectedPurchases',
    horizonDays: 90,
    from: 1.3,
    becomes: 1.2,
  } as const;
  expect(describeChange(change)).toBe(
    'Bought on 6 days. One purchase day more, say 2025-01-10, would have made the usual gap shorter and the silence since ' +
      'tell more: 1.20 purchase days would be expected within 90 days, fewer than the 1.30 now.',
  );
  expect(describeChange({ ...change, becomes: 1.4 })).toContain(
    'With one purchase day more, say 2025-01-10, 1.40',
  );
});

test('they are told in plain sentences with their figures', () => {
  const texts = predictionChanges(lapsed, model, atDay(60)).map(describeChange);
  expect(texts).toHaveLength(5);
  for (const text of texts) expect(text).toMatch(/^[A-Z].*\d.*\.$/);
  expect(texts.join('\n')).toMatch(/Silent for 30 days\. After a purchase today/);
  expect(texts.join('\n')).toMatch(/If silent until 20\d\d-\d\d-\d\d \(\d+ days\)/);
  expect(texts.join('\n')).toContain('Bought on 6 days. With one purchase day more');
  expect(texts.join('\n')).toContain('A purchase day brings 20.00 on average.');
});
