import type { z } from '@hono/zod-openapi';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryPage, RuleAlertPage } from '../../api/schemas/rule-alerts.ts';
import { evaluateMigration } from '../../operators/alerts/evaluate-rule.ts';
import {
  type AlertDelivery,
  type AlertOccasion,
  deliveryId,
  type FiredAlert,
  fireAlert,
  firstDeliveries,
} from '../../operators/alerts/fired-alert.ts';
import type { AlertRule } from '../../operators/alerts/rule.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { alertRule } from '../operators/alerts/rules.ts';
import { bodyOf, type Fixture, fixture, migration } from './api-fixture.ts';

type Alerts = z.output<typeof RuleAlertPage>;
type Deliveries = z.output<typeof DeliveryPage>;

let api: Fixture;

beforeEach(() => {
  api = fixture({ stores: memoryStores(Date.now) }, { streamPollMs: 2 });
});

afterEach(() => api.close());

async function fire(ordinal: number, rule: AlertRule = alertRule(), suppressed = false): Promise<FiredAlert> {
  const occasion = evaluateMigration({ kind: 'migration' }, migration(ordinal)) as AlertOccasion;
  const alert = fireAlert(rule, occasion, Date.now(), suppressed);
  await api.stores.alerts.fire([alert]);
  return alert;
}

async function settle(alert: FiredAlert, change: Partial<AlertDelivery>): Promise<AlertDelivery> {
  const [first] = firstDeliveries(alert);
  if (first === undefined) throw new Error('the alert has no delivery');
  const settled = { ...first, dueAtMs: undefined, version: 2, ...change };
  await api.stores.alerts.putDelivery(settled);
  return settled;
}

const list = (query = '') => bodyOf<Alerts>(api.get(`/v1/rule-alerts${query}`));
const statuses = async () =>
  (await list()).items.map(({ deliveries }) => deliveries.map(({ status }) => status));

describe('fired alerts', () => {
  test('are listed newest first, over pages, of all rules or of one', async () => {
    await api.stores.alerts.putRule(alertRule());
    const ids: string[] = [];
    for (const ordinal of [1, 2, 3, 4, 5]) {
      ids.unshift((await fire(ordinal, alertRule({ id: ordinal === 2 ? 'r2' : 'r1' }))).id);
    }
    const first = await list('?limit=3');
    const rest = await list(`?limit=3&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect((await list('?rule=r2')).items.map(({ id }) => id)).toEqual([ids[3]]);
    expect((await api.get(`/v1/rule-alerts?rule=r1&cursor=${first.nextCursor}`)).status).toBe(400);
    expect(first.items[0]).toMatchObject({
      ruleId: 'r1',
      ruleName: 'any move',
      customerId: '12346',
      kind: 'migration',
      value: 1234.56,
      currency: 'GBP',
      suppressed: false,
      detail: { from: 'Loyal', to: 'At Risk', cause: 'time' },
    });
  });

  test('say how each delivery stands, and of a webhook no more than its origin', async () => {
    await api.stores.alerts.putRule(alertRule());
    const failed = await settle(await fire(1), {
      status: 'pending',
      attempts: 2,
      lastError: 'answered 500',
      dueAtMs: Date.now() + 60_000,
    });
    await settle(await fire(2), { status: 'delivered', attempts: 1 });
    await fire(3, alertRule(), true);
    expect(await statuses()).toEqual([
      ['suppressed', 'suppressed'],
      ['delivered', 'delivered'],
      ['delivered', 'pending'],
    ]);
    const { items } = await list();
    expect(items[2]?.deliveries[1]).toEqual({
      id: deliveryId(failed),
      kind: 'webhook',
      target: 'https://hooks.example.com',
      status: 'pending',
      attempts: 2,
      lastError: 'answered 500',
      nextAttemptAt: new Date(failed.dueAtMs ?? 0).toISOString(),
    });
    expect(JSON.stringify(items)).not.toContain('whsec');
  });

  test('are held while the rule is quiet, and let go of when it is disabled, changed or deleted', async () => {
    await fire(1);
    expect(await statuses()).toEqual([['delivered', 'suppressed']]);
    const clock = (offsetHours: number) =>
      new Date(Date.now() + offsetHours * 3_600_000).toISOString().slice(11, 16);
    const quietHours = { from: clock(-1), to: clock(1), timeZone: 'UTC' };
    await api.stores.alerts.putRule(alertRule({ quietHours }));
    const [alert] = (await list()).items;
    expect(alert?.deliveries[1]).toMatchObject({
      status: 'held',
      nextAttemptAt: expect.stringContaining(`T${quietHours.to}:00.000Z`),
    });
    await api.stores.alerts.putRule(alertRule({ enabled: false, version: 2 }));
    expect(await statuses()).toEqual([['delivered', 'suppressed']]);
    await api.stores.alerts.putRule(alertRule({ activeFromMs: Date.now() + 1_000, version: 3 }));
    expect(await statuses()).toEqual([['delivered', 'suppressed']]);
  });

  test('are let go of when the rule loses their target, as whoever delivers does', async () => {
    await fire(1);
    await api.stores.alerts.putRule(alertRule({ deliver: [{ id: 't0', kind: 'stream' }] }));
    const [alert] = (await list()).items;
    expect(alert?.deliveries[1]).toMatchObject({
      status: 'suppressed',
      lastError: 'the rule has this target no more',
      nextAttemptAt: null,
    });
  });
});

describe('the stream of fired alerts', () => {
  async function read(response: Response, count: number): Promise<{ id: string; data: { id: string } }[]> {
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let text = '';
    const events = () =>
      [...text.matchAll(/event: rule-alert\nid: (.+)\ndata: (.+)\n\n/g)].map(([, id = '', data = '']) => ({
        id,
        data: JSON.parse(data),
      }));
    while (events().length < count) {
      const chunk = await reader.read();
      if (chunk.done) throw new Error(`the stream ended early: ${text}`);
      text += decoder.decode(chunk.value, { stream: true });
    }
    await reader.cancel();
    return events();
  }

  test('gives those of rules that deliver to it, in order, and goes on after the last one seen', async () => {
    const silent = alertRule({ id: 'r2', deliver: alertRule().deliver.slice(1) });
    const before = await fire(1);
    const open = await api.get('/v1/rule-alerts/stream');
    expect(open.headers.get('content-type')).toBe('text/event-stream');
    await fire(2, silent);
    await fire(3, alertRule(), true);
    const [third, fourth] = [await fire(4), await fire(5)];
    const events = await read(open, 2);
    expect(events.map(({ data }) => data.id)).toEqual([third.id, fourth.id]);
    const resumed = await api.get('/v1/rule-alerts/stream', { 'Last-Event-ID': events[0]?.id ?? '' });
    expect((await read(resumed, 1)).map(({ data }) => data.id)).toEqual([fourth.id]);
    expect(before.id).not.toBe(third.id);
  });

  test('goes past a long row of alerts that are not for it', async () => {
    const open = await api.get('/v1/rule-alerts/stream');
    const silent = alertRule({ id: 'r2', deliver: alertRule().deliver.slice(1) });
    for (let ordinal = 1; ordinal <= 120; ordinal += 1) await fire(ordinal, silent);
    const last = await fire(121);
    expect((await read(open, 1)).map(({ data }) => data.id)).toEqual([last.id]);
  });

  test('tells an open stream how far it has come while it passes over alerts', async () => {
    api = fixture({ stores: memoryStores(Date.now) }, { streamPollMs: 2, heartbeatMs: 1 });
    const open = await api.get('/v1/rule-alerts/stream');
    const silent = alertRule({ id: 'r2', deliver: alertRule().deliver.slice(1) });
    await fire(1, silent);
    const reader = (open.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    const places = () => [...text.matchAll(/event: following\nid: (.+)\n/g)].map(([, id]) => id);
    while (places().length < 2) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(new Set(places()).size).toBe(2);
  });

  test('refuses what is no id of an event', async () => {
    const response = await api.get('/v1/rule-alerts/stream', { 'Last-Event-ID': 'nonsense' });
    expect(response.status).toBe(400);
  });
});

describe('deliveries given up', () => {
  test('are listed, and sent again once', async () => {
    await api.stores.alerts.putRule(alertRule());
    const dead = await settle(await fire(1), { status: 'dead', attempts: 12, lastError: 'answered 500' });
    await settle(await fire(2), { status: 'delivered' });
    const { items } = await bodyOf<Deliveries>(api.get('/v1/deliveries?status=dead'));
    const id = deliveryId(dead);
    expect(items).toMatchObject([
      { id, status: 'dead', attempts: 12, lastError: 'answered 500', ruleId: 'r1' },
    ]);
    const again = await api.post(`/v1/deliveries/${id}/replay`, '');
    expect([again.status, await bodyOf(again)]).toMatchObject([200, { id, status: 'pending', attempts: 0 }]);
    expect(await api.stores.alerts.due('r1', Date.now(), 10)).toContainEqual({
      alertId: dead.alertId,
      targetId: 't1',
    });
    const twice = await api.post(`/v1/deliveries/${id}/replay`, '');
    expect([twice.status, (await bodyOf(twice)).type]).toEqual([409, '/problems/delivery-not-dead']);
    expect((await bodyOf<Deliveries>(api.get('/v1/deliveries'))).items).toEqual([]);
  });

  test('of a rule that is disabled or gone, or of nobody, are not', async () => {
    const rule = alertRule({ enabled: false });
    const dead = await settle(await fire(1), { status: 'dead' });
    const replay = async (id: string) => (await api.post(`/v1/deliveries/${id}/replay`, '')).status;
    expect(await replay(deliveryId(dead))).toBe(404);
    await api.stores.alerts.putRule(rule);
    expect(await replay(deliveryId(dead))).toBe(409);
    expect(await replay('dlv_0000000000000000_t1')).toBe(404);
    expect(await replay('nonsense')).toBe(404);
  });
});
