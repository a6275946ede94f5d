import { beforeEach, expect, test } from 'vitest';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { sweepCrossings } from '../../../pipeline/jobs/sweep-crossings.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { AlertBench } from '../../fixtures/alert-bench.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { atDay, model, modelWith, weekly } from '../../operators/alerts/customers.ts';
import { alertRule } from '../../operators/alerts/rules.ts';

const customers = 5;
const when = { kind: 'probability-alive', below: 0.5 } as const;

let bench: AlertBench;

async function prepare(): Promise<AlertBench> {
  const made = new AlertBench();
  await made.stores.models.put('consumption', model);
  await made.stores.models.activate('consumption', model.version);
  for (let index = 0; index < customers; index += 1) await made.stores.customers.put(weekly(`c-${index}`));
  await made.stores.alerts.putRule(alertRule({ when, activeFromClockMs: atDay(43) }));
  return made;
}

beforeEach(async () => {
  bench = await prepare();
});

function sweep(day: number, stores: Stores = bench.stores, stop?: AbortSignal) {
  return sweepCrossings(atDay(day), { ...stores, nowMs: () => bench.nowMs, stop });
}

async function fired() {
  return (await bench.stores.alerts.list({ limit: 100 })).items;
}

test('each customer fires once as time goes by, at the instant of the crossing', async () => {
  let total = 0;
  for (let day = 44; day <= 400; day += 7) total += (await sweep(day)).fired;
  expect(total).toBe(customers);
  const alerts = await fired();
  expect(alerts.map(({ customerId }) => customerId).sort()).toEqual(['c-0', 'c-1', 'c-2', 'c-3', 'c-4']);
  expect(new Set(alerts.map(({ atMs }) => atMs)).size).toBe(1);
  expect((await sweep(400)).fired).toBe(0);
  expect(await bench.stores.alerts.sweep()).toEqual({
    sweptToMs: atDay(400),
    modelVersion: model.version,
  });
});

test('what was crossed before a rule was made does not fire it', async () => {
  await bench.stores.alerts.putRule(alertRule({ id: 'r2', when, activeFromClockMs: atDay(900) }));
  await sweep(1_000);
  expect(new Set((await fired()).map(({ ruleId }) => ruleId))).toEqual(new Set(['r1']));
});

test('a new model that puts customers below the line fires once', async () => {
  await sweep(44);
  const strict = modelWith('strict', 5);
  await bench.stores.models.put('consumption', strict);
  await bench.stores.models.activate('consumption', 'strict');
  for (const day of [45, 60, 100, 400]) await sweep(day);
  expect(await fired()).toHaveLength(customers);
});

test('killed at any call, before or after it took effect, the next run finishes, and each fires once', async () => {
  const quiet = faultyStores(bench.stores, () => undefined);
  await sweep(400, quiet.stores);
  for (const fault of ['lost', 'unanswered'] as const) {
    for (let dies = 1; dies <= quiet.calls.length; dies += 1) {
      bench = await prepare();
      const mortal = faultyStores(bench.stores, ({ number }) => (number === dies ? fault : undefined));
      await expect(sweep(400, mortal.stores)).rejects.toThrow();
      await sweep(400 + 1 / msPerDay);
      expect((await fired()).map(({ customerId }) => customerId).sort()).toEqual([
        'c-0',
        'c-1',
        'c-2',
        'c-3',
        'c-4',
      ]);
    }
  }
});

test('stopped between two pages it says so, and goes on to the instant it was begun for', async () => {
  const stop = new AbortController();
  stop.abort();
  expect(await sweep(400, bench.stores, stop.signal)).toEqual({ fired: 0, finished: false });
  expect((await bench.stores.alerts.sweep())?.pass).toMatchObject({ toMs: atDay(400) });
  expect(await sweep(400)).toEqual({ fired: customers, finished: true });
});

test('without a rule that waits for time nothing is read but the rules', async () => {
  await bench.stores.alerts.putRule(alertRule({ version: 2 }));
  const watched = faultyStores(bench.stores, () => undefined);
  expect(await sweep(400, watched.stores)).toEqual({ fired: 0, finished: true });
  expect(watched.calls).toEqual(['alerts.rules']);
});
