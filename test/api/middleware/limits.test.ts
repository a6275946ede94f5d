import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { eventLoopLagMs } from '../../../api/event-loop-lag.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { bodyOf, fixture } from '../api-fixture.ts';

describe('the rate of a caller', () => {
  const limited = (requestsPerMinute: number) =>
    fixture({ callerAddress: (_env, forwarded) => forwarded }, { requestsPerMinute });
  const from = (address: string) => ({ 'X-Forwarded-For': address });

  test('is told in the headers, and what goes beyond it is refused', async () => {
    const api = limited(3);
    for (const remaining of [2, 1, 0]) {
      const response = await api.get('/v1/me', from('203.0.113.7'));
      expect(response.status).toBe(200);
      expect(response.headers.get('RateLimit-Policy')).toBe('3;w=60');
      expect(response.headers.get('RateLimit')).toMatch(
        new RegExp(`^limit=3, remaining=${remaining}, reset=\\d+$`),
      );
    }
    const refused = await api.get('/v1/me', from('203.0.113.7'));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await bodyOf(refused)).type).toBe('/problems/too-many-requests');
  });

  test('counts each address for itself, of IPv6 each network', async () => {
    const api = limited(1);
    expect((await api.get('/v1/me', from('203.0.113.7'))).status).toBe(200);
    expect((await api.get('/v1/me', from('::ffff:203.0.113.7'))).status).toBe(429);
    expect((await api.get('/v1/me', from('203.0.113.8'))).status).toBe(200);
    expect((await api.get('/v1/me', from('2001:db8::1'))).status).toBe(200);
    expect((await api.get('/v1/me', from('2001:db8::2'))).status).toBe(429);
    expect((await api.get('/v1/me', from('2001:db8:0:1::2'))).status).toBe(200);
    // Those of whom nothing is known count as one.
    expect((await api.get('/v1/me')).status).toBe(200);
    expect((await api.get('/v1/me', from('nonsense'))).status).toBe(429);
  });

  test('counts a key wherever it is used from, and a wrong one by its address', async () => {
    const sha256 = createHash('sha256').update('key').digest('hex');
    const api = fixture(
      {
        authentication: { kind: 'own', apiKeys: [{ name: 'a', scopes: ['read'], sha256 }], jwt: undefined },
        callerAddress: (_env, forwarded) => forwarded,
      },
      { requestsPerMinute: 1 },
    );
    const key = { 'X-Api-Key': 'key' };
    expect((await api.get('/v1/me', { ...key, ...from('203.0.113.1') })).status).toBe(200);
    expect((await api.get('/v1/me', { ...key, ...from('203.0.113.2') })).status).toBe(429);
    const wrong = { 'X-Api-Key': 'wrong', ...from('203.0.113.3') };
    expect((await api.get('/v1/me', wrong)).status).toBe(401);
    expect((await api.get('/v1/me', wrong)).status).toBe(429);
  });

  test('keeps nobody from asking how the process stands', async () => {
    const api = limited(1);
    await api.get('/v1/me');
    for (const path of ['/health', '/ready', '/metrics']) {
      const response = await api.get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('RateLimit')).toBeNull();
    }
  });

  test('is not counted when the limit is 0', async () => {
    const response = await limited(0).get('/v1/me');
    expect(response.status).toBe(200);
    expect(response.headers.get('RateLimit')).toBeNull();
  });
});

describe('overload', () => {
  test('of requests under way: as many as the limit are answered, the next is shed, later ones are answered', async () => {
    const stores = memoryStores();
    let finish = () => {};
    const waiting = new Promise<undefined>((resolve) => {
      finish = () => resolve(undefined);
    });
    const customers = { ...stores.customers, get: () => waiting };
    const api = fixture({ stores: { ...stores, customers } }, { requestsInFlightMax: 2 });
    const held = [api.get('/v1/customers/a'), api.get('/v1/customers/b')];
    const shed = await api.get('/v1/customers/c');
    expect(shed.status).toBe(503);
    expect(shed.headers.get('Retry-After')).toBe('1');
    expect((await bodyOf(shed)).type).toBe('/problems/overloaded');
    expect((await api.get('/health')).status).toBe(200);
    expect((await api.get('/ready')).status).toBe(200);
    finish();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([404, 404]);
    expect((await api.get('/v1/me')).status).toBe(200);
  });

  test.each([
    [99, 200],
    [100, 200],
    [101, 503],
  ])('of the process: %i ms behind with a limit of 100 answers %i', async (lagMs, status) => {
    const api = fixture({ eventLoopLagMs: () => lagMs }, { eventLoopLagMsMax: 100 });
    expect((await api.get('/v1/me')).status).toBe(status);
    expect((await api.get('/ready')).status).toBe(200);
  });

  test('of the process is measured', () => {
    expect(eventLoopLagMs()).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(eventLoopLagMs())).toBe(true);
  });
});

describe('a body', () => {
  test('that is cut off is the caller’s failure, and no line in the log', async () => {
    const api = fixture();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"v":'));
        controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const response = await api.app.request('/v1/events', init);
    expect(response.status).toBe(400);
    expect(api.logs).toEqual([]);
  });

  test.each([
    [1_000, 400],
    [1_001, 413],
  ])('of %i bytes with a limit of 1,000 is a %i, told by its length or not', async (bytes, status) => {
    const api = fixture({}, { bodyBytesMax: 1_000 });
    const body = 'x'.repeat(bytes);
    expect((await api.post('/v1/events', body, { 'Content-Length': String(bytes) })).status).toBe(status);
    const stream = new Blob([body]).stream();
    const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit;
    expect((await api.app.request('/v1/events', init)).status).toBe(status);
  });
});
