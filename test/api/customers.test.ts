import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CustomerProfile } from '../../api/schemas/customer.ts';
import {
  activateModels,
  bodyOf,
  type Fixture,
  fixture,
  nowMs,
  purchase,
  storeCustomer,
} from './api-fixture.ts';

const history = [
  purchase({
    occurredAt: '2011-02-01T10:00:00Z',
    items: [{ productId: 'A', category: 'tea', quantity: 3, unitPrice: 9999.99 }],
  }),
  purchase({
    occurredAt: '2011-05-01T10:00:00Z',
    items: [{ productId: 'A', quantity: 1.5, unitPrice: 0.1 }],
  }),
  purchase({ occurredAt: '2011-09-01T10:00:00Z', items: [{ productId: 'B', quantity: 2, unitPrice: 0.2 }] }),
  purchase({
    occurredAt: '2011-12-05T10:00:00Z',
    items: [{ productId: 'B', quantity: 1, unitPrice: 3720.16 }],
  }),
  purchase({
    occurredAt: '2011-12-05T11:00:00Z',
    items: [{ productId: 'A', quantity: -0.5, unitPrice: 0.1 }],
  }),
];

let api: Fixture;

async function body(path: string): Promise<z.infer<typeof CustomerProfile>> {
  const response = await api.get(path);
  expect(response.status, path).toBe(200);
  return bodyOf(response);
}

describe('the profile of a customer', () => {
  beforeEach(async () => {
    api = fixture();
    await storeCustomer(api.stores, history, await activateModels(api.stores));
  });

  test('counts orders, days, units and money exactly', async () => {
    const { features, currency, asOf, watermark, versions } = await body('/v1/customers/12346');
    expect(features.lifetime).toEqual({
      orders: 4,
      purchaseDays: 4,
      spend: 33720.63,
      units: 7,
      firstPurchaseAt: '2011-02-01T10:00:00.000Z',
      lastPurchaseAt: '2011-12-05T10:00:00.000Z',
      returnRate: 0.5 / 7.5,
    });
    expect(features.windows).toEqual({
      '7d': { orders: 1, spend: 3720.11, units: 0.5 },
      '30d': { orders: 1, spend: 3720.11, units: 0.5 },
      '90d': { orders: 1, spend: 3720.11, units: 0.5 },
      '365d': { orders: 4, spend: 33720.63, units: 7 },
    });
    expect(features.windowsApproximate).toBe(false);
    expect(features.behaviour.recencyDays).toBeCloseTo(4 + 14 / 24, 5);
    expect(features.behaviour.hourProfile).toHaveLength(24);
    expect(features.behaviour.weekdayProfile).toHaveLength(7);
    expect(features.behaviour.regularity).toBeGreaterThan(0.5);
    expect({ currency, asOf, watermark, versions }).toEqual({
      currency: 'GBP',
      asOf: '2011-12-10T00:00:00.000Z',
      watermark: '2011-12-09T12:50:00.000Z',
      versions: { segments: 'segments-1', consumption: 'consumption-1', customer: 1 },
    });
  });

  test('takes a window open at its start and closed at its end', async () => {
    const at = async (asOf: string) =>
      (await body(`/v1/customers/12346/features?asOf=${asOf}`)).features.windows['7d'];
    expect((await at('2011-12-12T09:59:59.999Z')).orders).toBe(1);
    expect((await at('2011-12-12T10:00:00Z')).orders).toBe(0);
    expect((await at('2011-12-05T11:00:00Z')).orders).toBe(1);
  });

  test('names the segment, why, and when it changes, never the one stored earlier', async () => {
    const { segment } = await body('/v1/customers/12346');
    expect(segment).toMatchObject({ cause: expect.any(String), modelVersion: 'segments-1', abstained: null });
    expect(segment.reasons.length).toBeGreaterThan(0);
    for (const reason of segment.reasons) expect(reason.text).toMatch(/^[A-Z].*\.$/);
    const levers = segment.reasons.filter((reason) => reason.changeTo !== null);
    expect(levers.length).toBeGreaterThan(0);
    for (const { changeTo, changeAt: at, now, text } of levers) {
      expect(changeTo).not.toBe(segment.name);
      expect(at).not.toBe(now);
      expect(text).toContain(`would make it ${changeTo}`);
    }
    expect(segment.nextChangeAt).not.toBeNull();
    const changeAt = segment.nextChangeAt as string;
    const later = await body(`/v1/customers/12346/segment?asOf=${changeAt}`);
    expect(later.segment.name).toBe(segment.nextSegment);
    expect(later.segment.cause).toBe('time');
    expect(later.segment.since).toBe(changeAt);
    const justBefore = new Date(Date.parse(changeAt) - 1).toISOString();
    expect((await body(`/v1/customers/12346/segment?asOf=${justBefore}`)).segment.name).toBe(segment.name);
  });

  test('predicts, with an interval around the next order and reasons', async () => {
    const { predictions } = await body('/v1/customers/12346');
    expect(predictions.abstained).toBeNull();
    expect(predictions.probabilityAlive).toBeGreaterThan(0);
    expect(predictions.probabilityAlive).toBeLessThanOrEqual(1);
    const { '7d': week, '30d': month, '90d': quarter } = predictions.expectedPurchases;
    const growing = [week, month, quarter].map(Number);
    expect(growing[0]).toBeGreaterThan(0);
    expect(growing).toEqual(growing.toSorted((a, b) => a - b));
    const likelier = Object.values(predictions.purchaseProbability).map(Number);
    expect(likelier).toHaveLength(3);
    expect(likelier).toEqual(likelier.toSorted((a, b) => a - b));
    expect(likelier[0]).toBeGreaterThan(0);
    expect(likelier[2]).toBeLessThanOrEqual(1);
    expect(predictions.expectedSpend['90d']).toBeGreaterThan(0);
    expect(predictions.lifetimeValue).toBeGreaterThan(0);
    const { at, from, to, abstained } = predictions.nextOrder;
    expect(abstained).toBeNull();
    expect([at, from, to].toSorted()).toEqual([from, at, to]);
    expect(predictions.products.map((product) => product.productId).sort()).toEqual(['A', 'B']);
    expect(predictions.categories[0]).toMatchObject({ category: 'tea', purchases: 1 });
    expect(predictions.reasons.length).toBeGreaterThan(0);
    expect(predictions.changes.map(({ code }) => code)).toContain('purchase-day-more');
    for (const change of predictions.changes) {
      expect(change.from).not.toBe(change.becomes);
      expect(change.text).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('says from when on silence makes a purchase unlikely, and is right about it', async () => {
    const { predictions } = await body('/v1/customers/12346');
    const silence = predictions.changes.find(({ code }) => code === 'silence-until');
    expect(silence).toMatchObject({
      feature: 'silenceDays',
      value: 5,
      outcome: 'purchaseProbability',
      horizonDays: 30,
    });
    expect(silence?.from).toBe(predictions.purchaseProbability['30d']);
    const later = await body(`/v1/customers/12346?asOf=${silence?.at}`);
    expect(later.predictions.purchaseProbability['30d']).toBe(silence?.becomes);
  });

  test('has the same parts under their own paths', async () => {
    const whole = await body('/v1/customers/12346');
    const { features, segment, predictions, ...envelope } = whole;
    expect(await body('/v1/customers/12346/features')).toEqual({ ...envelope, features });
    expect(await body('/v1/customers/12346/segment')).toEqual({ ...envelope, segment, history: [] });
    expect(await body('/v1/customers/12346/predictions')).toEqual({ ...envelope, predictions });
  });

  test('answers 304 to an ETag that still holds, and anew when the instant moved', async () => {
    const first = await api.get('/v1/customers/12346');
    const etag = first.headers.get('ETag') as string;
    expect(etag).toMatch(/^W\/"/);
    expect(first.headers.get('Cache-Control')).toBe('private, no-cache');
    const second = await api.get('/v1/customers/12346', { 'If-None-Match': etag });
    expect(second.status).toBe(304);
    expect(await second.text()).toBe('');
    expect(second.headers.get('X-Request-Id')).not.toBeNull();
    expect(second.headers.get('Cache-Control')).toBe('private, no-cache');
    const later = await api.get('/v1/customers/12346?asOf=2011-12-11', { 'If-None-Match': etag });
    expect(later.status).toBe(200);
  });
});

describe('the instant asked for', () => {
  beforeEach(async () => {
    api = fixture();
    await storeCustomer(api.stores, history, await activateModels(api.stores));
  });

  test('may be the last event itself, and not a millisecond earlier', async () => {
    await body('/v1/customers/12346?asOf=2011-12-05T11:00:00Z');
    const early = await api.get('/v1/customers/12346?asOf=2011-12-05T10:59:59.999Z');
    expect(early.status).toBe(400);
    expect(await bodyOf(early)).toMatchObject({
      type: '/problems/as-of-too-early',
      lastEventAt: '2011-12-05T11:00:00.000Z',
      detail: expect.stringContaining('2011-12-05T11:00:00.000Z'),
    });
  });

  test('may lie five years ahead, and not a millisecond more', async () => {
    const limit = nowMs + 5 * 365 * 86_400_000;
    await body(`/v1/customers/12346?asOf=${new Date(limit).toISOString()}`);
    const far = await api.get(`/v1/customers/12346?asOf=${new Date(limit + 1).toISOString()}`);
    expect(far.status).toBe(400);
    expect(await bodyOf(far)).toMatchObject({ type: '/problems/as-of-too-far' });
  });

  test.each([
    '2011-12-25',
    '2011-12-25T00:00:00.000Z',
    '2011-12-25T01:00:00+01:00',
    '2011-12-25T01:00:00%2B01:00',
  ])('can be written as %s', async (asOf) => {
    expect((await body(`/v1/customers/12346?asOf=${asOf}`)).asOf).toBe('2011-12-25T00:00:00.000Z');
  });

  test.each(['', 'yesterday', '2011-13-01', '2011-12-25T00:00:00', '999999', '1e12'])(
    'is refused when written as "%s"',
    async (asOf) => {
      const response = await api.get(`/v1/customers/12346?asOf=${asOf}`);
      expect(response.status).toBe(400);
      expect((await bodyOf(response)).errors).toEqual([
        expect.objectContaining({ location: 'query', field: 'asOf' }),
      ]);
    },
  );

  test('is the last event when the clock is behind it', async () => {
    api = fixture({ stores: api.stores, nowMs: () => 0 });
    expect((await body('/v1/customers/12346')).asOf).toBe('2011-12-05T11:00:00.000Z');
  });
});

describe('what is missing', () => {
  test('is null with a reason when no model is active', async () => {
    api = fixture();
    await storeCustomer(api.stores, history);
    const { segment, predictions, versions } = await body('/v1/customers/12346');
    expect(segment).toEqual({
      name: null,
      since: null,
      cause: null,
      reasons: [],
      nextChangeAt: null,
      nextSegment: null,
      moves: null,
      modelVersion: null,
      abstained: 'No segment model is active yet.',
    });
    expect(predictions).toMatchObject({
      probabilityAlive: null,
      expectedPurchases: { '7d': null },
      purchaseProbability: { '7d': null, '30d': null, '90d': null },
      nextOrder: { at: null, from: null, to: null, abstained: 'No consumption model is active yet.' },
      abstained: 'No consumption model is active yet.',
    });
    expect(versions).toEqual({ segments: null, consumption: null, customer: 1 });
  });

  test('is null with a reason for a customer who only ever returned', async () => {
    api = fixture();
    const model = await activateModels(api.stores);
    const returned = purchase({ items: [{ productId: 'A', quantity: -2, unitPrice: 5.25 }] });
    await storeCustomer(api.stores, [returned], model);
    const { features, predictions } = await body('/v1/customers/12346');
    expect(features.lifetime).toEqual({
      orders: 0,
      purchaseDays: 0,
      spend: -10.5,
      units: -2,
      firstPurchaseAt: null,
      lastPurchaseAt: null,
      returnRate: null,
    });
    expect(features.behaviour).toMatchObject({ recencyDays: null, averageOrderValue: null, diversity: null });
    expect(predictions.abstained).toMatch(/has not bought anything/);
  });

  test('is a next order without a date below three purchase days', async () => {
    api = fixture();
    await storeCustomer(api.stores, history.slice(0, 1), await activateModels(api.stores));
    const { predictions } = await body('/v1/customers/12346/predictions');
    expect(predictions.nextOrder).toMatchObject({
      at: null,
      from: null,
      to: null,
      abstained: expect.any(String),
    });
    expect(predictions.probabilityAlive).not.toBeNull();
  });
});
