import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ModelPage } from '../../api/schemas/models.ts';
import {
  activateModels,
  bodyOf,
  consumptionModel,
  type Fixture,
  fixture,
  segmentModel,
} from './api-fixture.ts';

let api: Fixture;

beforeEach(() => {
  api = fixture();
});

async function list(query = ''): Promise<z.infer<typeof ModelPage>> {
  const response = await api.get(`/v1/models${query}`);
  expect(response.status, query).toBe(200);
  return bodyOf(response);
}

describe('the list of models', () => {
  test('is empty before the first fit', async () => {
    expect(await list()).toEqual({ items: [], nextCursor: null });
  });

  test('names every version of both kinds, newest first, and the active ones', async () => {
    await activateModels(api.stores);
    const newer = segmentModel({ version: 'segments-2', fittedAtMs: Date.parse('2011-03-01T00:00:00Z') });
    await api.stores.models.put('segments', newer);
    const { items, nextCursor } = await list();
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      {
        id: 'segments-2',
        kind: 'segments',
        fittedAt: '2011-03-01T00:00:00.000Z',
        active: false,
        sampleSize: 800,
      },
      {
        id: 'segments-1',
        kind: 'segments',
        fittedAt: '2011-01-01T00:00:00.000Z',
        active: true,
        sampleSize: 800,
      },
      {
        id: 'consumption-1',
        kind: 'consumption',
        fittedAt: '2011-01-01T00:00:00.000Z',
        active: true,
        sampleSize: 800,
      },
    ]);
    expect((await list('?kind=consumption')).items.map(({ id }) => id)).toEqual(['consumption-1']);
  });

  test('comes in pages that hold each model once, also when a newer one is stored in between', async () => {
    for (let index = 1; index <= 5; index += 1) {
      await api.stores.models.put(
        'segments',
        segmentModel({ version: `segments-${index}`, fittedAtMs: index }),
      );
      await api.stores.models.put(
        'consumption',
        consumptionModel({ version: `consumption-${index}`, fittedAtMs: index }),
      );
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: z.infer<typeof ModelPage> = await list(
        `?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await api.stores.models.put(
        'segments',
        segmentModel({ version: `later-${seen.length}`, fittedAtMs: 99 }),
      );
    } while (cursor !== null);
    expect(seen).toEqual([5, 4, 3, 2, 1].flatMap((index) => [`segments-${index}`, `consumption-${index}`]));
  });

  test.each(['limit=0', 'limit=101', 'kind=others', 'cursor=nonsense', 'cursor='])(
    'refuses %s',
    async (query) => {
      const response = await api.get(`/v1/models?${query}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    },
  );

  test('takes no cursor of another kind', async () => {
    for (const version of ['a', 'b']) await api.stores.models.put('segments', segmentModel({ version }));
    const { nextCursor } = await list('?limit=1');
    expect(nextCursor).not.toBeNull();
    expect((await api.get(`/v1/models?limit=1&kind=segments&cursor=${nextCursor}`)).status).toBe(400);
    expect((await list(`?limit=1&cursor=${nextCursor}`)).items).toHaveLength(1);
  });
});

describe('a model that is not there', () => {
  test.each([
    'unknown',
    'active',
    'slot-00',
    '../segments-1',
    '%',
    '<script>',
    "'; --",
    '\u{1f980}',
    'x'.repeat(256),
  ])('is a problem with a meaning: %.20s', async (id) => {
    await activateModels(api.stores);
    const response = await api.get(`/v1/models/${encodeURIComponent(id)}/quality`);
    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await bodyOf(response)).toMatchObject({ type: '/problems/model-not-found', status: 404 });
  });

  test.each(['\u0000', 'a\nb', 'x'.repeat(257)])('is no valid name with %j', async (id) => {
    const response = await api.get(`/v1/models/${encodeURIComponent(id)}/quality`);
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toMatchObject({ errors: [{ location: 'path', field: 'id' }] });
  });

  test('is nothing at all without its quality', async () => {
    await activateModels(api.stores);
    expect(await bodyOf(api.get('/v1/models/segments-1'))).toMatchObject({ type: '/problems/not-found' });
  });
});

test.each(['/v1/models', '/v1/models/segments-1/quality'])(
  '%s answers 304 to an ETag that still holds, and anew once something changed',
  async (path) => {
    await activateModels(api.stores);
    const first = await api.get(path);
    const etag = first.headers.get('ETag') as string;
    expect(etag).toMatch(/^W\/"/);
    expect(first.headers.get('Cache-Control')).toBe('private, no-cache');
    const second = await api.get(path, { 'If-None-Match': etag });
    expect(second.status).toBe(304);
    expect(await second.text()).toBe('');
    await api.stores.models.put('segments', segmentModel({ version: 'segments-2' }));
    await api.stores.models.activate('segments', 'segments-2');
    expect((await api.get(path, { 'If-None-Match': etag })).status).toBe(200);
  },
);
