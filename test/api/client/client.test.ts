import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { onMovesInto } from '../../../api/client/examples/follow-alerts.ts';
import { nextOrderOf, slippingAway } from '../../../api/client/examples/look-up-predictions.ts';
import { sendPurchases } from '../../../api/client/examples/send-purchases.ts';
import { StreamRefusedError } from '../../../api/client/follow-events.ts';
import { createTidemarkClient, type TidemarkClientOptions } from '../../../api/client/tidemark-client.ts';
import { activateModels, type Fixture, fixture, migration, purchase, storeCustomer } from '../api-fixture.ts';
import { renderSchema, schemaCommand, schemaPath } from './render-schema.ts';

let opened: Fixture[] = [];
afterEach(() => {
  for (const api of opened) api.close();
  opened = [];
});

/** A client that speaks to an app in this process. */
function clientOf(api: Fixture, options: Partial<TidemarkClientOptions> = {}) {
  opened.push(api);
  return createTidemarkClient({
    baseUrl: 'http://localhost',
    fetch: async (request) => api.app.fetch(request),
    ...options,
  });
}

test('the types of the client are those of the OpenAPI document', async () => {
  const stored = await readFile(schemaPath, 'utf8');
  const current = await renderSchema();
  expect(stored === current, `api/client/schema.ts is out of date: run \`${schemaCommand}\``).toBe(true);
});

describe('the client', () => {
  test('sends the key, or a token that is made anew for each request', async () => {
    const seen: (string | null)[] = [];
    const api = fixture();
    const fetch = async (request: Request) => {
      seen.push(request.headers.get('X-Api-Key') ?? request.headers.get('Authorization'));
      return api.app.fetch(request);
    };
    let made = 0;
    await clientOf(api, { fetch, apiKey: 'key' }).GET('/v1/me');
    const client = clientOf(api, { fetch, token: async () => `token-${made++}` });
    await client.GET('/v1/me');
    await client.GET('/v1/me');
    expect(seen).toEqual(['key', 'Bearer token-0', 'Bearer token-1']);
  });

  test('gives the answer or the problem, typed', async () => {
    const client = clientOf(fixture());
    const me = await client.GET('/v1/me');
    expect(me.data?.authentication).toBe('off');
    const { error, response } = await client.GET('/v1/customers/{id}', {
      params: { path: { id: 'a/b?c' } },
    });
    expect(response.status).toBe(404);
    expect(error?.type).toBe('/problems/customer-not-found');
  });
});

describe('an example', () => {
  async function population() {
    const api = fixture();
    const model = await activateModels(api.stores);
    const days = ['2011-10-01', '2011-10-20', '2011-11-10', '2011-12-01'];
    const documents = days.map((day) => purchase({ customerId: 'a', occurredAt: `${day}T10:00:00Z` }));
    await storeCustomer(api.stores, documents, model);
    return api;
  }

  test('looks predictions up', async () => {
    const client = clientOf(await population());
    const next = await nextOrderOf(client, 'a');
    expect(Date.parse(next.at as string)).toBeGreaterThan(Date.parse('2011-12-10'));
    expect(next.within30Days).toBeGreaterThan(0);
    await expect(nextOrderOf(client, 'nobody')).rejects.toThrow('No such customer');
    expect(await slippingAway(client, ['a', 'nobody'])).toEqual([]);
  });

  test('sends purchases once', async () => {
    const api = fixture();
    const client = clientOf(api);
    const good = purchase() as Parameters<typeof sendPurchases>[1][number];
    const bad = { ...good, eventId: 'bad', currency: 'XXX' };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await sendPurchases(client, [good], 'key-1')).toEqual([]);
    }
    expect(api.published).toHaveLength(1);
    // What was taken in part is sent again whole: what counts once is the event.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await sendPurchases(client, [good, bad], 'key-2')).toMatchObject([
        { eventId: 'bad', status: 'rejected' },
      ]);
    }
    expect(api.published).toMatchObject([1, 2, 3].map(() => ({ eventId: good.eventId })));
    expect(await sendPurchases(client, [bad], 'key-3')).toHaveLength(1);
  });

  test('follows alerts over a break, each once and in order', async () => {
    const api = fixture({}, { streamPollMs: 5 });
    const stop = new AbortController();
    let connections = 0;
    // Cuts each connection after its first event.
    const fetch = async (request: Request) => {
      connections += 1;
      const response = await api.app.fetch(request);
      let events = 0;
      const cut = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk);
          events += new TextDecoder().decode(chunk).split('\ndata: ').length - 1;
          if (events > 0) controller.terminate();
        },
      });
      return new Response(response.body?.pipeThrough(cut), response);
    };
    const client = clientOf(api, { fetch });
    await api.stores.migrations.publish([migration(1)]);
    const [first] = (await api.stores.migrations.feedLatest({ limit: 1 })).items;
    await api.stores.migrations.publish([2, 3, 4].map((ordinal) => migration(ordinal)));
    await api.stores.migrations.publish([migration(5, { to: 'Loyal', from: 'At Risk' }), migration(6)]);
    const moves: string[] = [];
    const stream = client.follow('/v1/alerts/stream', {
      lastEventId: first?.feedKey as string,
      signal: stop.signal,
      waitMsMax: 1,
    });
    for await (const { data } of stream) {
      moves.push((data as { id: string }).id);
      if (moves.length === 5) break;
    }
    expect(moves).toEqual([2, 3, 4, 5, 6].map((ordinal) => `12346-${ordinal}`));
    expect(connections).toBeGreaterThan(1);
  });

  test('calls for moves into one segment, and gives where to go on', async () => {
    const api = fixture({}, { streamPollMs: 5 });
    const stop = new AbortController();
    const client = clientOf(api);
    await api.stores.migrations.publish([migration(1)]);
    const [first] = (await api.stores.migrations.feedLatest({ limit: 1 })).items;
    await api.stores.migrations.publish([
      migration(2, { from: 'At Risk', to: 'Loyal' }),
      migration(3),
      migration(4),
    ]);
    const called: string[] = [];
    const last = await onMovesInto(
      client,
      'At Risk',
      ({ id }) => {
        called.push(id);
        if (called.length === 2) stop.abort();
      },
      { lastEventId: first?.feedKey as string, signal: stop.signal },
    );
    expect(called).toEqual(['12346-3', '12346-4']);
    expect(last).toBe((await api.stores.migrations.feedLatest({ limit: 1 })).items[0]?.feedKey);
  });
});

test('a stream that is refused for good says why, in place of asking for ever', async () => {
  const client = clientOf(fixture());
  const stream = client.follow('/v1/alerts/stream', { lastEventId: 'no-such-event' });
  await expect(stream.next()).rejects.toMatchObject({
    name: StreamRefusedError.name,
    status: 400,
    problem: expect.objectContaining({ type: '/problems/invalid-request' }),
  });
});

test('a stream that can not be had at the moment is asked for again', async () => {
  const api = fixture({}, { streamPollMs: 5 });
  const answers = [503, 429, 500];
  const client = clientOf(api, {
    fetch: async (request) => {
      const status = answers.shift();
      if (status === undefined) return api.app.fetch(request);
      return new Response('', { status, headers: { 'Retry-After': '1' } });
    },
  });
  await api.stores.migrations.publish([migration(1)]);
  const [first] = (await api.stores.migrations.feedLatest({ limit: 1 })).items;
  await api.stores.migrations.publish([migration(2)]);
  const stream = client.follow('/v1/alerts/stream', {
    lastEventId: first?.feedKey as string,
    waitMsMax: 1,
  });
  expect((await stream.next()).value).toMatchObject({ event: 'migration', data: { id: '12346-2' } });
  await stream.return(undefined);
  expect(answers).toEqual([]);
});
