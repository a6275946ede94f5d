import { describe, expect, test } from 'vitest';
import type { BgNbd } from '../../../operators/predict/bg-nbd.ts';
import { choosePurchasing } from '../../../operators/predict/choose-purchasing.ts';
import { ConsumptionSample } from '../../../operators/predict/consumption-sample.ts';
import { fitConsumptionModel } from '../../../operators/predict/fit-consumption-model.ts';
import { predictCustomer } from '../../../operators/predict/predict-consumption.ts';
import { purchaseOutlook } from '../../../operators/predict/purchase-outlook.ts';
import { purchaseTimeline } from '../../../operators/predict/purchase-timeline.ts';
import type { CustomerState } from '../../../operators/state/customer-state.ts';
import {
  atDay,
  type Bought,
  customer,
  type Draws,
  dayZeroMs,
  draws,
  model as textbook,
} from './factories.ts';

const dayZero = dayZeroMs / 86_400_000;
const asOfMs = atDay(300);

/** Customers whose rate is drawn afresh every six weeks: what they did long ago tells little. */
function drifting(customers: number, seed: number): CustomerState[] {
  const random = draws(seed);
  return Array.from({ length: customers }, () => {
    const bought: Bought[] = [{ day: Math.floor(random.uniform() * 40) }];
    for (let from = 40; from < 300; from += 42) {
      const rate = random.gamma(0.6, 12);
      for (let day = from; day < Math.min(300, from + 42); day += 1) {
        if (random.uniform() < -Math.expm1(-rate)) bought.push({ day, spend: 5 + 20 * random.uniform() });
      }
    }
    return customer(bought);
  });
}

/** Comes within the first 60 days, buys by chance, and leaves for good after any purchase: BG/NBD to the letter. */
function dying({ r, alpha, a, b }: BgNbd, random: Draws): CustomerState {
  const rate = random.gamma(r, alpha);
  const dropout = random.beta(a, b);
  const bought: Bought[] = [];
  for (let day = 60 * random.uniform(); day < 300; day += random.exponential(rate)) {
    bought.push({ day });
    if (bought.length > 1 && random.uniform() < dropout) break;
  }
  return customer(bought);
}

function sampleOf(states: readonly CustomerState[]): ConsumptionSample {
  const sample = new ConsumptionSample();
  for (const state of states) sample.add(state, asOfMs);
  return sample;
}

function fitted(states: readonly CustomerState[]) {
  const result = fitConsumptionModel({ sample: sampleOf(states), fittedAtMs: asOfMs, version: 'm' });
  if (!result.ok) throw new Error(result.reason);
  return result;
}

describe('choosing the model of purchases', () => {
  const states = drifting(300, 91);
  const { model } = fitted(states);

  test('where rates drift, BG/NBD is not chosen, and every candidate carries its scores and the reason', () => {
    const { purchasing } = model;
    if (purchasing === undefined) throw new Error('nothing chosen');
    expect(purchasing.kind).not.toBe('bg-nbd');
    const names = purchasing.candidates.map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['bg-nbd', 'blend', 'fading-rate']);
    expect(names).toContain('personal rate');
    expect(purchasing.candidates.filter(({ chosen }) => chosen).map(({ name }) => name)).toEqual([
      purchasing.kind,
    ]);
    for (const { reason, rmse } of purchasing.candidates) {
      expect(reason).not.toBe('');
      expect(rmse).toBeGreaterThan(0);
    }
  });

  test('the model does not depend on the order of the customers, to the last bit', () => {
    const shuffled = [...states].sort((a, b) => a.lifetime.spendMicros - b.lifetime.spendMicros);
    expect(JSON.stringify(fitted(shuffled).model)).toBe(JSON.stringify(model));
  });

  test('predicts the same after a round trip through JSON', () => {
    const stored = JSON.parse(JSON.stringify(model));
    for (const state of states.slice(0, 20)) {
      expect(purchaseOutlook(state, stored, asOfMs, 45)).toEqual(purchaseOutlook(state, model, asOfMs, 45));
    }
  });

  test('expects of the whole population about what the inner periods saw', () => {
    const expected = states.reduce((sum, state) => {
      return sum + (purchaseOutlook(state, model, asOfMs, 42)?.expectedPurchases ?? 0);
    }, 0);
    // 0.6 / 12 purchases a day, 42 days.
    expect(expected / states.length).toBeGreaterThan(1.6);
    expect(expected / states.length).toBeLessThan(2.6);
  });

  test('where a simple rule beats every candidate each prediction says so', () => {
    // Everybody keeps to a rhythm of their own, so that the rate so far says nearly everything.
    const even = Array.from({ length: 120 }, (_, index) => {
      const gap = 5 + (index % 12);
      return customer(Array.from({ length: Math.floor(299 / gap) }, (__, turn) => 1 + turn * gap));
    });
    const { model: fit, notes } = fitted(even);
    const { candidates = [], reservation, kind } = fit.purchasing ?? {};
    const rmseOf = (name: string) => candidates.find((candidate) => candidate.name === name)?.rmse ?? 0;
    for (const { name, reason } of candidates.slice(0, 3)) {
      expect(reason).toContain('personal rate on RMSE');
      expect(rmseOf(name)).toBeGreaterThan(rmseOf('personal rate'));
    }
    expect(reservation).toContain('"personal rate"');
    expect(notes).toContain(`Purchases are predicted by ${kind}. ${reservation}`);
    const { reasons } = predictCustomer(even[0] as CustomerState, fit, asOfMs) ?? { reasons: [] };
    expect(reasons.at(-1)).toEqual({ code: 'reservation', text: reservation });
  });

  test('a model that holds against the rules carries no reservation, nor do its predictions', () => {
    const random = draws(92);
    const bgNbd = { r: 0.8, alpha: 20, a: 0.8, b: 2.5 };
    const left = Array.from({ length: 400 }, () => dying(bgNbd, random));
    const timelines = left.flatMap((state) => purchaseTimeline(state) ?? []);
    const { purchasing, notes } = choosePurchasing(timelines, dayZero + 300, bgNbd);
    expect(purchasing).not.toHaveProperty('reservation');
    expect(notes.join()).not.toContain('simple rules did better');
    const { reasons } = predictCustomer(left[0] as CustomerState, { ...textbook, purchasing }, asOfMs) ?? {};
    expect(reasons?.map(({ code }) => code)).not.toContain('reservation');
  });

  test('simple rules are scored for their probabilities, too', () => {
    const shares = (model.purchasing?.candidates ?? []).map(({ brier }) => brier ?? Number.NaN);
    expect(shares).toHaveLength(8);
    for (const brier of shares) expect(brier).toBeGreaterThan(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });

  test('a history of three weeks is predicted by BG/NBD alone, and a note says so', () => {
    const timelines = [{ firstDay: dayZero + 285, days: [dayZero + 285], daysDropped: 0, amounts: [] }];
    const { purchasing, notes } = choosePurchasing(timelines, dayZero + 300, { r: 1, alpha: 9, a: 1, b: 2 });
    const reason = 'the history is too short to hold a part of it back.';
    expect(purchasing).toEqual({
      kind: 'bg-nbd',
      fading: undefined,
      calibration: undefined,
      candidates: [],
      reservation: `The model was not compared with simple rules: ${reason}`,
    });
    expect(notes).toEqual([`Purchases are predicted by BG/NBD alone: ${reason}`]);
  });
});
