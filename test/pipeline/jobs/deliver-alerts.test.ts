import { describe, expect, test } from 'vitest';
import { deliveryId } from '../../../operators/alerts/fired-alert.ts';
import type { AlertRule } from '../../../operators/alerts/rule.ts';
import { Courier } from '../../../pipeline/jobs/courier.ts';
import { claimMs } from '../../../pipeline/jobs/deliver-alerts.ts';
import { migration } from '../../contracts/records.ts';
import { AlertBench } from '../../fixtures/alert-bench.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { alertRule } from '../../operators/alerts/rules.ts';

let bench: AlertBench;

/** A bench with a rule that has fired for so many moves. */
async function fired(count: number, changes: Partial<AlertRule> = {}): Promise<AlertBench> {
  const made = new AlertBench();
  await made.stores.alerts.putRule(alertRule({ activeFromMs: made.nowMs, ...changes }));
  made.nowMs += 1;
  const moves = Array.from({ length: count }, (_, index) => migration({ ordinal: index + 1 }));
  await made.stores.migrations.publish(moves);
  await made.fire();
  return made;
}

const statuses = async () => (await bench.deliveries()).map(({ status }) => status);
const down = () => ({ ok: false, error: 'answered 500', retryable: true }) as const;

describe('what a rule fired', () => {
  test('goes out once, each under its id', async () => {
    bench = await fired(3);
    await bench.deliver();
    await bench.deliver();
    const ids = (await bench.deliveries()).map(deliveryId);
    expect(bench.sent.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(JSON.parse(bench.sent[0]?.body ?? '')).toMatchObject({ type: 'rule-alert.fired' });
    expect(await statuses()).toEqual(['delivered', 'delivered', 'delivered']);
  });

  test('is tried again on the schedule until the receiver is up, always under the same id', async () => {
    bench = await fired(1);
    bench.receive = down;
    const waitsMs: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await bench.deliver();
      const [delivery] = await bench.deliveries();
      expect(delivery).toMatchObject({ status: 'pending', attempts: attempt, lastError: 'answered 500' });
      waitsMs.push((delivery?.dueAtMs ?? 0) - bench.nowMs);
      bench.nowMs = (delivery?.dueAtMs ?? 0) - 1;
      await bench.deliver();
      expect(bench.sent).toHaveLength(attempt);
      bench.nowMs += 1;
    }
    expect(waitsMs).toEqual([750, 1_500, 3_000]);
    bench.receive = () => ({ ok: true });
    await bench.deliver();
    expect(await bench.deliveries()).toMatchObject([{ status: 'delivered', attempts: 4 }]);
    expect(new Set(bench.sent.map(({ id }) => id)).size).toBe(1);
  });

  test('is dead after the last attempt, or at once where trying again is no use', async () => {
    bench = await fired(1);
    bench.receive = down;
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await bench.deliver();
      bench.nowMs += 60_000;
    }
    expect(bench.sent).toHaveLength(4);
    expect(await bench.deliveries()).toMatchObject([
      { status: 'dead', attempts: 4, lastError: 'answered 500' },
    ]);
    bench = await fired(1);
    bench.receive = () => ({ ok: false, error: 'answered 410: it wants no more', retryable: false });
    await bench.deliver();
    expect(await statuses()).toEqual(['dead']);
  });

  test('dead and asked for again, it is tried anew, though the rule has begun anew since', async () => {
    bench = await fired(1);
    bench.receive = () => ({ ok: false, error: 'gone', retryable: false });
    await bench.deliver();
    const { items } = await bench.stores.alerts.dead({ limit: 10 });
    const [dead] = items;
    if (dead === undefined) throw new Error('nothing is dead');
    bench.nowMs += 1_000;
    await bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs, version: 2 }));
    const again = { status: 'pending', attempts: 0, dueAtMs: bench.nowMs, replayed: true } as const;
    await bench.stores.alerts.putDelivery({ ...dead, ...again, version: dead.version + 1 });
    bench.receive = () => ({ ok: true });
    await bench.deliver();
    expect(await statuses()).toEqual(['delivered']);
    expect(new Set(bench.sent.map(({ id }) => id)).size).toBe(1);
  });

  test('is held in quiet hours and goes out when they end', async () => {
    // It is 10:15 UTC.
    bench = await fired(1, { quietHours: { from: '09:00', to: '11:00', timeZone: 'UTC' } });
    await bench.deliver();
    expect(bench.sent).toEqual([]);
    bench.nowMs = Date.UTC(2026, 10, 22, 10, 59, 59, 999);
    await bench.deliver();
    expect(bench.sent).toEqual([]);
    bench.nowMs += 1;
    await bench.deliver();
    expect(await bench.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  });

  test('is withheld once the rule has begun anew or lost the target, and never while it is disabled', async () => {
    bench = await fired(2);
    await bench.stores.alerts.putRule(alertRule({ enabled: false, version: 2 }));
    await bench.deliver();
    expect(await statuses()).toEqual(['pending', 'pending']);
    bench.nowMs += 1;
    await bench.stores.alerts.putRule(alertRule({ activeFromMs: bench.nowMs, version: 3 }));
    await bench.deliver();
    expect(await statuses()).toEqual(['suppressed', 'suppressed']);
    bench = await fired(1);
    await bench.stores.alerts.putRule(alertRule({ deliver: [{ id: 't0', kind: 'stream' }], version: 2 }));
    await bench.deliver();
    expect(await bench.deliveries()).toMatchObject([
      { status: 'suppressed', lastError: 'the rule has this target no more' },
    ]);
    expect(bench.sent).toEqual([]);
  });

  test('goes out for ten seconds by the rule as it was, and the rest later', async () => {
    bench = await fired(40);
    bench.receive = () => {
      bench.nowMs += 1_000;
      return { ok: true };
    };
    await bench.deliver();
    expect(bench.sent.length).toBeGreaterThanOrEqual(10);
    expect(bench.sent.length).toBeLessThan(10 + 4);
    for (let page = 2; page <= 5; page += 1) await bench.deliver();
    expect(new Set(bench.sent.map(({ id }) => id)).size).toBe(40);
    expect(bench.sent).toHaveLength(40);
  });

  test('goes to where the target leads now', async () => {
    bench = await fired(1);
    const moved = { id: 't1', kind: 'webhook', url: 'https://new.example.com/', secrets: [] } as const;
    await bench.stores.alerts.putRule(alertRule({ deliver: [moved], version: 2 }));
    await bench.deliver();
    expect(await statuses()).toEqual(['delivered']);
  });

  test('given up because the process stops, it is due at once, and the attempt does not count', async () => {
    bench = await fired(1);
    bench.receive = () => {
      bench.stop.abort();
      return { ok: false, error: 'given up: the process stopped', retryable: true };
    };
    await bench.deliver();
    expect(await bench.deliveries()).toMatchObject([
      { status: 'pending', attempts: 0, dueAtMs: bench.nowMs },
    ]);
    await bench.deliver();
    expect(bench.sent).toHaveLength(1);
  });
});

describe('many workers', () => {
  test('never send one delivery at the same time, and each goes out once', async () => {
    bench = await fired(40);
    const underWay = new Set<string>();
    let together = 0;
    bench.receive = async ({ id }) => {
      if (underWay.has(id)) together += 1;
      underWay.add(id);
      await new Promise((resolve) => setImmediate(resolve));
      underWay.delete(id);
      return { ok: true };
    };
    await Promise.all([bench.deliver(), bench.deliver(), bench.deliver()]);
    expect(together).toBe(0);
    expect(bench.sent).toHaveLength(40);
    expect(new Set(await statuses())).toEqual(new Set(['delivered']));
  });

  test('leave alone what another has claimed until its claim lapses', async () => {
    bench = await fired(1);
    let answer: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    bench.receive = async () => {
      await answered;
      return { ok: true };
    };
    const first = bench.deliver();
    await expect.poll(() => bench.sent.length).toBe(1);
    bench.nowMs += claimMs - 1;
    await bench.deliver();
    expect(bench.sent).toHaveLength(1);
    answer();
    await first;
    expect(await statuses()).toEqual(['delivered']);
  });

  test('a target that hangs holds up its own rule alone', async () => {
    bench = await fired(1);
    await bench.stores.alerts.putRule(alertRule({ id: 'r2', activeFromMs: bench.nowMs }));
    bench.nowMs += 1;
    await bench.stores.migrations.publish([migration({ ordinal: 2 })]);
    await bench.fire();
    let release: () => void = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hangs = (await bench.deliveries()).filter(({ ruleId }) => ruleId === 'r1').map(deliveryId);
    bench.receive = async ({ id }) => {
      if (hangs.includes(id)) await hanging;
      return { ok: true };
    };
    const courier = new Courier({
      ...bench.delivering,
      onFailure: (error) => {
        throw error;
      },
    });
    await courier.round();
    const delivered = async () => (await statuses()).filter((status) => status === 'delivered').length;
    await expect.poll(delivered).toBe(1);
    await courier.round();
    release();
    await courier.idle();
    expect(await delivered()).toBe(3);
    expect(bench.sent).toHaveLength(3);
  });
});

describe('killed', () => {
  test('at any call, before or after it took effect, and started again, the receiver has each alert', async () => {
    bench = await fired(3);
    const quiet = faultyStores(bench.stores, () => undefined);
    await bench.deliver(quiet.stores);
    const calls = quiet.calls.length;
    expect(calls).toBeGreaterThan(10);
    for (const fault of ['lost', 'unanswered'] as const) {
      for (let dies = 1; dies <= calls; dies += 1) {
        bench = await fired(3);
        let dead = false;
        const mortal = faultyStores(bench.stores, ({ number }) => {
          // Nothing that comes after its death arrives.
          if (dead) return 'lost';
          dead = number === dies;
          return dead ? fault : undefined;
        });
        await bench.deliver(mortal.stores).catch(() => {});
        bench.nowMs += claimMs;
        await bench.deliver();
        const where = `${fault} at ${mortal.calls[dies - 1]}`;
        expect(await statuses(), where).toEqual(['delivered', 'delivered', 'delivered']);
        const ids = (await bench.deliveries()).map(deliveryId);
        expect([...new Set(bench.sent.map(({ id }) => id))].sort(), where).toEqual(ids.sort());
        // At least once, and again only where the process died between sending and writing so.
        expect(bench.sent.length, where).toBeLessThanOrEqual(6);
      }
    }
  });

  test('a process that dies with each attempt does not go on for ever', async () => {
    bench = await fired(1);
    for (let life = 1; life <= 8; life += 1) {
      let writes = 0;
      const mortal = faultyStores(bench.stores, ({ name }) => {
        if (name === 'alerts.putDelivery') writes += 1;
        return writes > 1 ? 'lost' : undefined;
      });
      await bench.deliver(mortal.stores).catch(() => {});
      bench.nowMs += claimMs;
    }
    await bench.deliver();
    expect(bench.sent).toHaveLength(4);
    expect(await statuses()).toEqual(['dead']);
  });
});
