import { beforeEach, describe, expect, test } from 'vitest';
import type { ActiveModels } from '../../../operators/batch.ts';
import { fitSegments } from '../../../operators/segments/fit-segments.ts';
import type { SegmentCandidate } from '../../../operators/segments/segment-candidate.ts';
import { segmentFeatures } from '../../../operators/segments/segment-features.ts';
import type { SegmentModel } from '../../../operators/segments/segment-model.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { type CandidateDependencies, updateCandidate } from '../../../pipeline/jobs/update-candidate.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { storeCrowd } from '../../fixtures/crowd.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { activate, silentLog } from '../../fixtures/pipeline-bench.ts';
import { baseMs } from '../../fixtures/purchases.ts';

const fitAtMs = baseMs + 300 * msPerDay;
const daysOn = (days: number) => fitAtMs + days * msPerDay;
const crowd = 900;

let stores: Stores;
let model: SegmentModel;

beforeEach(async () => {
  stores = memoryStores();
  await storeCrowd(stores, { customers: crowd });
  const { items } = await stores.customers.scan({ limit: 1_000 });
  const sample = items.map(({ state }) => segmentFeatures(state, fitAtMs));
  const fitted = fitSegments(sample, {
    version: 'segments-0001-a',
    fittedAtMs: fitAtMs,
    seeds: [1, 2],
    margin: 0.1,
  });
  if (!fitted.ok) throw new Error(fitted.reason.detail);
  model = fitted.model;
  await activate(stores, model);
});

function update(days: number, changes: Partial<CandidateDependencies> = {}) {
  const models: ActiveModels = { segments: model, consumption: undefined };
  return updateCandidate(daysOn(days), {
    stores,
    models,
    customers: crowd,
    policy: { halfLifeDays: 28, activates: false },
    log: silentLog,
    ...changes,
  });
}

async function candidateNow(): Promise<SegmentCandidate> {
  const candidate = await stores.checkpoints.candidate();
  if (candidate === undefined) throw new Error('there is no candidate');
  return candidate;
}

describe('updateCandidate', () => {
  test('takes one slice a week, each customer once a month', async () => {
    expect(await update(6.9)).toEqual({ drift: undefined, activated: undefined });
    let customers = 0;
    for (const [week, days] of [7, 14, 21, 28].entries()) {
      const { drift } = await update(days);
      const candidate = await stores.checkpoints.candidate();
      expect(candidate).toMatchObject({ baseVersion: model.version, slices: week + 1, atMs: daysOn(days) });
      const decayed = customers * 2 ** -0.25;
      customers = candidate?.population.customers ?? 0;
      expect(customers - decayed).toBeGreaterThan(150);
      expect(drift?.customers).toBe(customers);
    }
    const all = [0, 1, 2, 3].map(async (index) =>
      stores.customers.scan({ limit: 1_000, segment: { index, of: 4 } }),
    );
    const parts = (await Promise.all(all)).map(({ items }) => items.length);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(crowd);
  });

  test('between slices reads no customers and says what it said', async () => {
    const { drift } = await update(7);
    const { stores: watched, calls } = faultyStores(stores, () => undefined);
    expect(await update(13.9, { stores: watched })).toEqual({ drift, activated: undefined });
    expect(calls).toEqual(['checkpoints.candidate']);
  });

  test('reads no more of a large table than of a small one', async () => {
    const asked: number[] = [];
    const customers = {
      ...stores.customers,
      scan: async (page: Parameters<Stores['customers']['scan']>[0]) => {
        asked.push(page.segment?.of ?? 0);
        return stores.customers.scan(page);
      },
    };
    await update(7, { stores: { ...stores, customers }, customers: 1_000_000 });
    expect(asked).toEqual([400]);
  });

  test('done again after it was cut off anywhere takes no slice twice', async () => {
    await update(7);
    await update(14);
    const expected = await candidateNow();
    for (const kind of ['lost', 'unanswered'] as const) {
      await stores.checkpoints.putCandidate({ ...expected, baseVersion: 'gone' });
      await update(7);
      const cutOff = faultyStores(stores, ({ name }) =>
        name === 'checkpoints.putCandidate' ? kind : undefined,
      );
      await expect(update(14, { stores: cutOff.stores })).rejects.toMatchObject({ code: 'outage' });
      await update(14);
      expect(await stores.checkpoints.candidate()).toEqual(expected);
    }
  });

  test('asks for a refit of a model that its customers have left behind', async () => {
    expect((await update(7)).drift?.alarm).toBeNull();
    expect((await update(200)).drift?.alarm).toMatch(/times as far|near no segment|distributed otherwise/);
  });

  test('makes the candidate the active model only when told to, and when its gates hold', async () => {
    const eager = { halfLifeDays: 2, activates: true };
    const slow = { halfLifeDays: 365, activates: true };
    // Hardly anything gained; then: gained enough, but not told to.
    expect((await update(7, { policy: slow })).activated).toBeUndefined();
    await stores.checkpoints.putCandidate({ ...(await candidateNow()), baseVersion: 'gone' });
    expect((await update(7, { policy: { ...eager, activates: false } })).activated).toBeUndefined();
    expect((await stores.models.active('segments'))?.version).toBe(model.version);
    await stores.checkpoints.putCandidate({ ...(await candidateNow()), baseVersion: 'gone' });
    const { activated } = await update(7, { policy: eager });
    expect(activated).toMatch(/^segments-0002-/);
    const active = await stores.models.active('segments');
    expect(active).toMatchObject({
      version: activated,
      fittedAtMs: daysOn(7),
      grownFrom: { version: model.version, fittedAtMs: fitAtMs },
      names: model.names,
    });
    // Cut off before anybody heard of it, the step is done again and comes to the same version.
    expect((await update(7, { policy: eager })).activated).toBe(activated);
  });
});
