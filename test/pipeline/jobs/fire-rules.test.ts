import { beforeEach, describe, expect, test } from 'vitest';
import { evaluateMigration } from '../../../operators/alerts/evaluate-rule.ts';
import { type AlertOccasion, alertId } from '../../../operators/alerts/fired-alert.ts';
import type { AlertRule } from '../../../operators/alerts/rule.ts';
import { fireOccasions } from '../../../pipeline/jobs/fire-rules.ts';
import { migration } from '../../contracts/records.ts';
import { AlertBench } from '../../fixtures/alert-bench.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { alertRule } from '../../operators/alerts/rules.ts';

let bench: AlertBench;

beforeEach(() => {
  bench = new AlertBench();
});

const add = (changes: Partial<AlertRule> = {}) =>
  bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs, ...changes }));

/** Publishes the moves of these ordinals, a millisecond after one another. */
async function publish(...ordinals: number[]): Promise<void> {
  for (const ordinal of ordinals) {
    bench.nowMs += 1;
    await bench.stores.migrations.publish([migration({ ordinal })]);
  }
}

async function firedFor(ruleId = 'r1'): Promise<unknown[]> {
  const { items } = await bench.stores.alerts.list({ limit: 1_000, ruleId });
  return items
    .map(({ detail }) => (detail.kind === 'migration' ? detail.migrationId : detail.kind))
    .reverse();
}

const ids = (...ordinals: number[]) => ordinals.map((ordinal) => `c-1/${ordinal}`);

describe('rules fire', () => {
  test('once for each move published since they were made, and for none before', async () => {
    await publish(1, 2);
    bench.nowMs += 1;
    await add();
    await publish(3, 4);
    expect(await bench.fire()).toBe(2);
    expect(await bench.fire()).toBe(0);
    await publish(5);
    expect(await bench.fire()).toBe(1);
    expect(await firedFor()).toEqual(ids(3, 4, 5));
  });

  test('each for the moves that meet its condition', async () => {
    await add();
    await add({ id: 'r2', when: { kind: 'migration', to: ['Hibernating'] } });
    await publish(1);
    await bench.stores.migrations.publish([migration({ ordinal: 2, to: 'Hibernating' })]);
    expect(await bench.fire()).toBe(3);
    expect(await firedFor('r2')).toEqual(ids(2));
  });

  test('not while they are disabled, and enabled again only for what comes then', async () => {
    await add();
    await publish(1);
    await bench.fire();
    await bench.stores.alerts.putRule(alertRule({ enabled: false, version: 2 }));
    await publish(2, 3);
    expect(await bench.fire()).toBe(0);
    bench.nowMs += 1;
    await bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs, version: 3 }));
    await publish(4);
    expect(await bench.fire()).toBe(1);
    expect(await firedFor()).toEqual(ids(1, 4));
  });

  test('for a backlog of several pages, whole', async () => {
    await add();
    bench.nowMs += 1;
    const moves = Array.from({ length: 450 }, (_, index) => migration({ ordinal: index + 1 }));
    await bench.stores.migrations.publish(moves);
    expect(await bench.fire()).toBe(450);
    expect(new Set(await firedFor()).size).toBe(450);
  });

  test('no more than their cap in an hour; what comes beyond is recorded as suppressed', async () => {
    await add({ ratePerHour: 2 });
    await publish(1, 2, 3);
    await bench.fire();
    expect((await bench.deliveries()).map(({ status }) => status)).toEqual([
      'pending',
      'pending',
      'suppressed',
    ]);
    bench.nowMs += 3_600_000;
    await publish(4);
    await bench.fire();
    expect((await bench.deliveries()).at(-1)?.status).toBe('pending');
    await bench.deliver();
    expect(bench.sent).toHaveLength(3);
  });
});

describe('a backlog', () => {
  test('is fired by the rules there are as each page is read', async () => {
    await add();
    bench.nowMs += 1;
    await bench.stores.migrations.publish(
      Array.from({ length: 300 }, (_, index) => migration({ ordinal: index + 1 })),
    );
    const meanwhile = async () => {
      bench.nowMs += 10;
      await add({ id: 'r2' });
      await bench.stores.alerts.putRule(alertRule({ version: 2, enabled: false }));
      bench.nowMs += 10;
      await bench.stores.migrations.publish([migration({ ordinal: 1_000 })]);
    };
    let pages = 0;
    const { migrations } = bench.stores;
    const feedAfter: typeof migrations.feedAfter = async (feedKey, limit) => {
      pages += 1;
      if (pages === 2) await meanwhile();
      return migrations.feedAfter(feedKey, limit);
    };
    await bench.fire({ ...bench.stores, migrations: { ...migrations, feedAfter } });
    await bench.fire();
    expect(await firedFor('r1')).toHaveLength(200);
    expect(await firedFor('r2')).toEqual(ids(1_000));
  });
});

describe('killed', () => {
  test('after a page was recorded, it takes no place in the hour in which the page is done again', async () => {
    await add({ ratePerHour: 3 });
    await publish(1, 2, 3);
    const mortal = faultyStores(bench.stores, ({ name }) =>
      name === 'alerts.putCursor' ? 'lost' : undefined,
    );
    await expect(bench.fire(mortal.stores)).rejects.toThrow();
    bench.nowMs += 3_600_000;
    await publish(4, 5, 6);
    expect(await bench.fire()).toBe(3);
    expect((await bench.deliveries()).map(({ status }) => status)).toEqual(Array(6).fill('pending'));
  });

  test('between an alert and its deliveries, these are made up for, whatever has become of the cap', async () => {
    await add({ ratePerHour: 2 });
    await publish(1, 2);
    const { items } = await bench.stores.migrations.feedLatest({ limit: 10 });
    const [rule] = await bench.stores.alerts.rules();
    if (rule === undefined) throw new Error('there is no rule');
    const occasions = items.map((move) => ({
      rule,
      occasion: evaluateMigration({ kind: 'migration' }, move) as AlertOccasion,
    }));
    await fireOccasions(occasions, { alerts: bench.stores.alerts, nowMs: () => bench.nowMs });
    // As a crash leaves it: the deliveries of the first are not there.
    const { alerts } = bench.stores;
    const deliveries: typeof alerts.deliveries = async (of) => {
      const known = new Map(await alerts.deliveries(of));
      known.delete(alertId('r1', occasions[0]?.occasion.cause ?? ''));
      return known;
    };
    const refired: string[] = [];
    const fire: typeof alerts.fire = (fired) => {
      refired.push(...fired.map(({ id }) => id));
      return alerts.fire(fired);
    };
    const counted: string[] = [];
    const countAlert: typeof alerts.countAlert = (...input) => {
      counted.push(input[2]);
      return alerts.countAlert(...input);
    };
    const dependencies = { alerts: { ...alerts, deliveries, fire, countAlert }, nowMs: () => bench.nowMs };
    expect(await fireOccasions(occasions, dependencies)).toBe(0);
    expect(refired).toEqual([alertId('r1', occasions[0]?.occasion.cause ?? '')]);
    expect(counted).toEqual([]);
  });

  test('at any call, before or after it took effect, and started again, they fire once for each move', async () => {
    const quiet = faultyStores(bench.stores, () => undefined);
    await add({ ratePerHour: 100 });
    await add({ id: 'r2' });
    await publish(1, 2, 3);
    await bench.fire(quiet.stores);
    const calls = quiet.calls.length;
    expect(calls).toBeGreaterThan(8);
    for (const fault of ['lost', 'unanswered'] as const) {
      for (let dies = 1; dies <= calls; dies += 1) {
        bench = new AlertBench();
        await add({ ratePerHour: 100 });
        await add({ id: 'r2' });
        await publish(1, 2, 3);
        const mortal = faultyStores(bench.stores, ({ number }) => (number === dies ? fault : undefined));
        await expect(bench.fire(mortal.stores), `${fault} at ${mortal.calls.at(-1)}`).rejects.toThrow();
        await bench.fire();
        for (const rule of ['r1', 'r2']) expect((await firedFor(rule)).sort()).toEqual(ids(1, 2, 3));
        const deliveries = await bench.deliveries();
        expect(deliveries.map(({ status }) => status)).toEqual(Array(6).fill('pending'));
      }
    }
  });

  test('two at once fire once for each move', async () => {
    await add({ ratePerHour: 5 });
    await publish(1, 2, 3, 4, 5, 6, 7);
    const fired = await Promise.all([bench.fire(), bench.fire(), bench.fire()]);
    expect(fired.reduce((sum, each) => sum + each, 0)).toBe(7);
    expect((await firedFor()).sort()).toEqual(ids(1, 2, 3, 4, 5, 6, 7));
    const pending = (await bench.deliveries()).filter(({ status }) => status === 'pending');
    expect(pending).toHaveLength(5);
  });
});
