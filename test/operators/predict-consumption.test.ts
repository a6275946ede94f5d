import { describe, expect, test } from 'vitest';
import { type ActiveModels, startUpdate } from '../../operators/batch.ts';
import { newCustomer } from '../../operators/customer-record.ts';
import { predictionSummary } from '../../operators/predict/prediction-summary.ts';
import { predictConsumption, predictConsumptionStep } from '../../operators/predict-consumption.ts';
import { foldEvents } from '../../operators/state/fold-events.ts';
import { consumptionModel } from '../contracts/records.ts';
import { updateBatch } from '../fixtures/batches.ts';
import { expectMarbles } from '../fixtures/marbles.ts';
import { boughtOn } from '../fixtures/purchases.ts';

const models: ActiveModels = { segments: undefined, consumption: consumptionModel() };

function updateOf(fresh: ReturnType<typeof boughtOn>[]) {
  const before = newCustomer('c-1');
  return { ...startUpdate(before, []), fresh, state: foldEvents(before.state, fresh).state };
}

describe('predictConsumptionStep', () => {
  test('predicts as of the newest event, also when that is not the last one read', () => {
    const update = updateOf([boughtOn(0), boughtOn(30), boughtOn(20)]);
    const { prediction } = predictConsumptionStep(update, models).after;
    const asOfMs = boughtOn(30).occurredAtMs;
    expect(prediction).toEqual(predictionSummary(update.state, consumptionModel(), asOfMs));
    expect(prediction).toMatchObject({ asOfMs, modelVersion: 'p-1' });
  });

  test('leaves an update without a model or without fresh events as it is', () => {
    const update = updateOf([boughtOn(0)]);
    expect(predictConsumptionStep(update, { ...models, consumption: undefined })).toBe(update);
    const stale = updateOf([]);
    expect(predictConsumptionStep(stale, models)).toBe(stale);
  });

  test('predicts nothing for a customer who only returned', () => {
    const update = updateOf([boughtOn(0, { lines: [{ productId: 'tea', quantity: -1 }] })]);
    expect(predictConsumptionStep(update, models).after.prediction).toBeUndefined();
  });
});

describe('predictConsumption', () => {
  test('runs the step for every customer of a batch', () => {
    const batch = { ...updateBatch([]), models, updates: [updateOf([boughtOn(0)])] };
    const done = { ...batch, updates: batch.updates.map((one) => predictConsumptionStep(one, models)) };
    expectMarbles(predictConsumption(), { in: 'a|', out: 'A|', values: { a: batch, A: done } });
  });
});
