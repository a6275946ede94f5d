import { describe, expect, test } from 'vitest';
import { startUpdate } from '../../operators/batch.ts';
import { newCustomer } from '../../operators/customer-record.ts';
import { defaultStateOptions } from '../../operators/state/customer-state.ts';
import { foldEvents } from '../../operators/state/fold-events.ts';
import { updateFeatures, updateFeaturesStep } from '../../operators/update-features.ts';
import { updateBatch } from '../fixtures/batches.ts';
import { expectMarbles } from '../fixtures/marbles.ts';
import { boughtOn, deepFreeze } from '../fixtures/purchases.ts';

const blank = newCustomer('c-1');

describe('updateFeaturesStep', () => {
  test('folds the fresh events and keeps the history after each', () => {
    const fresh = [boughtOn(0), boughtOn(1)];
    const update = updateFeaturesStep(deepFreeze({ ...startUpdate(blank, []), fresh }), defaultStateOptions);
    expect({ state: update.state, trail: update.trail }).toEqual(foldEvents(blank.state, fresh));
    expect(update.late).toBe(0);
    expect(update.before).toBe(blank);
  });

  test('counts events past the allowed lateness', () => {
    const fresh = [boughtOn(800), boughtOn(1), boughtOn(799)];
    const update = updateFeaturesStep({ ...startUpdate(blank, []), fresh }, defaultStateOptions);
    expect(update.late).toBe(1);
  });

  test('gives the very update back when nothing is fresh', () => {
    const update = startUpdate(blank, []);
    expect(updateFeaturesStep(update, defaultStateOptions)).toBe(update);
  });
});

describe('updateFeatures', () => {
  test('runs the step for every customer of a batch', () => {
    const batch = updateBatch([boughtOn(1)]);
    const fresh = { ...batch, updates: batch.updates.map((update) => ({ ...update, fresh: [boughtOn(1)] })) };
    const done = {
      ...fresh,
      updates: fresh.updates.map((update) => updateFeaturesStep(update, defaultStateOptions)),
    };
    const values = { a: fresh, A: done };
    expectMarbles(updateFeatures(defaultStateOptions), { in: '-a|', out: '-A|', values });
  });
});
