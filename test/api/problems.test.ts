import { describe, expect, test } from 'vitest';
import { apiOptions } from '../../api/options.ts';
import { problemKinds } from '../../api/problems.ts';
import { ConfigurationError, DependencyError, ThrottledError } from '../../operators/errors.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { activateModels, bodyOf, fixture, purchase, storeCustomer } from './api-fixture.ts';

/** A table of customers that fails with this error. */
function failingWith(error: Error) {
  const stores = memoryStores();
  return { ...stores, customers: { ...stores.customers, get: () => Promise.reject(error) } };
}

describe('a problem', () => {
  test('has the members of the standard and comes as problem+json', async () => {
    const response = await fixture().get('/v1/customers/nobody', { 'X-Request-Id': 'my-id_1' });
    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('X-Request-Id')).toBe('my-id_1');
    expect(await bodyOf(response)).toEqual({
      type: '/problems/customer-not-found',
      title: 'No such customer',
      status: 404,
      detail: 'No event of this customer has been processed.',
      instance: '/v1/customers/nobody',
      requestId: 'my-id_1',
    });
  });

  test('can be looked up under its type', async () => {
    const api = fixture();
    for (const kind of Object.keys(problemKinds)) {
      const response = await api.get(`/problems/${kind}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<h1>');
    }
    for (const kind of ['nothing', 'toString', '__proto__']) {
      expect((await api.get(`/problems/${kind}`)).status).toBe(404);
    }
  });
});

describe('a failure', () => {
  test('on our side is a 500 that tells nothing but the id it is logged under, and the log not its message but its place', async () => {
    const api = fixture({ stores: failingWith(new Error('secret: table tidemark-customers')) });
    const response = await api.get('/v1/customers/12346', { 'X-Request-Id': 'abc' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/secret|tidemark-customers|at .*\.ts/);
    expect(api.logs).toEqual([
      {
        level: 'error',
        message: 'a request failed',
        fields: expect.objectContaining({ requestId: 'abc', error: 'Error', at: expect.any(Array) }),
      },
    ]);
    expect(JSON.stringify(api.logs)).not.toContain('secret');
  });

  test.each([
    new ThrottledError('throttled', 'slow down', { retryable: true }),
    new DependencyError('unreachable', 'no route', { retryable: true }),
  ])('that may pass is a 503 with Retry-After: $code', async (error) => {
    const response = await fixture({ stores: failingWith(error) }).get('/v1/customers/12346');
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('1');
  });

  test('that will not pass is a 500', async () => {
    const error = new DependencyError('service-refused', 'no such table');
    expect((await fixture({ stores: failingWith(error) }).get('/v1/customers/12346')).status).toBe(500);
  });
});

describe('a path', () => {
  test.each([
    '/nothing',
    '/v1',
    '/v1/customers',
    '/v1/customers/a/b/c',
    '/v1/customers/a/orders',
    '//',
    '/docs/x',
  ])('that is not served is a 404: %s', async (path) => {
    const response = await fixture().get(path);
    expect(response.status).toBe(404);
    expect((await bodyOf(response)).type).toBe('/problems/not-found');
  });

  test('that is served under other methods is a 405 that lists them', async () => {
    const api = fixture();
    for (const [method, path, allow] of [
      ['DELETE', '/v1/customers/12346', 'GET, HEAD'],
      ['PUT', '/v1/events', 'POST'],
      ['GET', '/v1/events', 'POST'],
      ['POST', '/v1/alerts/stream', 'GET, HEAD'],
      ['OPTIONS', '/v1/status', 'GET, HEAD'],
    ] as const) {
      const response = await api.app.request(path, { method });
      expect(response.status, `${method} ${path}`).toBe(405);
      expect(response.headers.get('Allow')).toBe(allow);
      expect((await bodyOf(response)).type).toBe('/problems/method-not-allowed');
    }
  });

  test('answers HEAD as GET without the body', async () => {
    const response = await fixture().app.request('/v1/status', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('a hostile id', () => {
  const hostile = [
    '%00',
    'a%00b',
    '%0d%0aSet-Cookie:x=1',
    '%7f',
    '%ff%fe',
    '%ED%A0%80',
    '%',
    '%zz',
    '%E2%80%AE',
    '%F0%9F%92%A9',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    '__proto__',
    'constructor',
    '%3Cscript%3Ealert(1)%3C/script%3E',
    "';DROP TABLE customers;--",
    '%20',
    'x'.repeat(256),
    'x'.repeat(257),
    'x'.repeat(20_000),
    encodeURIComponent('𝒳'.repeat(200)),
    '{id}',
    ':id',
    '*',
  ];

  test.each(hostile)('is a 400 or a 404, never a failure: %.40s', async (id) => {
    const api = fixture();
    for (const path of [
      `/v1/customers/${id}`,
      `/v1/customers/${id}/purchases`,
      `/v1/customers/${id}/segment`,
    ]) {
      const response = await api.get(path);
      expect([400, 404], path.slice(0, 80)).toContain(response.status);
      const { instance } = await bodyOf(response);
      expect(instance.length).toBeLessThanOrEqual(1_024);
    }
    expect(api.logs).toEqual([]);
  });

  test('that is only unusual is found', async () => {
    const api = fixture();
    const model = await activateModels(api.stores);
    for (const id of ['Ünïcode 💩', 'a/b', '%41', 'a b', '__proto__', 'x'.repeat(256)]) {
      await storeCustomer(api.stores, [purchase({ customerId: id })], model);
      const response = await api.get(`/v1/customers/${encodeURIComponent(id)}`);
      expect(response.status, id).toBe(200);
      expect((await bodyOf<{ customerId: string }>(response)).customerId).toBe(id);
    }
  });
});

describe('every answer', () => {
  test.each(['/', '/docs', '/v1/status', '/v1/customers/nobody', '/nothing', '/metrics'])(
    'forbids guessing, framing and loading from elsewhere: %s',
    async (path) => {
      const { headers } = await fixture().get(path);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('X-Frame-Options')).toBe('DENY');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
      expect(headers.get('Content-Security-Policy')).not.toContain('unsafe');
    },
  );

  test.each(['a b', 'x'.repeat(129), '<script>', 'ä', ''])(
    'gets an id of ours instead of "%.20s"',
    async (id) => {
      const { headers } = await fixture().get('/health', { 'X-Request-Id': id });
      expect(headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

test('limits out of range are all named at once', () => {
  expect(() => apiOptions({ bodyBytesMax: 999, modelAgeMsMax: 5_001, streamPollMs: 1.5 })).toThrow(
    ConfigurationError,
  );
  try {
    apiOptions({ bodyBytesMax: 999, modelAgeMsMax: 5_001, streamPollMs: 1.5 });
  } catch (error) {
    expect((error as ConfigurationError).problems).toHaveLength(3);
  }
  expect(apiOptions({ bodyBytesMax: 1_000, modelAgeMsMax: 5_000 }).bodyBytesMax).toBe(1_000);
});
