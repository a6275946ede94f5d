import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MigrationPage, PurchasePage } from '../../api/schemas/history.ts';
import { bodyOf, type Fixture, fixture, migration, purchase, storeCustomer } from './api-fixture.ts';

let api: Fixture;

beforeEach(async () => {
  api = fixture();
  const days = ['01', '02', '03', '04', '05'];
  await storeCustomer(
    api.stores,
    days.map((day) => purchase({ orderId: `order-${day}`, occurredAt: `2011-11-${day}T10:00:00Z` })),
  );
  await storeCustomer(api.stores, [purchase({ customerId: 'other', orderId: 'order-x' })]);
  await api.stores.migrations.publish([1, 2, 3].map((ordinal) => migration(ordinal)));
});

type Pages = { purchases: z.infer<typeof PurchasePage>; migrations: z.infer<typeof MigrationPage> };

async function pages<K extends keyof Pages>(listing: K, limit: number) {
  const seen: Pages[K]['items'][] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await api.get(`/v1/customers/12346/${listing}?limit=${limit}${query}`);
    expect(response.status).toBe(200);
    const page: Pages[K] = await bodyOf(response);
    seen.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && seen.length < 20);
  return seen;
}

describe('the purchases of a customer', () => {
  test('come newest first, each once, in pages', async () => {
    const seen = await pages('purchases', 2);
    expect(seen.map((page) => page.map((item) => item.orderId))).toEqual([
      ['order-05', 'order-04'],
      ['order-03', 'order-02'],
      ['order-01'],
    ]);
  });

  test('carry all lines and what every answer carries', async () => {
    const occurredAt = '2011-12-01T10:00:00Z';
    const items = [
      { productId: 'A', category: 'tea', quantity: 2, unitPrice: 12.5 },
      { productId: 'B', quantity: -1, unitPrice: 0.07 },
    ];
    const document = purchase({ customerId: 'one', occurredAt, items, context: { channel: 'web' } });
    await storeCustomer(api.stores, [document]);
    expect(await bodyOf(api.get('/v1/customers/one/purchases'))).toEqual({
      customerId: 'one',
      currency: 'GBP',
      asOf: '2011-12-10T00:00:00.000Z',
      watermark: '2011-12-09T12:50:00.000Z',
      versions: { segments: null, consumption: null, customer: 1 },
      items: [
        {
          eventId: document.eventId,
          orderId: document.orderId,
          occurredAt: '2011-12-01T10:00:00.000Z',
          spend: 24.93,
          unitsBought: 2,
          unitsReturned: 1,
          segment: null,
          omittedItems: 0,
          context: { channel: 'web', device: null, region: null },
          items: [
            { productId: 'A', category: 'tea', quantity: 2, unitPrice: 12.5 },
            { productId: 'B', category: null, quantity: -1, unitPrice: 0.07 },
          ],
        },
      ],
      nextCursor: null,
    });
  });

  test('refuse a cursor of another customer, of another listing, or damaged', async () => {
    const { nextCursor } = await bodyOf<Pages['purchases']>(api.get('/v1/customers/12346/purchases?limit=1'));
    const wrong = [
      `/v1/customers/other/purchases?cursor=${nextCursor}`,
      `/v1/customers/12346/migrations?cursor=${nextCursor}`,
      `/v1/customers/12346/purchases?cursor=${nextCursor}A`,
      `/v1/customers/12346/purchases?cursor=${'x'.repeat(200)}`,
      '/v1/customers/12346/purchases?cursor=%00',
    ];
    for (const path of wrong) {
      const response = await api.get(path);
      expect(response.status, path).toBe(400);
      expect((await bodyOf(response)).type).toBe('/problems/invalid-cursor');
    }
  });

  test.each(['0', '101', '-1', '1.5', 'ten', '', '1e1', '99999999999'])(
    'refuse a limit of "%s"',
    async (limit) => {
      const response = await api.get(`/v1/customers/12346/purchases?limit=${limit}`);
      expect(response.status).toBe(400);
      expect((await bodyOf(response)).errors?.[0]).toMatchObject({ location: 'query', field: 'limit' });
    },
  );

  test.each([1, 100])('take a limit of %i', async (limit) => {
    expect((await api.get(`/v1/customers/12346/purchases?limit=${limit}`)).status).toBe(200);
  });

  test('of an unknown customer are not found', async () => {
    for (const listing of ['purchases', 'migrations']) {
      const response = await api.get(`/v1/customers/nobody/${listing}`);
      expect(response.status).toBe(404);
      expect((await bodyOf(response)).type).toBe('/problems/customer-not-found');
    }
  });
});

describe('the moves of a customer', () => {
  test('come newest first with cause, reasons and distances', async () => {
    const seen = await pages('migrations', 2);
    expect(seen.map((page) => page.map((item) => item.ordinal))).toEqual([[3, 2], [1]]);
    expect(seen[0]?.[0]).toMatchObject({
      id: '12346-3',
      customerId: '12346',
      from: 'Loyal',
      to: 'At Risk',
      cause: 'time',
      at: '2011-06-04T00:00:00.000Z',
      distanceFrom: 1.4,
      distanceTo: 1.2,
      spend365: 1234.56,
      currency: 'GBP',
      reasons: [
        {
          feature: 'recencyDays',
          value: 41.5,
          before: 12.125,
          weight: 0.9,
          text: 'Days since the last purchase went from 12 to 42.',
        },
      ],
    });
  });

  test('are an empty page for a customer who never moved', async () => {
    const page = await bodyOf(api.get('/v1/customers/other/migrations'));
    expect(page).toMatchObject({ items: [], nextCursor: null });
  });
});
