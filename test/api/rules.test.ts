import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Rule, RuleTestAnswer, RuleWithSecrets } from '../../api/schemas/rules.ts';
import { rulesMax } from '../../operators/alerts/rule.ts';
import { alertRule } from '../operators/alerts/rules.ts';
import {
  activateModels,
  bodyOf,
  type Fixture,
  fixture,
  migration,
  nowMs,
  purchase,
  storeCustomer,
} from './api-fixture.ts';

type RuleBody = z.output<typeof Rule>;
type Made = z.output<typeof RuleWithSecrets>;

const topicArn = 'arn:aws:sns:eu-west-1:111111111111:alerts';
const allowed = { webhooks: { loopback: false }, topics: [topicArn], buses: ['alerts'] };
const hook = { kind: 'webhook', url: 'https://hooks.example.com/a' };
const draft = {
  name: 'slipping',
  when: { kind: 'migration', to: ['at-risk'] },
  deliver: [{ kind: 'stream' }, hook],
};

let api: Fixture;

beforeEach(() => {
  api = fixture({ alertTargets: allowed });
});

const make = async (changes: object = {}) => {
  const response = await api.post('/v1/rules', { ...draft, ...changes });
  expect(response.status).toBe(201);
  return bodyOf<Made>(response);
};
const put = (id: string, body: unknown) =>
  api.app.request(`/v1/rules/${id}`, { method: 'PUT', body: JSON.stringify(body) });
const remove = (id: string) => api.app.request(`/v1/rules/${id}`, { method: 'DELETE' });

describe('a rule', () => {
  test('is made, read, listed and deleted; its secret is shown when it is made and never again', async () => {
    const { webhookSecrets, ...rule } = await make({
      quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/London' },
      ratePerHour: 60,
    });
    expect(webhookSecrets).toEqual([
      { targetId: rule.deliver[1]?.id, secret: expect.stringMatching(/^whsec_.{44}$/) },
    ]);
    expect(rule).toMatchObject({
      name: 'slipping',
      enabled: true,
      version: 1,
      ratePerHour: 60,
      when: draft.when,
    });
    const read = await api.get(`/v1/rules/${rule.id}`);
    expect(await bodyOf<RuleBody>(read.clone())).toEqual(rule);
    const listed = await api.get('/v1/rules');
    expect(await bodyOf(listed.clone())).toEqual({ items: [rule] });
    for (const answer of [read, listed]) expect(await answer.text()).not.toContain('whsec');
    expect((await remove(rule.id)).status).toBe(204);
    expect((await remove(rule.id)).status).toBe(404);
    expect((await api.get(`/v1/rules/${rule.id}`)).status).toBe(404);
  });

  test('of each kind comes back as it was sent', async () => {
    const kinds = [
      {
        kind: 'migration',
        from: ['champions', 'potential-loyalists'],
        causes: ['time', 'event'],
        minValue: 99.5,
      },
      { kind: 'probability-alive', below: 0.3, minValue: 0 },
      { kind: 'replenishment-due', products: ['tea'], categories: ['drinks'], minPurchases: 3 },
    ];
    for (const when of kinds) expect((await make({ when })).when).toEqual(when);
  });

  test('that makes no sense, or leads where it may not, is refused field by field', async () => {
    const refused = async (changes: object) => {
      const response = await api.post('/v1/rules', { ...draft, ...changes });
      expect(response.status).toBe(400);
      const { errors = [] } = await bodyOf(response);
      return errors.map(({ field }) => field);
    };
    expect(await refused({ when: { kind: 'probability-alive', below: 1 } })).toEqual(['when.below']);
    expect(await refused({ when: { kind: 'migration', minvalue: 3 } })).toEqual(['when']);
    expect(await refused({ when: { kind: 'birthday' } })).toEqual(['when.kind']);
    expect(await refused({ when: { kind: 'migration', from: ['Loyal'] } })).toEqual(['when.from.0']);
    expect(await refused({ deliver: [] })).toEqual(['deliver']);
    expect(await refused({ ratePerHour: 0 })).toEqual(['ratePerHour']);
    expect(await refused({ quietHours: { from: '7:00', to: '24:00', timeZone: 'UTC' } })).toEqual([
      'quietHours.from',
      'quietHours.to',
    ]);
    expect(await refused({ quietHours: { from: '07:00', to: '08:00', timeZone: 'Mars' } })).toEqual([
      'quietHours.timeZone',
    ]);
    const deliver = [
      { kind: 'webhook', url: 'http://hooks.example.com/' },
      { kind: 'webhook', url: 'https://169.254.169.254/latest' },
      { kind: 'sns', topicArn: `${topicArn}-other` },
      { kind: 'eventbridge', bus: 'other' },
      { kind: 'webhook', url: 'http://hooks.example.com/' },
    ];
    expect(await refused({ deliver })).toEqual([
      'deliver.0.url',
      'deliver.1.url',
      'deliver.2.topicArn',
      'deliver.3.bus',
      'deliver.4',
    ]);
    const taken = [
      { kind: 'sns', topicArn },
      { kind: 'eventbridge', bus: 'alerts' },
    ];
    expect((await make({ deliver: taken })).deliver).toMatchObject(taken);
  });

  test('changed keeps its webhook’s secret by id or by URL, and shows that of a new one', async () => {
    const rule = await make();
    const secretOf = async () => {
      const target = (await api.stores.alerts.rule(rule.id))?.deliver.find(({ kind }) => kind === 'webhook');
      return target?.kind === 'webhook' ? target.secrets[0]?.secret : undefined;
    };
    const secret = await secretOf();
    const renamed = await bodyOf<Made>(put(rule.id, { ...draft, name: 'renamed' }));
    expect(renamed).toMatchObject({ name: 'renamed', version: 2, webhookSecrets: [], deliver: rule.deliver });
    const moved = { ...rule.deliver[1], url: 'https://hooks.example.com/b' };
    expect(await bodyOf<Made>(put(rule.id, { ...draft, deliver: [moved] }))).toMatchObject({
      webhookSecrets: [],
    });
    expect(await secretOf()).toBe(secret);
    const other = { kind: 'webhook', url: 'https://hooks.example.com/c' };
    const { webhookSecrets } = await bodyOf<Made>(put(rule.id, { ...draft, deliver: [other] }));
    expect(webhookSecrets.map((shown) => shown.secret)).toEqual([await secretOf()]);
    expect(await secretOf()).not.toBe(secret);
  });

  test('begins anew when it is enabled again or its condition changes, and not otherwise', async () => {
    const rule = await make();
    const begun = async (changes: object) => {
      const before = (await api.stores.alerts.rule(rule.id))?.activeFromMs ?? 0;
      // The clock of the process need not move between two requests.
      await expect.poll(() => Date.now()).toBeGreaterThan(before);
      expect((await put(rule.id, { ...draft, ...changes })).status).toBe(200);
      return ((await api.stores.alerts.rule(rule.id))?.activeFromMs ?? 0) > before;
    };
    expect(await begun({ name: 'renamed', ratePerHour: 5 })).toBe(false);
    expect(await begun({ when: { kind: 'migration' } })).toBe(true);
    expect(await begun({ when: { kind: 'migration' }, enabled: false })).toBe(false);
    expect(await begun({ when: { kind: 'migration' } })).toBe(true);
  });

  test('is not changed by who read an older version', async () => {
    const rule = await make();
    expect((await put(rule.id, { ...draft, version: 1 })).status).toBe(200);
    const late = await put(rule.id, { ...draft, version: 1 });
    expect([late.status, (await bodyOf(late)).type]).toEqual([409, '/problems/rule-conflict']);
    expect((await put('nobody', draft)).status).toBe(404);
  });

  test('gets a new secret, and the old one signs beside it for a day', async () => {
    const rule = await make();
    const response = await api.post(`/v1/rules/${rule.id}/rotate-secret`, '');
    const { webhookSecrets } = await bodyOf<Made>(response);
    const stored = (await api.stores.alerts.rule(rule.id))?.deliver[1];
    const secrets = stored?.kind === 'webhook' ? stored.secrets : [];
    expect(secrets.map(({ secret }) => secret)).toEqual([
      webhookSecrets[0]?.secret,
      rule.webhookSecrets[0]?.secret,
    ]);
    expect((secrets[1]?.untilMs ?? 0) - Date.now()).toBeGreaterThan(86_000_000);
    expect((await api.post('/v1/rules/nobody/rotate-secret', '')).status).toBe(404);
  });

  test('rotated more than once within a day goes on signing with each old secret, four at most', async () => {
    const { id, webhookSecrets } = await make();
    const shown = [webhookSecrets[0]?.secret];
    const rotate = async () => {
      const rotated = await bodyOf<Made>(api.post(`/v1/rules/${id}/rotate-secret`, ''));
      shown.unshift(rotated.webhookSecrets[0]?.secret);
    };
    const signing = async () => {
      const target = (await api.stores.alerts.rule(id))?.deliver[1];
      return target?.kind === 'webhook' ? target.secrets : [];
    };
    await rotate();
    const [, first] = await signing();
    await rotate();
    expect((await signing()).map(({ secret }) => secret)).toEqual(shown);
    // A further rotation makes its day no longer.
    expect((await signing()).at(-1)).toEqual(first);
    for (let times = 0; times < 3; times += 1) await rotate();
    expect((await signing()).map(({ secret }) => secret)).toEqual(shown.slice(0, 5));
    const rule = await api.stores.alerts.rule(id);
    const expired = rule?.deliver.map((target) =>
      target.kind === 'webhook'
        ? { ...target, secrets: target.secrets.map((secret) => ({ ...secret, untilMs: 1 })) }
        : target,
    );
    if (rule !== undefined)
      await api.stores.alerts.putRule({ ...rule, deliver: expired ?? [], version: rule.version + 1 });
    await rotate();
    expect((await signing()).map(({ secret }) => secret)).toEqual(shown.slice(0, 1));
  });

  test('is one of a hundred at most', async () => {
    for (let index = 0; index < rulesMax; index += 1)
      await api.stores.alerts.putRule(alertRule({ id: `r${index}` }));
    const refused = await api.post('/v1/rules', draft);
    expect([refused.status, (await bodyOf(refused)).type]).toEqual([409, '/problems/too-many-rules']);
  });
});

describe('a rule tried on history', () => {
  type Answer = z.output<typeof RuleTestAnswer>;
  const tried = (when: object, span: object = { from: '2011-01-01', to: '2011-12-31' }) =>
    bodyOf<Answer>(api.post('/v1/rules/test', { when, ...span }));

  test('counts the moves that would have fired it, and fires nothing', async () => {
    const ordinals = Array.from({ length: 30 }, (_, index) => index + 1);
    await api.stores.migrations.publish(ordinals.map((ordinal) => migration(ordinal)));
    await api.stores.migrations.publish([migration(31, { to: 'Hibernating' })]);
    // Outside the stretch: neither matched nor looked at.
    await api.stores.migrations.publish([migration(32, { atMs: Date.UTC(2012, 5, 1) })]);
    const answer = await tried({ kind: 'migration', to: ['at-risk'] });
    expect(answer).toMatchObject({ matched: 30, examined: 31, complete: true });
    expect(answer.perDay).toBeCloseTo(30 / 364, 5);
    expect(answer.sample).toHaveLength(20);
    expect(answer.sample[0]).toMatchObject({
      customerId: '12346',
      value: 1234.56,
      description: 'Loyal to At Risk (time)',
    });
    expect((await tried({ kind: 'migration' }, { from: '2011-06-05', to: '2011-06-08' })).matched).toBe(3);
    expect((await api.stores.alerts.list({ limit: 1 })).items).toEqual([]);
  });

  test('looks through customers for what time brings about, up to now unless it is told otherwise', async () => {
    const model = await activateModels(api.stores);
    const days = ['2011-03-01', '2011-04-01', '2011-05-01', '2011-06-01', '2011-07-01'];
    await storeCustomer(
      api.stores,
      days.map((day) => purchase({ occurredAt: `${day}T10:00:00Z` })),
      model,
    );
    const alive = await tried({ kind: 'probability-alive', below: 0.5 });
    expect(alive).toMatchObject({ matched: 1, examined: 1, complete: true });
    expect(alive.sample[0]?.description).toBe('probability alive below 0.5');
    const due = await tried({ kind: 'replenishment-due', products: ['85123A'] });
    expect(due.sample[0]?.description).toMatch(/^85123A due again after \d+\.\d days$/);
    const recent = await tried({ kind: 'replenishment-due' }, {});
    expect(recent).toMatchObject({ matched: 0, to: new Date(nowMs).toISOString() });
    expect(Date.parse(recent.to) - Date.parse(recent.from)).toBe(28 * 86_400_000);
  });

  test('is refused when its stretch ends before it begins', async () => {
    const response = await api.post('/v1/rules/test', {
      when: { kind: 'migration' },
      from: '2011-02-01',
      to: '2011-02-01',
    });
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).errors?.[0]?.field).toBe('from');
  });
});
