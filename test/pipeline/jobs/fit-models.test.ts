import { describe, expect, test } from 'vitest';
import type { ActiveModels } from '../../../operators/batch.ts';
import { newCustomer } from '../../../operators/customer-record.ts';
import type { SegmentDrift } from '../../../operators/segments/judge-candidate.ts';
import { segmentNames } from '../../../operators/segments/segment-model.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { foldEvents } from '../../../operators/state/fold-events.ts';
import { createFitPolicy, type FitPolicy, fitIsDue, fitModels } from '../../../pipeline/jobs/fit-models.ts';
import { PipelineCounters } from '../../../pipeline/pipeline-counters.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import { consumptionModel } from '../../contracts/records.ts';
import { type Crowd, storeCrowd } from '../../fixtures/crowd.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { silentLog } from '../../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn } from '../../fixtures/purchases.ts';
import { modelOf } from '../../operators/segments/factories.ts';

const none: ActiveModels = { segments: undefined, consumption: undefined };
const atMs = baseMs + 300 * msPerDay;

async function fitted(crowd: Crowd, current = none, stores = memoryStores(), fitAtMs = atMs) {
  await storeCrowd(stores, crowd);
  const outcome = await fitModels(fitAtMs, { stores, current, log: silentLog });
  const models: ActiveModels = {
    segments: await stores.models.active('segments'),
    consumption: await stores.models.active('consumption'),
  };
  return { stores, outcome, models };
}

describe('fitModels', () => {
  test('fits, stores and activates both models from all customers', async () => {
    const { outcome, models } = await fitted({ customers: 120 });
    expect(outcome).toMatchObject({ refused: [], sampleSize: 120 });
    expect(outcome.activated).toEqual(expect.arrayContaining([models.segments?.version]));
    expect(outcome.activated).toEqual(expect.arrayContaining([models.consumption?.version]));
    expect(models.segments?.version).toMatch(/^segments-0001-[0-9a-f]{6}$/);
    expect(models.segments).toMatchObject({ fittedAtMs: atMs, sampleSize: 120, names: segmentNames });
    expect(models.consumption).toMatchObject({ fittedAtMs: atMs });
  });

  test('of the same customers in any order gives the same versions', async () => {
    const one = await fitted({ customers: 60 });
    const other = await fitted({ customers: 60, backwards: true });
    expect(other.outcome.activated).toEqual(one.outcome.activated);
    expect(other.models).toEqual(one.models);
  });

  test('done again after a crash gives the same model', async () => {
    const { stores, models } = await fitted({ customers: 60 });
    const again = await fitModels(atMs, { stores, current: none, log: silentLog });
    expect(again.activated).toContain(models.segments?.version);
    expect(await stores.models.list('segments')).toHaveLength(1);
  });

  test('numbers the next models on', async () => {
    const { stores, models } = await fitted({ customers: 60 });
    const next = await fitModels(atMs + 30 * msPerDay, { stores, current: models, log: silentLog });
    expect(next.activated.map((version) => version.split('-')[1])).toEqual(['0002', '0002']);
  });

  test('refuses too few customers, with the reason, and leaves the active models alone', async () => {
    const { stores, outcome } = await fitted({ customers: 3 });
    expect(outcome.activated.filter((version) => version.startsWith('segments'))).toEqual([]);
    expect(outcome.refused.join()).toMatch(/segments: 3 customers; 8 different ones are needed/);
    expect(await stores.models.active('segments')).toBeUndefined();
  });

  test('leaves out customers without events', async () => {
    const stores = memoryStores();
    await stores.customers.put({ ...newCustomer('empty'), version: 1 });
    expect((await fitted({ customers: 20 }, none, stores)).outcome.sampleSize).toBe(20);
  });
});

describe('fitIsDue', () => {
  const counters = (customers: number, firstEventAtMs = baseMs - 1_000 * msPerDay) => {
    const counted = new PipelineCounters();
    const { state } = foldEvents(newCustomer('c').state, [{ ...boughtOn(0), occurredAtMs: firstEventAtMs }]);
    for (let index = 0; index < customers; index += 1) {
      const blank = newCustomer(`c-${index}`);
      counted.recordChanged(blank, { ...blank, state });
    }
    return counted;
  };
  const policy = (changes: Partial<FitPolicy> = {}): FitPolicy => ({
    customersMin: 10,
    refitDays: 28,
    attempted: () => {},
    lastAttemptMs: () => Number.NEGATIVE_INFINITY,
    ...changes,
  });
  const fittedAgo = (daysAgo: number): ActiveModels => ({
    segments: modelOf({ fittedAtMs: atMs - daysAgo * msPerDay }),
    consumption: consumptionModel({ fittedAtMs: atMs - daysAgo * msPerDay }),
  });

  test('first as soon as there are enough customers', () => {
    expect(fitIsDue(none, atMs, counters(9), policy())).toBe(false);
    expect(fitIsDue(none, atMs, counters(10), policy())).toBe(true);
  });

  test('not within a day of the last attempt', () => {
    const tried = (agoMs: number) => policy({ lastAttemptMs: () => atMs - agoMs });
    expect(fitIsDue(none, atMs, counters(10), tried(msPerDay - 1))).toBe(false);
    expect(fitIsDue(none, atMs, counters(10), tried(msPerDay))).toBe(true);
  });

  test('again when the last fit is as old as the setting says; never with 0', () => {
    expect(fitIsDue(fittedAgo(27.9), atMs, counters(10), policy())).toBe(false);
    expect(fitIsDue(fittedAgo(28), atMs, counters(10), policy())).toBe(true);
    expect(fitIsDue(fittedAgo(2_000), atMs, counters(10), policy({ refitDays: 0 }))).toBe(false);
  });

  test('earlier when customers have drifted away, though not within two weeks, nor where refits are off', () => {
    const drift = (alarm: string | null): SegmentDrift => ({
      customers: 500,
      inertiaRatio: 1,
      farShare: 0.01,
      stabilityIndex: { recencyDays: 0, tenureDays: 0, orders365: 0, spend365: 0 },
      alarm,
    });
    const due = (days: number, alarm: string | null, changes: Partial<FitPolicy> = {}) =>
      fitIsDue(fittedAgo(days), atMs, counters(10), policy(changes), drift(alarm));
    expect(due(13.9, 'far away')).toBe(false);
    expect(due(14, 'far away')).toBe(true);
    expect(due(14, null)).toBe(false);
    const young = counters(10, atMs - (20 + 179) * msPerDay);
    expect(fitIsDue(fittedAgo(20), atMs, young, policy(), drift('far away'))).toBe(false);
    const grownUp = counters(10, atMs - (20 + 180) * msPerDay);
    expect(fitIsDue(fittedAgo(20), atMs, grownUp, policy(), drift('far away'))).toBe(true);
    expect(due(14, 'far away', { refitDays: 0 })).toBe(false);
  });

  test('by the age of the batch fit that a grown model goes back to', () => {
    const grown = (days: number): ActiveModels => {
      const grownFrom = { version: 'segments-0001-a', fittedAtMs: atMs - days * msPerDay };
      return { segments: modelOf({ fittedAtMs: atMs - msPerDay, grownFrom }), consumption: undefined };
    };
    expect(fitIsDue(grown(27.9), atMs, counters(10), policy())).toBe(false);
    expect(fitIsDue(grown(28), atMs, counters(10), policy())).toBe(true);
  });

  test('earlier while history was short, though not within a week', () => {
    const short = (historyDays: number, daysAgo: number) =>
      fitIsDue(fittedAgo(daysAgo), atMs, counters(10, atMs - (daysAgo + historyDays) * msPerDay), policy());
    expect(short(14, 13.9)).toBe(false);
    expect(short(14, 14)).toBe(true);
    expect(short(1, 6.9)).toBe(false);
    expect(short(1, 7)).toBe(true);
  });
});

describe('createFitPolicy', () => {
  test('follows the settings and remembers the last attempt', () => {
    const policy = createFitPolicy(readSettings({ fitCustomersMin: 77, refitDays: 3 }, {}));
    expect(policy).toMatchObject({ customersMin: 77, refitDays: 3 });
    expect(policy.lastAttemptMs()).toBe(Number.NEGATIVE_INFINITY);
    policy.attempted(5);
    expect(policy.lastAttemptMs()).toBe(5);
  });
});
