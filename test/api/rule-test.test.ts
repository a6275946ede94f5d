import type { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import type { RuleTestAnswer } from '../../api/schemas/rules.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { buyer } from '../operators/alerts/customers.ts';
import { activateModels, bodyOf, fixture } from './api-fixture.ts';

const request = { when: { kind: 'probability-alive', below: 0.5 }, from: '2000-01-01', to: '2027-01-01' };

/** An API whose scans of customers wait until they are let go. */
async function held(customers = 1) {
  const stores = memoryStores();
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const scans: (string | undefined)[] = [];
  const scan: typeof stores.customers.scan = async (page) => {
    scans.push(page.cursor);
    await gate;
    return stores.customers.scan(page);
  };
  const api = fixture({ stores: { ...stores, customers: { ...stores.customers, scan } } });
  await activateModels(stores);
  for (let index = 0; index < customers; index += 1) await stores.customers.put(buyer(`c-${index}`, [0, 10]));
  return { api, scans, letGo };
}

describe('tests of rules', () => {
  test('run two at a time; a third is told to come back, and may once one is done', async () => {
    const { api, scans, letGo } = await held();
    const running = [1, 2].map(() => api.post('/v1/rules/test', request));
    await expect.poll(() => scans.length).toBe(2);
    const refused = await api.post('/v1/rules/test', request);
    expect([refused.status, (await bodyOf(refused)).type]).toEqual([503, '/problems/overloaded']);
    expect(refused.headers.get('Retry-After')).toBe('2');
    expect(scans).toHaveLength(2);
    letGo();
    for (const answer of running) expect((await answer).status).toBe(200);
    expect((await api.post('/v1/rules/test', request)).status).toBe(200);
  });

  test('that fail give their place free', async () => {
    const { api, letGo } = await held();
    letGo();
    for (let times = 0; times < 3; times += 1) {
      expect((await api.post('/v1/rules/test', { ...request, to: '1999-01-01' })).status).toBe(400);
    }
    expect((await api.post('/v1/rules/test', request)).status).toBe(200);
  });

  test('end when their caller leaves: no further page is read', async () => {
    const { api, scans, letGo } = await held(1_100);
    const leaving = new AbortController();
    const left = api.app.request('/v1/rules/test', {
      method: 'POST',
      body: JSON.stringify(request),
      signal: leaving.signal,
    });
    await expect.poll(() => scans.length).toBe(1);
    leaving.abort();
    letGo();
    expect((await left).status).toBe(400);
    expect(scans).toHaveLength(1);
    const whole = await bodyOf<z.output<typeof RuleTestAnswer>>(api.post('/v1/rules/test', request));
    expect(whole).toMatchObject({ examined: 1_100, complete: true });
    expect(scans).toHaveLength(4);
  });
});
