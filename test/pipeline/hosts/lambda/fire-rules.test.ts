import { beforeEach, describe, expect, test } from 'vitest';
import { ruleFirer } from '../../../../pipeline/hosts/lambda/fire-rules.ts';
import type { AlertSinks } from '../../../../sinks/alert-sinks.ts';
import { migration } from '../../../contracts/records.ts';
import { AlertBench } from '../../../fixtures/alert-bench.ts';
import { invocation, testWarmStart } from '../../../fixtures/event-source-warm-start.ts';
import { faultyStores } from '../../../fixtures/faulty-stores.ts';
import { atDay, model, weekly } from '../../../operators/alerts/customers.ts';
import { alertRule } from '../../../operators/alerts/rules.ts';

let bench: AlertBench;

beforeEach(() => {
  bench = new AlertBench();
});

const run = (stores = bench.stores) => {
  const warm = testWarmStart(stores, { nowMs: () => bench.nowMs });
  return { warm, result: ruleFirer(warm, bench.sinks)({}, invocation()) };
};

describe('fire-rules', () => {
  test('fires, delivers and counts both', async () => {
    await bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs }));
    bench.nowMs += 1;
    await bench.stores.migrations.publish([1, 2, 3].map((ordinal) => migration({ ordinal })));
    const { warm, result } = run();
    expect(await result).toEqual({ fired: 3, delivered: 3, finished: true });
    expect(bench.sent).toHaveLength(3);
    expect(warm.recorded.totals.get('AlertsFired')).toBe(3);
    expect(warm.recorded.totals.get('AlertsDelivered')).toBe(3);
    expect(warm.recorded.totals.get('AlertsGivenUp')).toBe(0);
  });

  test('serves more rules than it does at once', async () => {
    for (let index = 0; index < 60; index += 1) {
      await bench.stores.alerts.putRule(alertRule({ id: `r${index}`, activeFromMs: bench.nowMs }));
    }
    bench.nowMs += 1;
    await bench.stores.migrations.publish([migration()]);
    expect(await run().result).toMatchObject({ fired: 60, delivered: 60 });
  });

  test('looks through the customers once an hour', async () => {
    await bench.stores.models.put('consumption', model);
    await bench.stores.models.activate('consumption', model.version);
    await bench.stores.customers.put(weekly('c-1'));
    const when = { kind: 'probability-alive', below: 0.5 } as const;
    bench.nowMs = atDay(43);
    await bench.stores.alerts.putRule(
      alertRule({ when, activeFromMs: bench.nowMs, activeFromClockMs: bench.nowMs }),
    );
    const scans = async () => {
      const watched = faultyStores(bench.stores, () => undefined);
      await run(watched.stores).result;
      return watched.calls.filter((name) => name === 'customers.scan').length;
    };
    expect(await scans()).toBe(0);
    bench.nowMs += 1;
    expect(await scans()).toBe(1);
    bench.nowMs += 3_599_999;
    expect(await scans()).toBe(0);
    bench.nowMs = atDay(400);
    expect(await run().result).toMatchObject({ fired: 1 });
  });

  test('a table that is down fails the run, which tells what it did', async () => {
    await bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs }));
    const broken = faultyStores(bench.stores, ({ name }) =>
      name === 'migrations.feedAfter' ? 'lost' : undefined,
    );
    const { warm, result } = run(broken.stores);
    await expect(result).rejects.toMatchObject({ code: 'outage' });
    expect(warm.recorded.totals.get('AlertsFired')).toBe(0);
  });

  test('delivers and sweeps though rules can not be fired, and fails all the same', async () => {
    bench.nowMs = atDay(400);
    await bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs }));
    bench.nowMs += 1;
    await bench.stores.migrations.publish([migration()]);
    await bench.fire();
    await bench.stores.models.put('consumption', model);
    await bench.stores.models.activate('consumption', model.version);
    await bench.stores.customers.put(weekly('c-1'));
    const when = { kind: 'probability-alive', below: 0.5 } as const;
    await bench.stores.alerts.putRule(alertRule({ id: 'r2', when, activeFromClockMs: atDay(43) }));
    const broken = faultyStores(bench.stores, ({ name }) =>
      name === 'migrations.feedAfter' ? 'lost' : undefined,
    );
    const { warm, result } = run(broken.stores);
    await expect(result).rejects.toMatchObject({ code: 'outage' });
    expect(warm.recorded.totals.get('AlertsFired')).toBe(1);
    expect(warm.recorded.totals.get('AlertsDelivered')).toBe(2);
    expect(bench.sent).toHaveLength(2);
  });

  test('fires though nothing can be delivered, and fails all the same', async () => {
    await bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs }));
    bench.nowMs += 1;
    await bench.stores.migrations.publish([migration()]);
    let rules = 0;
    // The first to read the rules is who fires them.
    const broken = faultyStores(bench.stores, ({ name }) =>
      name === 'alerts.rules' && ++rules === 2 ? 'lost' : undefined,
    );
    const { warm, result } = run(broken.stores);
    await expect(result).rejects.toMatchObject({ code: 'outage' });
    expect(warm.recorded.totals.get('AlertsFired')).toBe(1);
  });

  test('serves each of thirty rules beside one whose receiver takes its time', async () => {
    for (let index = 0; index < 30; index += 1) {
      const url = `https://h${index}.example.com/`;
      const deliver = [{ id: 't1', kind: 'webhook', url, secrets: [] }] as const;
      await bench.stores.alerts.putRule(alertRule({ id: `r${index}`, deliver, activeFromMs: bench.nowMs }));
    }
    bench.nowMs += 1;
    await bench.stores.migrations.publish([migration()]);
    const served = new Set<string>();
    let release: () => void = () => {};
    const othersServed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const send: AlertSinks['webhook']['send'] = async (_message, { url }) => {
      if (url === 'https://h0.example.com/') await othersServed;
      else if (served.add(url).size === 29) release();
      return { ok: true };
    };
    const sinks = { ...bench.sinks, webhook: { kind: 'webhook', send, close: () => {} } } as const;
    const warm = testWarmStart(bench.stores, { nowMs: () => bench.nowMs });
    expect(await ruleFirer(warm, sinks)({}, invocation())).toMatchObject({ fired: 30, delivered: 30 });
  });
});
