import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RuleAlertPage } from '../../api/schemas/rule-alerts.ts';
import type { Rule, RuleTestAnswer } from '../../api/schemas/rules.ts';
import { alertEnvelope } from '../../operators/alerts/alert-document.ts';
import { purchaseOutlook } from '../../operators/predict/purchase-outlook.ts';
import { sweepCrossings } from '../../pipeline/jobs/sweep-crossings.ts';
import { answerValidator } from './answer-validator.ts';
import {
  activateModels,
  bodyOf,
  consumptionModel,
  type Fixture,
  fixture,
  nowMs,
  purchase,
  storeCustomer,
} from './api-fixture.ts';
import { apiDocument, documentedOperations } from './documented-routes.ts';

const when = { kind: 'purchase-probability', withinDays: 90, below: 0.4, minValue: 10 } as const;
const rule = { name: 'cooling off', when, deliver: [{ kind: 'stream' }] };

let api: Fixture;

beforeEach(async () => {
  api = fixture({ nowMs: () => Date.parse('2011-07-02T00:00:00Z') });
  const model = await activateModels(api.stores);
  for (const customerId of ['a', 'b']) {
    const days = ['2011-03-01', '2011-04-01', '2011-05-01', '2011-06-01', '2011-07-01'];
    await storeCustomer(
      api.stores,
      days.map((day) => purchase({ customerId, occurredAt: `${day}T10:00:00Z` })),
      model,
    );
  }
});

/** Every answer is held against the document. */
async function asked<T>(method: string, path: string, body?: unknown): Promise<T> {
  const document = await apiDocument(api);
  const route = path.split('?')[0];
  const operation = documentedOperations(document).find(
    (each) => each.method === method && each.path === route,
  );
  if (operation === undefined) throw new Error(`${method} ${path} is not documented`);
  const response = await api.app.request(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(answerValidator(document)(operation, response, text)).toBeUndefined();
  expect(response.ok, text).toBe(true);
  return JSON.parse(text) as T;
}

describe('a rule for the probability of a purchase', () => {
  test('fires once a silence, as its dry run says, and its alert says what fell and how far', async () => {
    const made = await asked<z.output<typeof Rule>>('POST', '/v1/rules', rule);
    expect(made.when).toEqual(when);
    const tried = await asked<z.output<typeof RuleTestAnswer>>('POST', '/v1/rules/test', {
      when,
      from: '2011-07-01',
      to: new Date(nowMs).toISOString(),
    });
    expect(tried).toMatchObject({ matched: 2, examined: 2, complete: true });
    expect(tried.sample[0]?.description).toBe('chance to buy within 90 days below 0.4');
    const sweep = (atMs: number) => sweepCrossings(atMs, { ...api.stores, nowMs: () => nowMs });
    let fired = 0;
    for (let atMs = Date.parse('2011-07-02T00:00:00Z'); atMs <= nowMs; atMs += 5 * 86_400_000) {
      fired += (await sweep(atMs)).fired;
    }
    fired += (await sweep(nowMs)).fired;
    expect(fired).toBe(2);

    const { items } = await asked<z.output<typeof RuleAlertPage>>('GET', '/v1/rule-alerts');
    expect(items.map(({ customerId }) => customerId).sort()).toEqual(['a', 'b']);
    for (const item of items) {
      expect(tried.sample.map(({ at }) => at)).toContain(item.at);
      const record = await api.stores.customers.get(item.customerId);
      if (record === undefined) throw new Error(item.customerId);
      const atMs = Date.parse(item.at);
      const probability = purchaseOutlook(record.state, consumptionModel(), atMs, 90)?.purchaseProbability;
      expect(item).toMatchObject({
        ruleId: made.id,
        kind: 'purchase-probability',
        detail: {
          withinDays: 90,
          below: 0.4,
          purchaseProbability: Number(probability?.toFixed(6)),
          lastPurchaseAt: '2011-07-01T10:00:00.000Z',
          modelVersion: 'consumption-1',
        },
      });
    }
  });

  test('is delivered with the same details as it is listed with', async () => {
    await asked('POST', '/v1/rules', rule);
    await sweepCrossings(nowMs, { ...api.stores, nowMs: () => nowMs });
    const [alert] = (await api.stores.alerts.list({ limit: 1 })).items;
    const { items } = await asked<z.output<typeof RuleAlertPage>>('GET', '/v1/rule-alerts?limit=1');
    if (alert === undefined) throw new Error('nothing fired');
    const { data } = alertEnvelope(alert, 'GBP');
    expect(items[0]).toMatchObject({ ...data });
    expect(data.detail).toHaveProperty('purchaseProbability');
  });

  test.each([
    [{ withinDays: 45 }, 'when.withinDays'],
    [{ withinDays: undefined }, 'when.withinDays'],
    [{ below: 0 }, 'when.below'],
    [{ below: 1 }, 'when.below'],
    [{ minValue: -1 }, 'when.minValue'],
  ])('with %j is refused by that field', async (change, field) => {
    for (const path of ['/v1/rules', '/v1/rules/test']) {
      const response = await api.post(path, {
        ...(path === '/v1/rules' ? rule : {}),
        when: { ...when, ...change },
      });
      expect(response.status).toBe(400);
      expect((await bodyOf(response)).errors?.map((error) => error.field)).toEqual([field]);
    }
  });
});
