import { beforeEach, describe, expect, test } from 'vitest';
import { crossings } from '../../../operators/alerts/crossings.ts';
import type { AlertRule } from '../../../operators/alerts/rule.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { sweepCrossings } from '../../../pipeline/jobs/sweep-crossings.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { AlertBench } from '../../fixtures/alert-bench.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { memoryAlerts } from '../../fixtures/memory-alerts.ts';
import { atDay, buyer, model, modelWith, weekly } from '../../operators/alerts/customers.ts';
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

describe('a new model', () => {
  const activate = async (changed: typeof model) => {
    await bench.stores.models.put('consumption', changed);
    await bench.stores.models.activate('consumption', changed.version);
  };
  const strict = modelWith('strict', 5);
  const crossingDay = (by: typeof model) => {
    const whole = { fromMs: atDay(42), toMs: atDay(400), activeFromMs: 0, modelFrom: by, modelTo: by };
    return ((crossings(when, weekly('c-0'), whole)[0]?.atMs ?? 0) - atDay(0)) / msPerDay;
  };
  /** Between the day by the stricter model and the day by the one before. */
  const between = Math.floor((crossingDay(strict) + crossingDay(model)) / 2);

  test('adopted while no rule waited makes no rule fire that is made later', async () => {
    await sweep(44);
    await bench.stores.alerts.deleteRule('r1');
    await activate(strict);
    for (const day of [45, between]) await sweep(day);
    await bench.stores.alerts.putRule(alertRule({ id: 'r2', when, activeFromClockMs: atDay(between) }));
    for (const day of [between + 0.1, between + 1, 400]) expect((await sweep(day)).fired).toBe(0);
  });

  test('adopted before a rule is made does not make it fire, though others fire by it', async () => {
    await sweep(between - 0.2);
    await activate({ ...strict, fittedAtMs: atDay(between - 0.1) });
    await bench.stores.alerts.putRule(alertRule({ id: 'r2', when, activeFromClockMs: atDay(between) }));
    expect((await sweep(between + 0.1)).fired).toBe(customers);
    expect(new Set((await fired()).map(({ ruleId }) => ruleId))).toEqual(new Set(['r1']));
  });

  test('fitted after a rule was made makes it fire in its first pass', async () => {
    await sweep(between - 0.2);
    await bench.stores.alerts.putRule(alertRule({ id: 'r2', when, activeFromClockMs: atDay(between - 0.1) }));
    await activate({ ...strict, fittedAtMs: atDay(between) });
    expect((await sweep(between + 0.1)).fired).toBe(2 * customers);
  });
});

test('a rule changed while a pass is under way counts from the next page on', async () => {
  for (let index = customers; index < 300; index += 1) {
    await bench.stores.customers.put(weekly(`c-${index}`));
  }
  let pages = 0;
  const scan: Stores['customers']['scan'] = async (request) => {
    pages += 1;
    if (pages === 2) await bench.stores.alerts.putRule(alertRule({ when, enabled: false, version: 2 }));
    return bench.stores.customers.scan(request);
  };
  const stores = { ...bench.stores, customers: { ...bench.stores.customers, scan } };
  expect(await sweep(400, stores)).toEqual({ fired: 200, finished: true });
});

test('other work has its turns while a page of customers is looked at', async () => {
  for (let index = customers; index < 100; index += 1) {
    await bench.stores.customers.put(weekly(`c-${index}`));
  }
  const turnsDuring = async (day: number) => {
    let turns = 0;
    let handle = setImmediate(function turn() {
      turns += 1;
      handle = setImmediate(turn);
    });
    await sweep(day);
    clearImmediate(handle);
    return turns;
  };
  expect(await turnsDuring(43.1)).toBeGreaterThanOrEqual(10);
});

describe('products due again', () => {
  const due = { kind: 'replenishment-due', products: ['tea'] } as const;

  /** A bench with these customers, swept every other day; a rule for tea due again. */
  async function waiting(
    records: readonly ReturnType<typeof buyer>[],
    changes: Partial<AlertRule> = {},
  ): Promise<AlertBench> {
    const made = new AlertBench();
    await made.stores.models.put('consumption', model);
    await made.stores.models.activate('consumption', model.version);
    for (const record of records) await made.stores.customers.put(record);
    await made.stores.alerts.putRule(alertRule({ when: due, activeFromClockMs: atDay(41), ...changes }));
    return made;
  }

  async function sweepDays(from: number, to: number, step = 2): Promise<number> {
    let total = 0;
    for (let day = from; day <= to; day += step) {
      bench.nowMs = atDay(day);
      total += (await sweep(day)).fired;
    }
    return total;
  }

  const teaDays = [0, 7, 14, 21, 28, 35, 42];

  test('fire once a gap, though other things are bought after the alert has expired', async () => {
    let record = buyer('c-1', teaDays);
    bench = await waiting([record]);
    expect(await sweepDays(43, 140)).toBe(1);
    const { alerts } = bench.stores;
    const expired = memoryAlerts(() => bench.nowMs);
    for (const rule of await alerts.rules()) await expired.putRule(rule);
    const swept = await alerts.sweep();
    if (swept === undefined) throw new Error('there was no pass');
    await expired.putSweep(swept);
    bench = Object.assign(bench, { stores: { ...bench.stores, alerts: expired } });
    for (const day of [170, 290]) {
      record = { ...buyer('c-1', [day - 0.5], 'milk', record.state), version: record.version + 1 };
      await bench.stores.customers.put(record);
      expect(await sweepDays(day - 28, day + 80)).toBe(0);
    }
  });

  test('fire though an order that became known late has moved the day to before the last pass', async () => {
    bench = await waiting([buyer('c-1', [0, 40])]);
    expect(await sweepDays(42, 100)).toBe(0);
    await bench.stores.customers.put({ ...buyer('c-1', [0, 20, 40]), version: 2 });
    expect(await sweepDays(102, 110)).toBe(1);
    expect(await fired()).toMatchObject([
      { detail: { productId: 'tea', lastAtMs: atDay(40), purchases: 3 } },
    ]);
    expect(await sweepDays(112, 600)).toBe(0);
  });

  test('that were alerted of before write nothing, and leave the cap of an hour to others', async () => {
    const known = Array.from({ length: 20 }, (_, index) => buyer(`c-${index}`, teaDays));
    bench = await waiting(known, { ratePerHour: 20 });
    await sweepDays(43, 60);
    expect(await fired()).toHaveLength(20);
    const watched = faultyStores(bench.stores, () => undefined);
    for (const record of known) {
      await bench.stores.customers.put({
        ...buyer(record.customerId, [60.5], 'milk', record.state),
        version: 2,
      });
    }
    for (let hour = 1; hour <= 24; hour += 1) await sweep(60 + hour / 24, watched.stores);
    expect(watched.calls).toContain('alerts.alert');
    expect(watched.calls).not.toContain('alerts.countAlert');
    expect(watched.calls).not.toContain('alerts.fire');
    for (let index = 0; index < 5; index += 1) {
      await bench.stores.customers.put(
        buyer(
          `z-${index}`,
          teaDays.map((day) => day + 18),
        ),
      );
    }
    await sweepDays(62, 80);
    const fresh = (await fired()).filter(({ customerId }) => customerId.startsWith('z-'));
    expect(fresh.map(({ suppressed }) => suppressed)).toEqual(Array(5).fill(false));
  });

  test('cost no read while nothing new falls due, but in the first pass of a day', async () => {
    bench = await waiting([buyer('c-1', teaDays)]);
    await sweepDays(43, 59);
    const readsAt = async (day: number) => {
      const watched = faultyStores(bench.stores, () => undefined);
      await sweep(day, watched.stores);
      return watched.calls.filter((name) => name === 'alerts.alert').length;
    };
    expect(await readsAt(59.1)).toBe(0);
    expect(await readsAt(60)).toBe(1);
    expect(await readsAt(60.1)).toBe(0);
    expect(await readsAt(100)).toBe(0);
  });
});
