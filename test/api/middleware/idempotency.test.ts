import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DependencyError } from '../../../operators/errors.ts';
import { answerKeptMs, claimMsMax } from '../../../sinks/answer-store.ts';
import { memoryAnswers } from '../../fixtures/memory-answers.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { alertRule } from '../../operators/alerts/rules.ts';
import { bodyOf, fixture, purchase } from '../api-fixture.ts';

const key = (value: string) => ({ 'Idempotency-Key': value });

describe('a write with an Idempotency-Key', () => {
  test('is done once; its repetition gets the same answer and says so', async () => {
    const api = fixture();
    const event = purchase();
    const first = await api.post('/v1/events', event, key('a'));
    const again = await api.post('/v1/events', event, key('a'));
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(await again.text()).toBe(await first.text());
    expect(first.headers.get('Idempotency-Replayed')).toBeNull();
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.headers.get('Content-Type')).toBe(first.headers.get('Content-Type'));
    expect(again.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(api.published).toHaveLength(1);
  });

  test.each([
    ['a body', JSON.stringify(purchase()), '/v1/events', 202],
    ['none', undefined, '/v1/rules/r1', 204],
  ] as const)(
    'has its repetition, with %s, come with the headers that every answer has',
    async (_, body, path, status) => {
      const api = fixture();
      await api.stores.alerts.putRule(alertRule());
      const ask = async (requestId: string): Promise<Response> =>
        api.app.request(path, {
          method: status === 204 ? 'DELETE' : 'POST',
          headers: { ...key('a'), 'X-Request-Id': requestId },
          ...(body === undefined ? {} : { body }),
        });
      const first = await ask('request-1');
      const again = await ask('request-2');
      expect([first.status, again.status]).toEqual([status, status]);
      expect(again.headers.get('Idempotency-Replayed')).toBe('true');
      const names = (response: Response) =>
        [...response.headers.keys()].filter((name) => name !== 'idempotency-replayed').sort();
      expect(names(again)).toEqual(names(first));
      expect(again.headers.get('X-Request-Id')).toBe('request-2');
      expect(again.headers.get('RateLimit')).toMatch(/remaining=\d+/);
      expect(again.headers.get('RateLimit-Policy')).toBe(first.headers.get('RateLimit-Policy'));
    },
  );

  test('is another one under another key, and without any', async () => {
    const api = fixture();
    const event = purchase();
    for (const headers of [key('a'), key('b'), {}, {}]) await api.post('/v1/events', event, headers);
    expect(api.published).toHaveLength(4);
  });

  test('is refused when the key came with another body or another query', async () => {
    const api = fixture();
    const event = purchase();
    await api.post('/v1/events', event, key('a'));
    for (const [path, body] of [
      ['/v1/events', purchase()],
      ['/v1/events', `${JSON.stringify(event)} `],
      ['/v1/events?x=1', event],
    ] as const) {
      const response = await api.post(path, body, key('a'));
      expect(response.status).toBe(422);
      expect((await bodyOf(response)).type).toBe('/problems/idempotency-key-reused');
    }
    expect(api.published).toHaveLength(1);
  });

  test('is refused while the first is under way, and of many at once one is done', async () => {
    let finish = () => {};
    const waiting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let puts = 0;
    const api = fixture({
      publish: async (documents) => {
        puts += 1;
        await waiting;
        return documents.map(() => ({ ok: true }));
      },
    });
    const event = purchase();
    const all = Array.from({ length: 8 }, () => api.post('/v1/events', event, key('a')));
    const refused = await Promise.race(all);
    expect(refused.status).toBe(409);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect((await bodyOf(refused)).type).toBe('/problems/request-in-progress');
    finish();
    const statuses = (await Promise.all(all)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([202, 409, 409, 409, 409, 409, 409, 409]);
    expect(puts).toBe(1);
  });

  test('gives its key free when it did not succeed', async () => {
    let ok = false;
    const api = fixture({ publish: async (documents) => documents.map(() => ({ ok })) });
    const event = purchase();
    expect((await api.post('/v1/events', event, key('a'))).status).toBe(503);
    ok = true;
    expect((await api.post('/v1/events', event, key('a'))).status).toBe(202);
    expect((await api.post('/v1/events', { ...event, items: [] }, key('b'))).status).toBe(422);
    expect((await api.post('/v1/events', event, key('b'))).status).toBe(202);
  });

  test('gives its key free when it succeeded in part: what failed is sent again under it', async () => {
    let down = true;
    const sent: unknown[] = [];
    const api = fixture({
      publish: async (documents) =>
        documents.map((document, index) => {
          if (down && index === 1) return { ok: false, error: 'throttled' };
          sent.push(document);
          return { ok: true };
        }),
    });
    const events = [purchase(), purchase()];
    expect((await api.post('/v1/events', events, key('a'))).status).toBe(207);
    expect(sent).toEqual([events[0]]);
    down = false;
    const again = await api.post('/v1/events', events, key('a'));
    expect([again.status, again.headers.get('Idempotency-Replayed')]).toEqual([202, null]);
    expect(sent).toContainEqual(events[1]);
    const third = await api.post('/v1/events', events, key('a'));
    expect([third.status, third.headers.get('Idempotency-Replayed')]).toEqual([202, 'true']);
  });

  test.each(['', 'a b', 'ä', 'x'.repeat(256)])(
    'needs a key of visible characters, not "%.20s"',
    async (value) => {
      const api = fixture();
      expect((await api.post('/v1/events', purchase(), key(value))).status).toBe(400);
      expect(api.published).toHaveLength(0);
    },
  );

  test('may have its key in quotes, as structured headers have it', async () => {
    const api = fixture();
    const event = purchase();
    await api.post('/v1/events', event, key('"a"'));
    expect((await api.post('/v1/events', event, key('a'))).headers.get('Idempotency-Replayed')).toBe('true');
    expect((await api.post('/v1/events', event, key('x'.repeat(255)))).status).toBe(202);
  });

  test('fails, undone, when the keys can not be looked at', async () => {
    const stores = memoryStores();
    const down = () => Promise.reject(new DependencyError('unreachable', 'no route', { retryable: true }));
    const api = fixture({ stores: { ...stores, answers: { ...memoryAnswers(), claim: down } } });
    expect((await api.post('/v1/events', purchase(), key('a'))).status).toBe(503);
    expect(api.published).toHaveLength(0);
  });

  test('tells of what was done even when the answer can not be kept', async () => {
    const stores = memoryStores();
    const down = () => Promise.reject(new DependencyError('unreachable', 'no route', { retryable: true }));
    const api = fixture({ stores: { ...stores, answers: { ...memoryAnswers(), settle: down } } });
    expect((await api.post('/v1/events', purchase(), key('a'))).status).toBe(202);
    expect(api.logs).toMatchObject([{ level: 'error', message: 'an answer to a write was not kept' }]);
  });
});

test('a key of one caller means nothing to another', async () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const apiKeys = ['one', 'two'].map((name) => ({
    name,
    scopes: ['write'] as const,
    sha256: sha256(name),
  }));
  const api = fixture({ authentication: { kind: 'own', apiKeys, jwt: undefined } });
  await api.post('/v1/events', purchase(), { ...key('a'), 'X-Api-Key': 'one' });
  const other = await api.post('/v1/events', purchase(), { ...key('a'), 'X-Api-Key': 'two' });
  expect(other.status).toBe(202);
  expect(api.published).toHaveLength(2);
});

test('reads leave the key alone', async () => {
  const api = fixture();
  const body = { ids: ['nobody'] };
  for (const ids of [['nobody'], ['somebody']]) {
    const response = await api.post('/v1/predictions/batch-get', { ...body, ids }, key('a'));
    expect(response.status).toBe(200);
    expect(response.headers.get('Idempotency-Replayed')).toBeNull();
  }
});

describe('an answer', () => {
  test('is kept for a day, and a claim that nobody settled ends after a minute', async () => {
    let now = 1_000_000;
    const stores = { ...memoryStores(), answers: memoryAnswers(() => now) };
    const api = fixture({ stores });
    const event = purchase();
    await api.post('/v1/events', event, key('a'));
    now += answerKeptMs - 1;
    await api.post('/v1/events', event, key('a'));
    expect(api.published).toHaveLength(1);
    now += 1;
    await api.post('/v1/events', event, key('a'));
    expect(api.published).toHaveLength(2);

    await stores.answers.claim('stuck', 'x');
    now += claimMsMax - 1;
    expect(await stores.answers.claim('stuck', 'x')).toEqual({ kind: 'in-flight' });
    now += 1;
    expect(await stores.answers.claim('stuck', 'x')).toMatchObject({ kind: 'claimed' });
  });
});
