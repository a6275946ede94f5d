import { describe, expect, test } from 'vitest';
import { ConsumptionSample } from '../../../operators/predict/consumption-sample.ts';
import { fitConsumptionModel } from '../../../operators/predict/fit-consumption-model.ts';
import { atDay, type Bought, customer, dayZeroMs, draws } from './factories.ts';

const asOfMs = atDay(300);

/** Customers who differ in rate and spend, buy evenly (shape 3) and drop out now and then; bread in every second basket. */
function sampleOf(customers: number, seed: number, priced = true): ConsumptionSample {
  const random = draws(seed);
  const sample = new ConsumptionSample();
  for (let index = 0; index < customers; index += 1) {
    const rate = random.gamma(2, 40);
    const typicalSpend = 10 + random.gamma(4, 0.2);
    const bought: Bought[] = [];
    for (let day = index % 60; day < 300; day += random.gamma(3, 3 * rate)) {
      const products = random.uniform() < 0.5 ? ['milk', 'bread'] : ['milk'];
      bought.push({ day, products, spend: priced ? random.gamma(6, 6 / typicalSpend) : 0 });
      if (random.uniform() < 0.05) break;
    }
    sample.add(customer(bought), asOfMs);
  }
  return sample;
}

describe('fitting the consumption model', () => {
  test('gives a versioned model whose parts reflect the customers', () => {
    const sample = sampleOf(300, 61);
    const result = fitConsumptionModel({ sample, fittedAtMs: dayZeroMs, version: 'm7' });
    if (!result.ok) throw new Error(result.reason);
    const { model } = result;
    expect(model).toMatchObject({ version: 'm7', fittedAtMs: dayZeroMs, sampleSize: 300 });
    expect(model.regularity.shape).toBeGreaterThan(2.2);
    expect(model.regularity.shape).toBeLessThan(4);
    const { p, q, v } = model.gammaGamma ?? { p: 0, q: 2, v: 0 };
    expect((p * v) / (q - 1)).toBeGreaterThan(26);
    expect((p * v) / (q - 1)).toBeLessThan(34);
    // About one milk a purchase day, and every second time bread: 0.5 to 1 repurchases a purchase day.
    const { r, alphaPurchaseDays } = model.replenishment.products;
    expect(r / alphaPurchaseDays).toBeGreaterThan(0.5);
    expect(r / alphaPurchaseDays).toBeLessThan(1.2);
  });

  test('without prices there is no Gamma-Gamma model, and a note says why', () => {
    const result = fitConsumptionModel({ sample: sampleOf(60, 62, false), fittedAtMs: 0, version: 'm' });
    if (!result.ok) throw new Error(result.reason);
    expect(result.model.gammaGamma).toBeUndefined();
    expect(result.notes).toContain('No expected spend: 0 customers with repeat spend, 30 are needed.');
  });

  test('too few customers are refused with the reason', () => {
    const result = fitConsumptionModel({ sample: sampleOf(12, 63), fittedAtMs: 0, version: 'm' });
    expect(result).toEqual({ ok: false, reason: 'BG/NBD: 12 customers, 30 are needed' });
  });

  test('customers who never purchased are not counted', () => {
    const sample = new ConsumptionSample();
    sample.add(customer([]), asOfMs);
    sample.add(customer([1]), asOfMs);
    expect(sample.customers).toBe(1);
  });

  test('the order in which customers are added does not matter', () => {
    const states = [customer([0, 5, 9]), customer([2]), customer([1, 40])];
    const histories = [states, [...states].reverse()].map((list) => {
      const sample = new ConsumptionSample();
      for (const state of list) sample.add(state, asOfMs);
      return sample.repeatHistories().sort((a, b) => a.x - b.x);
    });
    expect(histories[0]).toEqual(histories[1]);
  });
});
