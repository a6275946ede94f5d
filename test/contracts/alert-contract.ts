import { describe, expect, test } from 'vitest';
import { evaluateMigration } from '../../operators/alerts/evaluate-rule.ts';
import {
  type AlertOccasion,
  type FiredAlert,
  fireAlert,
  firstDeliveries,
} from '../../operators/alerts/fired-alert.ts';
import type { AlertRule } from '../../operators/alerts/rule.ts';
import { alertRule } from '../operators/alerts/rules.ts';
import { migration } from './records.ts';
import { allPages, dayMs, type StoreBench, soon, tableOf } from './store-bench.ts';

/** The n-th alert of a rule. */
function fired(
  bench: StoreBench,
  ordinal: number,
  rule: AlertRule = alertRule(),
  suppressed = false,
): FiredAlert {
  const occasion = evaluateMigration({ kind: 'migration' }, migration({ ordinal })) as AlertOccasion;
  return fireAlert(rule, occasion, bench.nowMs, suppressed);
}

export function describeAlerts(bench: StoreBench): void {
  const alerts = () => bench.stores.alerts;

  describe('rules', () => {
    test('a rule comes back as it was, secrets and all, and only for its next version is it replaced', async () => {
      const rule = alertRule({ quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/London' } });
      expect(await alerts().rules()).toEqual([]);
      expect(await alerts().putRule(rule)).toBe('written');
      expect(await alerts().putRule(rule)).toBe('conflict');
      expect(await alerts().rule('r1')).toEqual(rule);
      expect(await alerts().putRule({ ...rule, version: 3 })).toBe('conflict');
      expect(await alerts().putRule({ ...rule, name: 'other', version: 2 })).toBe('written');
      await alerts().putRule(alertRule({ id: 'r0' }));
      expect((await alerts().rules()).map(({ id, name }) => [id, name])).toEqual([
        ['r0', 'any move'],
        ['r1', 'other'],
      ]);
    });

    test('a rule that is deleted is gone, once', async () => {
      await alerts().putRule(alertRule());
      expect(await alerts().deleteRule('r1')).toBe(true);
      expect(await alerts().deleteRule('r1')).toBe(false);
      expect(await alerts().rule('r1')).toBeUndefined();
      expect(await alerts().rules()).toEqual([]);
    });
  });

  describe('fired alerts', () => {
    test('an alert is recorded once, with its deliveries, however often it is fired', async () => {
      const alert = fired(bench, 1);
      expect(await alerts().fire([alert])).toBe(1);
      const delivered = { ...firstDeliveries(alert)[0], status: 'delivered', version: 2 } as const;
      await alerts().putDelivery({ ...delivered, dueAtMs: undefined } as never);
      bench.nowMs += dayMs;
      const changed = fired(bench, 1, alertRule({ name: 'renamed' }));
      expect(await alerts().fire([changed, fired(bench, 2)])).toBe(1);
      expect(await alerts().alert(alert.id)).toMatchObject({ ...alert, feedKey: expect.any(String) });
      expect((await alerts().delivery({ alertId: alert.id, targetId: 't1' }))?.status).toBe('delivered');
      expect(await alerts().fire([])).toBe(0);
      expect(await alerts().alert('0'.repeat(16))).toBeUndefined();
    });

    test('what a crash left out of the deliveries is added, to where the recorded alert goes', async () => {
      const alert = fired(bench, 1);
      const { feedDay, feedKey } = { feedDay: '2026-11-22', feedKey: '1763806500000-00000-000000000000' };
      // As it stands between the two writes.
      await tableOf(bench, 'alerting').put({
        scope: `alert#${alert.id}`,
        name: 'alert',
        feedDay,
        feedKey,
        firedBy: 'r1',
        body: JSON.stringify(alert),
      });
      const since = alertRule({ deliver: [{ id: 't9', kind: 'sns', topicArn: 'arn:x' }] });
      expect(await alerts().fire([fired(bench, 1, since)])).toBe(0);
      const recorded = (await alerts().deliveries([alert])).get(alert.id);
      expect(recorded?.map(({ targetId }) => targetId)).toEqual(['t1']);
    });

    test('they are listed newest fired first over days, of all rules or of one, and followed in order', async () => {
      const other = alertRule({ id: 'r2' });
      const ids: string[] = [];
      for (const ordinal of [1, 2, 3, 4, 5, 6]) {
        const alert = fired(bench, ordinal, ordinal % 3 === 0 ? other : undefined);
        await alerts().fire([alert]);
        ids.push(alert.id);
        bench.nowMs += ordinal === 2 ? 3 * dayMs : 1;
      }
      const newestFirst = [...ids].reverse();
      await soon(async () => (await alerts().list({ limit: 10 })).items.map(({ id }) => id)).toEqual(
        newestFirst,
      );
      const paged = await allPages((page) => alerts().list(page), 2);
      expect(paged.map(({ id }) => id)).toEqual(newestFirst);
      const ofOther = () => allPages((page) => alerts().list({ ...page, ruleId: 'r2' }), 1);
      await soon(async () => (await ofOther()).map(({ id }) => id)).toEqual([ids[5], ids[2]]);
      const first = await alerts().feedAfter(undefined, 4);
      const rest = await alerts().feedAfter(first.at(-1)?.feedKey, 4);
      expect([...first, ...rest].map(({ id }) => id)).toEqual(ids);
      await expect(alerts().feedAfter('nonsense', 4)).rejects.toMatchObject({ code: 'invalid-cursor' });
      await expect(alerts().list({ limit: 4, cursor: 'x' })).rejects.toMatchObject({
        code: 'invalid-cursor',
      });
    });

    test('after 90 days they are gone, deliveries too, whether or not the service has deleted them', async () => {
      const alert = fired(bench, 1);
      await alerts().fire([alert]);
      bench.nowMs += 90 * dayMs - 1_000;
      expect(await alerts().alert(alert.id)).toBeDefined();
      bench.nowMs += 2_000;
      expect(await alerts().alert(alert.id)).toBeUndefined();
      expect((await alerts().list({ limit: 10 })).items).toEqual([]);
      expect(await alerts().feedAfter(undefined, 10)).toEqual([]);
      expect(await alerts().delivery({ alertId: alert.id, targetId: 't1' })).toBeUndefined();
    });
  });

  describe('deliveries', () => {
    test('are found when they are due, longest due first, each rule’s by itself', async () => {
      const [first, second] = [fired(bench, 1), fired(bench, 2, undefined, true)];
      bench.nowMs += 1_000;
      const third = fired(bench, 3);
      const foreign = fired(bench, 4, alertRule({ id: 'r2' }));
      await alerts().fire([third, foreign, second, first]);
      const due = (untilMs: number) => alerts().due('r1', untilMs, 10);
      const keys = (...of: FiredAlert[]) => of.map(({ id }) => ({ alertId: id, targetId: 't1' }));
      await soon(() => due(bench.nowMs)).toEqual(keys(first, third));
      expect(await due(bench.nowMs - 1)).toEqual(keys(first));
      expect(await due(bench.nowMs - 1_001)).toEqual([]);
      expect(await alerts().due('r1', bench.nowMs, 1)).toEqual(keys(first));
    });

    test('of two who write the same next version one is told of a conflict', async () => {
      const alert = fired(bench, 1);
      await alerts().fire([alert]);
      const [delivery] = firstDeliveries(alert);
      if (delivery === undefined) throw new Error('the alert has no delivery');
      const claims = [1, 2, 3, 4].map((attempts) => ({
        ...delivery,
        attempts,
        dueAtMs: bench.nowMs + 5_000,
        version: 2,
      }));
      const outcomes = await Promise.all(claims.map((claim) => alerts().putDelivery(claim)));
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect((await alerts().delivery(delivery))?.attempts).toBe(outcomes.indexOf('written') + 1);
      await soon(() => alerts().due('r1', bench.nowMs + 4_999, 10)).toEqual([]);
      await soon(() => alerts().due('r1', bench.nowMs + 5_000, 10)).toHaveLength(1);
    });

    test('those given up are listed, last given up first, until they are tried again', async () => {
      const given: FiredAlert[] = [];
      for (const ordinal of [1, 2, 3]) {
        const alert = fired(bench, ordinal);
        await alerts().fire([alert]);
        const [delivery] = firstDeliveries(alert);
        if (delivery === undefined) throw new Error('the alert has no delivery');
        bench.nowMs += 1_000;
        const dead = { ...delivery, status: 'dead', lastError: 'answered 500', dueAtMs: undefined } as const;
        await alerts().putDelivery({ ...dead, updatedAtMs: bench.nowMs, version: 2 });
        given.unshift(alert);
      }
      const listed = () => allPages((page) => alerts().dead(page), 2);
      await soon(async () => (await listed()).map(({ alertId }) => alertId)).toEqual(
        given.map(({ id }) => id),
      );
      expect((await listed())[0]).toMatchObject({ lastError: 'answered 500', ruleId: 'r1' });
      expect(await alerts().due('r1', bench.nowMs, 10)).toEqual([]);
      const [last] = await listed();
      if (last === undefined) throw new Error('nothing is listed');
      await alerts().putDelivery({ ...last, status: 'pending', dueAtMs: bench.nowMs, version: 3 });
      await soon(listed).toHaveLength(2);
      await soon(() => alerts().due('r1', bench.nowMs, 10)).toHaveLength(1);
      await expect(alerts().dead({ limit: 2, cursor: 'x' })).rejects.toMatchObject({
        code: 'invalid-cursor',
      });
    });
  });

  describe('progress', () => {
    test('the cursor never goes back', async () => {
      const keys = ['1763806500000-00000-000000000000', '1763806500001-00000-000000000000'] as const;
      expect(await alerts().cursor()).toBeUndefined();
      await alerts().putCursor(keys[1]);
      await alerts().putCursor(keys[0]);
      expect(await alerts().cursor()).toBe(keys[1]);
    });

    test('the sweep comes back as it was put', async () => {
      expect(await alerts().sweep()).toBeUndefined();
      const sweep = {
        sweptToMs: 5,
        modelVersion: 'p-1',
        pass: { toMs: 9, modelVersion: 'p-2', cursor: 'c' },
      };
      await alerts().putSweep(sweep);
      expect(await alerts().sweep()).toEqual(sweep);
    });

    test('an hour counts each alert once and no more than its cap, however many count at once', async () => {
      const hourMs = Math.floor(bench.nowMs / 3_600_000) * 3_600_000;
      const count = (id: string) => alerts().countAlert('r1', hourMs, id, 3);
      const ids = ['a', 'b', 'c', 'd', 'e'];
      const counted = await Promise.all(ids.map(count));
      expect(counted.filter((room) => room)).toHaveLength(3);
      expect(await Promise.all(ids.map(count))).toEqual(counted);
      expect(await alerts().countAlert('r1', hourMs + 3_600_000, 'f', 3)).toBe(true);
      expect(await alerts().countAlert('r2', hourMs, 'f', 3)).toBe(true);
    });
  });
}
