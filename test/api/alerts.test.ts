import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import { filterFeed } from '../../api/alerts/filter-feed.ts';
import type { AlertPage } from '../../api/schemas/history.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { bodyOf, type Fixture, fixture, migration } from './api-fixture.ts';

type Page = z.infer<typeof AlertPage>;

let api: Fixture;

async function ordinals(query: string): Promise<number[]> {
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const suffix: string = cursor === null ? '' : `&cursor=${cursor}`;
    const response = await api.get(`/v1/alerts?${query}${suffix}`);
    expect(response.status).toBe(200);
    const page: Page = await bodyOf(response);
    seen.push(...page.items.map((item) => item.ordinal));
    cursor = page.nextCursor;
  } while (cursor !== null && seen.length < 100);
  return seen;
}

describe('the list of alerts', () => {
  beforeEach(async () => {
    api = fixture();
    const causes = ['event', 'time', 'model'] as const;
    await api.stores.migrations.publish(
      [1, 2, 3, 4, 5, 6, 7].map((ordinal) => migration(ordinal, { cause: causes[ordinal % 3] ?? 'time' })),
    );
  });

  test('gives the newest published first, each once, over pages', async () => {
    expect(await ordinals('limit=3')).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test('filters by cause and by the instant of the move, from included and to left out', async () => {
    expect(await ordinals('limit=1&cause=time')).toEqual([7, 4, 1]);
    expect(await ordinals('limit=2&from=2011-06-03&to=2011-06-06')).toEqual([4, 3, 2]);
    expect(await ordinals('cause=event&from=2011-06-05')).toEqual([6]);
    expect(await ordinals('from=2012-01-01')).toEqual([]);
  });

  test('keeps its place in a filtered listing while new alerts are published', async () => {
    const first = await bodyOf<Page>(api.get('/v1/alerts?limit=1&cause=time'));
    await api.stores.migrations.publish([8, 9, 10].map((ordinal) => migration(ordinal)));
    const second = await bodyOf<Page>(api.get(`/v1/alerts?limit=1&cause=time&cursor=${first.nextCursor}`));
    expect([first, second].flatMap((page) => page.items.map((item) => item.ordinal))).toEqual([7, 4]);
  });

  test('refuses a cursor under other filters', async () => {
    const { nextCursor } = await bodyOf<Page>(api.get('/v1/alerts?limit=1&cause=time'));
    for (const query of ['limit=1', 'limit=1&cause=event', 'cause=time&to=2012-01-01']) {
      expect((await api.get(`/v1/alerts?${query}&cursor=${nextCursor}`)).status).toBe(400);
    }
  });

  test.each(['cause=weather', 'from=soon', 'to=1', 'limit=0'])('refuses %s', async (query) => {
    expect((await api.get(`/v1/alerts?${query}`)).status).toBe(400);
  });
});

test('a filter examines a bounded part of the feed for one request and says where to go on', async () => {
  const store = memoryStores().migrations;
  await store.publish(Array.from({ length: 50 }, (_, index) => migration(index + 1)));
  const first = await filterFeed(store, ({ ordinal }) => ordinal === 3, undefined, {
    limit: 5,
    pageSize: 4,
    pagesMax: 10,
  });
  expect(first.items).toEqual([]);
  const second = await filterFeed(store, ({ ordinal }) => ordinal === 3, first.position, {
    limit: 5,
    pageSize: 4,
    pagesMax: 10,
  });
  expect(second.items.map(({ ordinal }) => ordinal)).toEqual([3]);
  expect(second.position).toBeUndefined();
});
