import { describe, expect, test } from 'vitest';
import { activateModels, bodyOf, fixture, purchase, storeCustomer } from '../api-fixture.ts';

describe('entity tags', () => {
  async function withCustomer() {
    const api = fixture();
    const model = await activateModels(api.stores);
    await storeCustomer(api.stores, [purchase({ customerId: 'a' })], model);
    return api;
  }

  test('let a client ask whether its answer still holds, on every JSON read', async () => {
    const api = await withCustomer();
    for (const path of ['/v1/customers/a', '/v1/customers/a/predictions', '/v1/models', '/v1/alerts']) {
      const first = await api.get(path);
      const tag = first.headers.get('ETag') as string;
      expect(tag, path).toMatch(/^W\/"[\w-]+"$/);
      expect(first.headers.get('Cache-Control')).toBe('private, no-cache');
      for (const held of [tag, `"other", ${tag}`, tag.slice(2), '*']) {
        const again = await api.get(path, { 'If-None-Match': held });
        expect(again.status, held).toBe(304);
        expect(await again.text()).toBe('');
        expect(again.headers.get('ETag')).toBe(tag);
        expect(again.headers.get('X-Request-Id')).toBeTruthy();
        expect(again.headers.get('RateLimit-Policy')).toBeTruthy();
        expect(again.headers.get('Content-Type')).toBeNull();
      }
      const changed = await api.get(path, { 'If-None-Match': '"other"' });
      expect(changed.status).toBe(200);
      expect(await changed.text()).toBe(await first.text());
    }
  });

  test('change with the answer', async () => {
    const api = await withCustomer();
    const tags = await Promise.all(
      ['2012-01-01', '2012-02-01'].map(async (asOf) =>
        (await api.get(`/v1/customers/a/predictions?asOf=${asOf}`)).headers.get('ETag'),
      ),
    );
    expect(new Set(tags).size).toBe(2);
  });

  test.each(['/v1/me', '/v1/status', '/v1/customers/nobody', '/health'])(
    'are not given for %s',
    async (path) => {
      const response = await fixture().get(path, { 'If-None-Match': '*' });
      expect(response.status).not.toBe(304);
      expect(response.headers.get('ETag')).toBeNull();
      expect(response.headers.get('Cache-Control')).toBe('no-store');
    },
  );
});

describe('pages of other origins', () => {
  const page = { Origin: 'https://shop.test' };
  const preflight = {
    ...page,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type',
  };

  test('get nothing of cross-origin sharing by default', async () => {
    const api = fixture();
    for (const response of [
      await api.get('/v1/me', page),
      await api.app.request('/v1/events', { method: 'OPTIONS', headers: preflight }),
    ]) {
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect((await api.post('/v1/events', purchase(), page)).status).toBe(403);
  });

  test('may ask and write when they are listed, and only they', async () => {
    const api = fixture({}, { corsOrigins: ['https://shop.test'] });
    const read = await api.get('/v1/me', page);
    expect(read.headers.get('Access-Control-Allow-Origin')).toBe('https://shop.test');
    expect(read.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    expect(read.headers.get('Access-Control-Expose-Headers')).toContain('RateLimit');
    expect(read.headers.get('Vary')).toContain('Origin');
    const asked = await api.app.request('/v1/events', { method: 'OPTIONS', headers: preflight });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
    const headers = { ...page, 'Sec-Fetch-Site': 'cross-site' };
    expect((await api.post('/v1/events', purchase(), headers)).status).toBe(202);
    for (const Origin of ['https://evil.test', 'https://shop.test.evil.test', 'http://shop.test', 'null']) {
      const other = await api.get('/v1/me', { Origin });
      expect(other.headers.get('Access-Control-Allow-Origin'), Origin).toBeNull();
      expect((await api.post('/v1/events', purchase(), { Origin })).status, Origin).toBe(403);
    }
  });
});

describe('the access log', () => {
  test('has one line a request, with the pattern of the route and no customer, query or secret', async () => {
    const api = fixture({}, { accessLog: 'info' });
    await api.get('/v1/customers/customer-7/purchases?cursor=secret', { 'X-Request-Id': 'r1' });
    await api.get('/nothing/customer-7', { 'X-Api-Key': 'secret', 'X-Request-Id': 'r2' });
    expect(api.logs).toEqual([
      {
        level: 'info',
        message: 'request',
        fields: {
          requestId: 'r1',
          method: 'GET',
          route: '/v1/customers/{id}/purchases',
          status: 404,
          durationMs: expect.any(Number),
          caller: null,
        },
      },
      { level: 'info', message: 'request', fields: expect.objectContaining({ route: null, status: 404 }) },
    ]);
    expect(JSON.stringify(api.logs)).not.toMatch(/customer-7|secret/);
  });

  test('can be quieter, or off', async () => {
    const quiet = fixture({}, { accessLog: 'debug' });
    await quiet.get('/health');
    expect(quiet.logs).toMatchObject([{ level: 'debug' }]);
    const off = fixture({}, { accessLog: 'off' });
    await off.get('/health');
    expect(off.logs).toEqual([]);
  });
});

test('a page that anybody may read shows no figures where callers are asked who they are', async () => {
  const open = await (await fixture().get('/')).text();
  const asked = fixture({ authentication: { kind: 'own', apiKeys: [], jwt: undefined } });
  expect(open).toContain('<td>Champions</td>');
  expect(await (await asked.get('/')).text()).not.toContain('<td>Champions</td>');
  expect((await bodyOf(asked.get('/v1/status'))).type).toBe('/problems/missing-credentials');
});
