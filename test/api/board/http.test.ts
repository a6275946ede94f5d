import { describe, expect, it } from 'vitest';
import { Http, withQuery } from '../../../api/board/data/http.ts';
import { ProblemError, passes, problemOf } from '../../../api/board/data/problem.ts';

function answering(answer: () => Response | Promise<Response>) {
  const asked: { path: string; init: RequestInit }[] = [];
  let unauthorized = 0;
  const http = new Http({
    fetch: async (path, init) => {
      asked.push({ path: String(path), init: init ?? {} });
      return answer();
    },
    credential: () => ({ kind: 'api-key', value: 'k' }),
    onUnauthorized: () => {
      unauthorized += 1;
    },
  });
  return { http, asked, unauthorized: () => unauthorized };
}

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error(`expected a problem, not ${String(error)}`);
  return error.problem;
}

describe('calls of the API', () => {
  it('carry the credential, and writes a key of their own that makes them safe to repeat', async () => {
    const { http, asked } = answering(() => Response.json({ ok: true }));
    expect(await http.json('/v1/status')).toEqual({ ok: true });
    await http.json('/v1/rules', { method: 'POST', body: { name: 'x' } });
    await http.json('/v1/rules', { method: 'POST', body: { name: 'x' } });
    const [read, first, second] = asked.map(({ init }) => new Headers(init.headers));
    expect(read?.get('X-Api-Key')).toBe('k');
    expect(read?.has('Idempotency-Key')).toBe(false);
    expect(first?.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
    expect(first?.get('Idempotency-Key')).not.toBe(second?.get('Idempotency-Key'));
    expect(first?.get('Content-Type')).toBe('application/json');
  });

  it('take an answer without a body', async () => {
    const { http } = answering(() => new Response(null, { status: 204 }));
    expect(await http.json('/v1/rules/1', { method: 'DELETE' })).toBeUndefined();
  });

  it('ask for a sign-in on 401, and on nothing else', async () => {
    for (const status of [400, 401, 403, 404, 429, 503]) {
      const { http, unauthorized } = answering(() => Response.json({ title: 't' }, { status }));
      expect((await refusal(http.json('/v1/status'))).status).toBe(status);
      expect(unauthorized()).toBe(status === 401 ? 1 : 0);
    }
  });

  it('tell what is wrong even when the answer is no problem document', async () => {
    const { http } = answering(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(await refusal(http.json('/v1/status'))).toMatchObject({
      status: 502,
      title: 'The server answered 502',
    });
    const broken = answering(() => new Response('{', { status: 200 }));
    expect(await refusal(broken.http.json('/v1/status'))).toMatchObject({ status: 0 });
    const offline = answering(() => Promise.reject(new TypeError('fetch failed')));
    expect(await refusal(offline.http.json('/v1/status'))).toMatchObject({ status: 0, type: 'unreachable' });
  });

  it('know what passes by itself', () => {
    const of = (status: number, retryAfter?: string) =>
      problemOf(status, new Headers(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }), {});
    const statuses = [400, 401, 403, 404, 408, 409, 429, 500, 501, 502, 503, 504];
    expect(statuses.filter((status) => passes(of(status)))).toEqual([408, 429, 500, 502, 503, 504]);
    expect(of(429, '7').retryAfterSeconds).toBe(7);
    expect(of(503, 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterSeconds).toBeUndefined();
  });

  it('leave what is not asked out of a query', () => {
    expect(withQuery('/v1/x', { a: 1, b: undefined, c: '', d: 'é&=' })).toBe('/v1/x?a=1&d=%C3%A9%26%3D');
    expect(withQuery('/v1/x', {})).toBe('/v1/x');
  });
});
