import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EventResults, EventsProblem } from '../../api/schemas/events.ts';
import { bodyOf, type Fixture, fixture, purchase } from './api-fixture.ts';

const path = '/v1/events';
const accepted = { status: 'accepted', reason: null, detail: null };
let api: Fixture;

beforeEach(() => {
  api = fixture();
});

const post = (body: unknown, headers?: Record<string, string>) => api.post(path, body, headers);

describe('events that are sent', () => {
  test('are put on the stream as they came, one or an array, and accepted', async () => {
    const [one, two, three] = [purchase(), purchase({ currency: 'EUR' }), purchase()];
    const single = await post(one);
    expect(single.status).toBe(202);
    expect(await bodyOf(single)).toEqual({
      accepted: 1,
      rejected: 0,
      failed: 0,
      results: [{ eventId: one.eventId, ...accepted }],
    });
    expect((await post([two, three])).status).toBe(202);
    expect(api.published).toEqual([one, two, three]);
  });

  test('are answered one by one when some are wrong', async () => {
    const good = purchase();
    const bad = purchase({ currency: 'XXX' });
    const response = await post([bad, good, 7]);
    expect(response.status).toBe(207);
    const answer = await bodyOf<z.infer<typeof EventResults>>(response);
    expect(answer).toMatchObject({ accepted: 1, rejected: 2, failed: 0 });
    expect(answer.results).toEqual([
      { eventId: bad.eventId, status: 'rejected', reason: 'unknown-currency', detail: expect.any(String) },
      { eventId: good.eventId, ...accepted },
      { eventId: null, status: 'rejected', reason: 'not-an-object', detail: expect.any(String) },
    ]);
    expect(api.published).toEqual([good]);
  });

  test('are a problem with the reasons when all are wrong', async () => {
    const response = await post([purchase({ items: [] }), purchase({ occurredAt: 'soon' })]);
    expect(response.status).toBe(422);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    const problem = await bodyOf<z.infer<typeof EventsProblem>>(response);
    expect(problem).toMatchObject({
      type: '/problems/events-rejected',
      status: 422,
      accepted: 0,
      rejected: 2,
    });
    expect(problem.results.map(({ reason }) => reason)).toEqual(['no-items', 'invalid-time']);
    expect(api.published).toEqual([]);
  });

  test('say which the stream did not take', async () => {
    api = fixture({
      publish: async (documents) =>
        documents.map((_, index) => (index === 0 ? { ok: false, error: 'shard-3 throttled' } : { ok: true })),
    });
    const response = await post([purchase(), purchase({ currency: 'XXX' }), purchase()]);
    expect(response.status).toBe(207);
    const text = await response.text();
    expect(text).not.toContain('shard-3');
    expect(JSON.parse(text).results.map((result: { status: string }) => result.status)).toEqual([
      'failed',
      'rejected',
      'accepted',
    ]);
    expect(api.logs[0]).toMatchObject({
      level: 'warn',
      fields: { failed: 1, of: 2, error: 'shard-3 throttled' },
    });
  });

  test.each([
    ['answers with failures', async (documents: readonly unknown[]) => documents.map(() => ({ ok: false }))],
    ['answers nothing', async () => []],
    [
      'throws',
      async () => {
        throw new Error('connect ECONNREFUSED 10.0.0.7');
      },
    ],
  ])('are a 503 with Retry-After when the stream %s', async (_, publish) => {
    api = fixture({ publish });
    const response = await post([purchase(), purchase({ currency: 'XXX' })]);
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('2');
    const problem = await bodyOf<z.infer<typeof EventsProblem>>(response);
    expect(problem).toMatchObject({
      type: '/problems/stream-unavailable',
      accepted: 0,
      rejected: 1,
      failed: 1,
    });
    expect(JSON.stringify(problem)).not.toContain('10.0.0.7');
  });

  test('are 1 to 500 in one request', async () => {
    const event = purchase();
    expect((await post(new Array(500).fill(event))).status).toBe(202);
    expect((await post(new Array(501).fill(event))).status).toBe(400);
    expect((await post([])).status).toBe(400);
  });
});

describe('a body', () => {
  test.each([
    ['empty', ''],
    ['text', 'not json'],
    ['cut off', '{"v":1'],
    ['too deep', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['extremely deep', '['.repeat(1_000_000)],
  ])('that is %s is a 400', async (_, text) => {
    const response = await post(text);
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).type).toBe('/problems/invalid-json');
  });

  test('that is not UTF-8 is a 400', async () => {
    const response = await api.app.request(path, {
      method: 'POST',
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect(response.status).toBe(400);
  });

  test('that is deep within bounds, or has brackets in its texts, is read', async () => {
    expect((await post(purchase({ orderId: '['.repeat(200) }))).status).toBe(202);
    expect((await post(`${'['.repeat(32)}${']'.repeat(32)}`)).status).toBe(422);
  });

  test('is read whatever its media type says, as tools send it', async () => {
    const response = await post(purchase(), { 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(response.status).toBe(202);
  });

  test('beyond the limit is a 413, told or found out, and up to it is read', async () => {
    api = fixture({}, { bodyBytesMax: 1_000 });
    const exactly = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    expect((await post(exactly(1_000))).status).toBe(422);
    expect((await post(exactly(1_001))).status).toBe(413);
    const told = await post(exactly(1_001), { 'Content-Length': '1001' });
    expect(told.status).toBe(413);
    expect((await bodyOf(told)).type).toBe('/problems/body-too-large');
  });
});

describe('a page of another origin', () => {
  test.each([
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'http://elsewhere.test' },
    { Origin: 'null' },
  ])('can not write: %o', async (headers) => {
    const response = await post(purchase(), headers);
    expect(response.status).toBe(403);
    expect(api.published).toEqual([]);
  });

  test.each([
    { 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'none' },
    { Origin: 'http://localhost' },
  ])('is told from the own one: %o', async (headers) => {
    expect((await post(purchase(), headers)).status).toBe(202);
  });
});
