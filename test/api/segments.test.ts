import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AssignAnswer } from '../../api/schemas/assign.ts';
import type { Predictions } from '../../api/schemas/customer.ts';
import type { AlertPage } from '../../api/schemas/history.ts';
import type { OutlookAnswer } from '../../api/schemas/outlook.ts';
import type { MembersAnswer } from '../../api/schemas/segment-customers.ts';
import type {
  FlowsAnswer,
  PerformanceAnswer,
  SegmentAnswer,
  SegmentsAnswer,
} from '../../api/schemas/segments.ts';
import { segmentOfSlug, segmentSlugs, slugOf } from '../../api/segment-slug.ts';
import type { PurchasingModel } from '../../operators/predict/purchasing-model.ts';
import { nearestSegment } from '../../operators/segments/assign-segment.ts';
import { type SegmentModel, segmentNames } from '../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../operators/segments/transform.ts';
import {
  activateModels,
  bodyOf,
  consumptionModel,
  type Fixture,
  fixture,
  migration,
  nowMs,
  pipelineStatus,
  purchase,
  storeCustomer,
} from './api-fixture.ts';

/** What a population with a history of years gets: every part of a customer that a list may lack takes part. */
const blend: PurchasingModel = {
  kind: 'blend',
  fading: {
    r: 0.25,
    alphaDays: 100,
    halfLifeDays: 60,
    covariates: [
      { name: 'basketSpend', mean: 3, deviation: 1, coefficient: 0.1 },
      { name: 'basketUnits', mean: 2, deviation: 1, coefficient: 0.15 },
      { name: 'repeats', mean: 1, deviation: 1, coefficient: 0.1 },
      { name: 'silence', mean: -1, deviation: 0.7, coefficient: -0.2 },
    ],
    method: 'penalised',
    cases: 1_000,
    horizonDays: 90,
  },
  calibration: {
    intercept: 0.3,
    slope: 0.85,
    covariates: [{ name: 'unevenness', mean: 0.5, deviation: 1, coefficient: 0.2 }],
  },
  candidates: [],
};

let api: Fixture;
let model: SegmentModel;

beforeEach(async () => {
  api = fixture();
  model = await activateModels(api.stores);
});

const at = (day: string, quantity = 6) => ({
  occurredAt: `2011-${day}T10:00:00Z`,
  items: [{ productId: 'A', quantity, unitPrice: 10 }],
});

/** Customers a to f, each with more orders than the one before; all of them bought last in November. */
async function storeSix(): Promise<void> {
  for (const [index, customerId] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
    const orders = Array.from({ length: index + 1 }, (_, order) =>
      purchase({ customerId, ...at(`${String(11 - order).padStart(2, '0')}-0${index + 1}`) }),
    );
    await storeCustomer(api.stores, orders, model);
  }
}

test('slugs are the names in lower case with hyphens, and lead back', () => {
  expect(segmentSlugs).toEqual([
    'champions',
    'loyal',
    'potential-loyalists',
    'new',
    'promising',
    'needs-attention',
    'at-risk',
    'hibernating',
  ]);
  expect(segmentNames.map((name) => segmentOfSlug(slugOf(name)))).toEqual(segmentNames);
  expect(segmentOfSlug('nobody')).toBeUndefined();
});

describe('the list of segments', () => {
  test('adds up to the population, with revenue and medians of the members', async () => {
    await storeSix();
    const answer = await bodyOf<z.infer<typeof SegmentsAnswer>>(api.get('/v1/segments'));
    expect(answer).toMatchObject({ customers: 6, unassigned: 0, asOf: '2011-12-10T00:00:00.000Z' });
    const total = (pick: (segment: (typeof answer.segments)[number]) => number) =>
      answer.segments.reduce((sum, segment) => sum + pick(segment), 0);
    expect(total(({ size }) => size)).toBe(6);
    expect(total(({ share }) => share)).toBeCloseTo(1, 5);
    expect(total(({ revenue }) => revenue.lifetime)).toBe(21 * 60);
    // Of the last 28 days there is nothing: the newest order is of 6 November, 33 days ago.
    expect(total(({ revenue }) => revenue.last28Days)).toBe(0);
    for (const { size, medians } of answer.segments) expect(medians === null).toBe(size === 0);
  });

  test('counts customers without a segment apart', async () => {
    await storeCustomer(api.stores, [purchase()]);
    const answer = await bodyOf<z.infer<typeof SegmentsAnswer>>(api.get('/v1/segments'));
    expect(answer).toMatchObject({ customers: 1, unassigned: 1 });
    expect(answer.segments.every(({ size, share }) => size === 0 && share === 0)).toBe(true);
  });
});

describe('one segment', () => {
  test('tells who came and went within 28 days, largest flow first', async () => {
    await api.stores.migrations.publish([
      migration(1, { atMs: nowMs - 1, from: 'Loyal', to: 'At Risk' }),
      migration(1, { customerId: 'b', atMs: nowMs - 1, from: 'Loyal', to: 'At Risk' }),
      migration(1, { customerId: 'c', atMs: nowMs - 1, from: 'Champions', to: 'At Risk' }),
      migration(2, { customerId: 'c', atMs: nowMs - 1, from: 'At Risk', to: 'Loyal', cause: 'event' }),
      migration(1, { customerId: 'd', atMs: nowMs - 40 * 86_400_000, from: 'New', to: 'At Risk' }),
    ]);
    const answer = await bodyOf<z.infer<typeof SegmentAnswer>>(api.get('/v1/segments/at-risk'));
    expect(answer).toMatchObject({ name: 'At Risk', slug: 'at-risk', promise: null, version: 'segments-1' });
    expect(answer.flows28).toEqual({
      in: [
        { from: 'Loyal', count: 2, value: 2469.12 },
        { from: 'Champions', count: 1, value: 1234.56 },
      ],
      out: [{ to: 'Loyal', count: 1, value: 1234.56 }],
    });
  });

  test('is not found under a name that is none, and the answer says which there are', async () => {
    for (const path of ['nobody', 'At-Risk', 'nobody/customers']) {
      const response = await api.get(`/v1/segments/${path}`);
      expect(response.status, path).toBe(404);
      expect(await bodyOf(response)).toMatchObject({
        type: '/problems/segment-not-found',
        detail: expect.stringContaining('champions, loyal, potential-loyalists'),
      });
    }
  });
});

describe('the customers of a segment', () => {
  type Members = z.infer<typeof MembersAnswer>;
  const everybody = async (query: string): Promise<Members['items']> => {
    const items: Members['items'] = [];
    for (const slug of segmentSlugs) {
      let cursor = '';
      do {
        const page = await bodyOf<Members>(api.get(`/v1/segments/${slug}/customers?${query}${cursor}`));
        items.push(...page.items);
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
    }
    return items;
  };

  test('are all there, each once, page by page', async () => {
    await storeSix();
    const items = await everybody('limit=1');
    expect(items.map(({ customerId }) => customerId).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(items.find(({ customerId }) => customerId === 'c')).toMatchObject({
      spend365: 180,
      lifetimeSpend: 180,
      purchaseDays: 3,
      lastPurchaseAt: '2011-11-03T10:00:00.000Z',
    });
  });

  test.each([
    ['BG/NBD', undefined],
    ['a blend that looks at baskets', blend],
  ])('come with the chances by %s that the predictions of each have, as of now', async (_, purchasing) => {
    await storeSix();
    await storeCustomer(
      api.stores,
      [
        purchase({ customerId: 'returner', ...at('01-05', 3) }),
        purchase({ customerId: 'returner', ...at('08-02', 9) }),
        purchase({ customerId: 'returner', ...at('08-20', -4) }),
      ],
      model,
    );
    await api.stores.models.put('consumption', {
      ...consumptionModel({ version: 'consumption-2' }),
      ...(purchasing && { purchasing }),
    });
    await api.stores.models.activate('consumption', 'consumption-2');
    const items = await everybody('sort=risk');
    expect(items).toHaveLength(7);
    for (const { customerId, probabilityAlive, purchaseProbability90, atRiskValue, spend365 } of items) {
      const { predictions } = await bodyOf<{ predictions: z.infer<typeof Predictions> }>(
        api.get(`/v1/customers/${customerId}/predictions`),
      );
      expect(probabilityAlive).toBe(predictions.probabilityAlive);
      expect(purchaseProbability90).toBe(predictions.purchaseProbability['90d']);
      expect(purchaseProbability90).toBeGreaterThan(0);
      expect(atRiskValue).toBeCloseTo((1 - (purchaseProbability90 ?? 0)) * spend365, 3);
    }
  });

  test('have no chances and nothing at risk where predictions abstain', async () => {
    const bare = fixture();
    await bare.stores.models.put('segments', model);
    await bare.stores.models.activate('segments', model.version);
    const { standing } = await storeCustomer(bare.stores, [purchase()], model);
    const path = `/v1/segments/${slugOf(standing?.segment ?? 'New')}/customers`;
    const { items } = await bodyOf<Members>(bare.get(`${path}?sort=risk`));
    expect(items).toMatchObject([{ probabilityAlive: null, purchaseProbability90: null, atRiskValue: null }]);
    for (const bound of ['min', 'max']) {
      const listed = await bodyOf<Members>(bare.get(`${path}?${bound}PurchaseProbability=0.5`));
      expect(listed.items, bound).toEqual([]);
    }
  });

  test('are sorted as asked, most first, and filtered', async () => {
    for (const [index, customerId] of ['a', 'b', 'c', 'd'].entries()) {
      // All at one place of the model, so that they stand in one segment.
      await storeCustomer(
        api.stores,
        [
          purchase({ customerId, ...at(`11-1${index}`) }),
          purchase({ customerId, ...at('09-01', 4 - index) }),
        ],
        model,
      );
    }
    const standing = (await api.stores.customers.get('a'))?.standing?.segment ?? 'New';
    const list = (query: string) =>
      bodyOf<Members>(api.get(`/v1/segments/${slugOf(standing)}/customers?${query}`));
    const ids = async (query: string) => (await list(query)).items.map(({ customerId }) => customerId);
    expect(await ids('sort=value')).toEqual(['a', 'b', 'c', 'd']);
    expect(await ids('sort=recent')).toEqual(['d', 'c', 'b', 'a']);
    const byRisk = (await list('sort=risk')).items.map(({ atRiskValue }) => atRiskValue ?? 0);
    expect(byRisk).toEqual([...byRisk].sort((a, b) => b - a));
    expect(await ids('minSpend=80')).toEqual(['a', 'b', 'c']);
    const alive = (await list('')).items.map(({ probabilityAlive }) => probabilityAlive ?? 0);
    expect(
      (await ids(`maxProbabilityAlive=${(Math.min(...alive) + 1e-6).toFixed(6)}`)).length,
    ).toBeGreaterThanOrEqual(1);
    expect(await ids('maxProbabilityAlive=0')).toEqual([]);
    const chances = (await list('')).items.map(({ purchaseProbability90 }) => purchaseProbability90 ?? 0);
    const [least = 0, ...more] = [...chances].sort((a, b) => a - b);
    const between = ((least + (more[0] ?? 1)) / 2).toFixed(6);
    expect(await ids(`maxPurchaseProbability=${between}`)).toHaveLength(1);
    expect(await ids(`minPurchaseProbability=${between}`)).toHaveLength(3);
    expect(await ids(`minPurchaseProbability=${between}&maxPurchaseProbability=${between}`)).toEqual([]);
  });

  test('are not found by the cursor of another list, nor by one that is none', async () => {
    await storeSix();
    const { standing } = (await api.stores.customers.get('a')) ?? {};
    const slug = slugOf(standing?.segment ?? 'New');
    for (const cursor of ['x', 'bm90aGluZw']) {
      const response = await api.get(`/v1/segments/${slug}/customers?cursor=${cursor}`);
      expect([response.status, (await bodyOf(response)).type]).toEqual([400, '/problems/invalid-cursor']);
    }
    expect((await api.get(`/v1/segments/${slug}/customers?minSpend=abc`)).status).toBe(400);
    expect((await api.get(`/v1/segments/${slug}/customers?maxProbabilityAlive=1.5`)).status).toBe(400);
    expect((await api.get(`/v1/segments/${slug}/customers?minPurchaseProbability=-1`)).status).toBe(400);
  });
});

describe('performance over time', () => {
  test('counts orders under the segments they were taken in under', async () => {
    const { customerId, state } = await storeCustomer(
      api.stores,
      [purchase(at('11-01')), purchase(at('11-09'))],
      model,
    );
    const events = (await api.stores.purchases.list(customerId, { limit: 10 })).items;
    await api.stores.purchases.putMany(
      events.map((event) => ({
        ...event,
        segment: event.occurredAtMs === state.lifetime.lastEventAtMs ? 'Loyal' : undefined,
      })),
    );
    const answer = await bodyOf<z.infer<typeof PerformanceAnswer>>(
      api.get('/v1/segments/performance?by=month&from=2011-10-15&to=2011-12-10'),
    );
    expect(answer.periods.map(({ start, complete }) => [start.slice(0, 10), complete])).toEqual([
      ['2011-10-01', true],
      ['2011-11-01', true],
      ['2011-12-01', false],
    ]);
    expect(answer.periods[1]?.segments.Loyal).toMatchObject({
      orders: 1,
      revenue: 60,
      buyers: 1,
      retained: null,
    });
    expect(answer.periods[1]?.segments.unassigned).toMatchObject({ orders: 1, revenue: 60, buyers: 1 });
    const only = await bodyOf<z.infer<typeof PerformanceAnswer>>(
      api.get('/v1/segments/performance?segment=loyal'),
    );
    expect(Object.keys(only.periods[0]?.segments ?? {})).toEqual(['Loyal']);
  });

  test('begins with the first customer when nothing is asked, and refuses too long a time', async () => {
    await storeCustomer(api.stores, [purchase(at('11-30'))], model);
    const answer = await bodyOf<z.infer<typeof PerformanceAnswer>>(api.get('/v1/segments/performance'));
    expect(answer.periods.map(({ start }) => start.slice(0, 10))).toEqual(['2011-11-28', '2011-12-05']);
    expect((await api.get('/v1/segments/performance?from=1980-01-01')).status).toBe(400);
  });

  test.each(['/v1/segments/performance?', '/v1/segments/migrations?', '/v1/migrations?', '/v1/alerts?'])(
    '%s is refused by its `to` where that is not after `from`',
    async (path) => {
      for (const to of ['2011-12-01', '2011-12-09']) {
        const response = await api.get(`${path}from=2011-12-09&to=${to}`);
        expect(response.status, to).toBe(400);
        expect(await bodyOf(response)).toMatchObject({
          type: '/problems/invalid-request',
          errors: [{ location: 'query', field: 'to', message: 'expected an instant after `from`' }],
        });
      }
      expect((await api.get(`${path}from=2011-12-08&to=2011-12-09`)).status).toBe(200);
    },
  );

  test.each(['performance', 'migrations'])('of %s is refused what begins after now', async (what) => {
    const response = await api.get(`/v1/segments/${what}?from=2011-12-11`);
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toMatchObject({ errors: [{ location: 'query', field: 'from' }] });
  });

  test('has forecasts with what came of them', async () => {
    const figures = {
      customers: 2,
      expectedPurchases: 1.23456,
      expectedSpendMicros: 12_500_000,
      actualPurchases: 2,
      actualSpendMicros: undefined,
    };
    await api.stores.checkpoints.putForecast({
      atMs: nowMs - 40 * 86_400_000,
      modelVersion: 'consumption-1',
      closedAtMs: undefined,
      segments: [...segmentNames, 'unassigned'].map(() => figures),
    });
    await storeCustomer(api.stores, [purchase(at('10-01'))], model);
    const { forecasts } = await bodyOf<z.infer<typeof PerformanceAnswer>>(
      api.get('/v1/segments/performance?segment=champions'),
    );
    expect(forecasts).toEqual([
      {
        at: new Date(nowMs - 40 * 86_400_000).toISOString(),
        horizonDays: 28,
        closedAt: null,
        segments: {
          Champions: {
            customers: 2,
            expectedPurchases: 1.23,
            actualPurchases: 2,
            expectedSpend: 12.5,
            actualSpend: null,
          },
        },
      },
    ]);
  });
});

describe('moves between two dates', () => {
  beforeEach(async () => {
    await api.stores.migrations.publish([
      migration(1, { atMs: Date.parse('2011-06-02T23:59:59Z') }),
      migration(2, {
        atMs: Date.parse('2011-06-03T00:00:00Z'),
        from: 'At Risk',
        to: 'Loyal',
        cause: 'event',
      }),
      migration(3, { atMs: Date.parse('2011-06-04T12:00:00Z') }),
    ]);
  });

  test('are summed by segments and cause, with the value that went to worse', async () => {
    const flows = (query: string) =>
      bodyOf<z.infer<typeof FlowsAnswer>>(api.get(`/v1/segments/migrations?${query}`));
    const all = await flows('from=2011-06-01&to=2011-06-05');
    expect(all.flows).toEqual([
      { from: 'Loyal', to: 'At Risk', cause: 'time', count: 2, value: 2469.12 },
      { from: 'At Risk', to: 'Loyal', cause: 'event', count: 1, value: 1234.56 },
    ]);
    expect(all.valueAtRisk).toBe(2469.12);
    expect((await flows('from=2011-06-03&to=2011-06-04')).flows).toHaveLength(1);
    // A day that has begun counts whole.
    expect(await flows('from=2011-06-04T13:00:00Z&to=2011-06-04T14:00:00Z')).toMatchObject({
      from: '2011-06-04T00:00:00.000Z',
      to: '2011-06-05T00:00:00.000Z',
      flows: [{ count: 1 }],
    });
    expect((await flows('from=2011-06-01&to=2011-06-05&cause=event')).flows).toHaveLength(1);
    expect((await flows('')).flows).toEqual([]);
  });

  test('are listed one by one, filtered by where from and where to', async () => {
    const list = (query: string) => bodyOf<z.infer<typeof AlertPage>>(api.get(`/v1/migrations?${query}`));
    expect((await list('')).items.map(({ ordinal }) => ordinal)).toEqual([3, 2, 1]);
    expect((await list('fromSegment=at-risk')).items.map(({ ordinal }) => ordinal)).toEqual([2]);
    expect((await list('toSegment=at-risk&to=2011-06-03')).items.map(({ ordinal }) => ordinal)).toEqual([1]);
    expect((await list('cause=event&fromSegment=loyal')).items).toEqual([]);
    const first = await list('limit=1');
    const second = await list(`limit=1&cursor=${first.nextCursor}`);
    expect(second.items.map(({ ordinal }) => ordinal)).toEqual([2]);
    expect((await api.get(`/v1/migrations?cause=event&cursor=${first.nextCursor}`)).status).toBe(400);
  });
});

describe('assignment', () => {
  const assign = (body: unknown) =>
    bodyOf<z.infer<typeof AssignAnswer>>(api.post('/v1/segments/assign', body));

  test('of features is the nearest segment, with the next one and the reasons', async () => {
    const features = [
      { recencyDays: 2, tenureDays: 400, orders365: 30, spend365: 9_000 },
      { recencyDays: 300, tenureDays: 301, orders365: 1, spend365: 10 },
    ];
    const { results, modelVersion } = await assign({ features });
    expect(modelVersion).toBe('segments-1');
    for (const [index, asked] of features.entries()) {
      const result = results[index];
      const nearest = nearestSegment(transformFeatures(asked, model.transforms), model);
      expect(result).toMatchObject({
        found: true,
        customerId: null,
        segment: nearest,
        nearest,
        features: asked,
      });
      const distances = Object.values(result?.distances ?? {}).sort((a, b) => a - b);
      expect(distances[1]).toBe(result?.next?.distance);
      expect(result?.next?.segment).not.toBe(nearest);
      expect(result?.reasons.length).toBeGreaterThan(0);
    }
  });

  test('of customers is where they stand, in the order asked; who is unknown is told so', async () => {
    const { standing } = await storeCustomer(api.stores, [purchase()], model);
    const { results } = await assign({ customerIds: ['nobody', '12346', 'nobody'] });
    expect(results.map(({ customerId, found }) => [customerId, found])).toEqual([
      ['nobody', false],
      ['12346', true],
      ['nobody', false],
    ]);
    const answer = await bodyOf<{ segment: { name: string } }>(api.get('/v1/customers/12346/segment'));
    expect(results[1]?.segment).toBe(answer.segment.name);
    expect(standing).toBeDefined();
  });

  test('abstains without a model, and refuses what is neither, too many or impossible', async () => {
    const bare = fixture();
    const answer = await bodyOf<z.infer<typeof AssignAnswer>>(
      bare.post('/v1/segments/assign', {
        features: [{ recencyDays: 1, tenureDays: 2, orders365: 1, spend365: 1 }],
      }),
    );
    expect(answer).toMatchObject({ modelVersion: null, abstained: expect.any(String) });
    expect(answer.results[0]).toMatchObject({ segment: null, distances: null });
    const refused = [
      {},
      { customerIds: [] },
      { customerIds: Array.from({ length: 101 }, () => 'a') },
      { customerIds: ['a'], features: [] },
      { features: [{ recencyDays: 3, tenureDays: 2, orders365: 1, spend365: 1 }] },
      { features: [{ recencyDays: 1, tenureDays: 2, orders365: 1, spend365: null }] },
    ];
    for (const body of refused) {
      expect((await api.post('/v1/segments/assign', body)).status, JSON.stringify(body)).toBe(400);
    }
  });

  test.each([
    [{ ids: ['a'] }, '', 'expected an object with one of customerIds, features'],
    [['a'], '', 'expected an object with one of customerIds, features'],
    [{ customerIds: ['a'], features: [] }, 'features', 'not both'],
    [{ customerIds: [' '] }, 'customerIds.0', 'not blank'],
    [{ features: [{ recencyDays: -1 }] }, 'features.0.recencyDays', '>=0'],
  ])('says of %j which field is wrong', async (body, field, message) => {
    const response = await api.post('/v1/segments/assign', body);
    expect(response.status).toBe(400);
    const { errors } = await bodyOf(response);
    expect(errors?.[0]).toEqual({ location: 'body', field, message: expect.stringContaining(message) });
  });
});

describe('the outlook of a customer', () => {
  test('fades point by point, and names the changes that the timers will make', async () => {
    await storeCustomer(
      api.stores,
      [purchase(at('08-01')), purchase(at('10-01')), purchase(at('12-01'))],
      model,
    );
    const outlook = await bodyOf<z.infer<typeof OutlookAnswer>>(
      api.get('/v1/customers/12346/outlook?days=90&points=10'),
    );
    expect(outlook.points).toHaveLength(10);
    expect(outlook.points[0]?.at).toBe(outlook.asOf);
    expect(Date.parse(outlook.points[9]?.at ?? '') - nowMs).toBe(90 * 86_400_000);
    const alive = outlook.points.map(({ probabilityAlive }) => probabilityAlive);
    expect(alive).toEqual([...alive].sort((a, b) => b - a));
    const { segment } = await bodyOf<{
      segment: { name: string; nextChangeAt: string; nextSegment: string };
    }>(api.get('/v1/customers/12346/segment'));
    expect(outlook.changes[0]).toMatchObject({
      at: segment.nextChangeAt,
      from: segment.name,
      to: segment.nextSegment,
    });
    expect(outlook.changes.length).toBeLessThanOrEqual(10);
    for (const [index, { at: changeAt, to }] of outlook.changes.entries()) {
      const then = await bodyOf<{ segment: { name: string } }>(
        api.get(`/v1/customers/12346/segment?asOf=${changeAt}`),
      );
      if (Date.parse(changeAt) < nowMs + 5 * 365 * 86_400_000) expect(then.segment.name).toBe(to);
      expect(outlook.changes[index + 1]?.from ?? to).toBe(to);
    }
  });

  test('is empty without models, and refuses what is out of range', async () => {
    const bare = fixture();
    await storeCustomer(bare.stores, [purchase()]);
    expect(await bodyOf(bare.get('/v1/customers/12346/outlook'))).toMatchObject({ points: [], changes: [] });
    expect((await bare.get('/v1/customers/12346/outlook?days=0')).status).toBe(400);
    expect((await bare.get('/v1/customers/12346/outlook?points=202')).status).toBe(400);
    expect((await bare.get('/v1/customers/12346/outlook?points=1')).status).toBe(400);
    expect((await bare.get('/v1/customers/nobody/outlook')).status).toBe(404);
  });
});

describe('the live figures', () => {
  test('come at once, complete in themselves, and end when the host closes', async () => {
    const shown = pipelineStatus({ segmentCounts: { Champions: 3, unassigned: 2 }, customers: 5 });
    const live = fixture({ status: async () => shown });
    const response = await live.get('/v1/live');
    expect(response.headers.get('Content-Type')).toMatch(/^text\/event-stream/);
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('data: ')) {
      text += new TextDecoder().decode((await reader?.read())?.value ?? new Uint8Array());
    }
    const data = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '') as Record<string, unknown>;
    expect(text).toContain('event: live\n');
    expect(data).toMatchObject({
      customers: 5,
      unassigned: 2,
      eventsPerSecond: 2,
      segments: { Champions: 3, Hibernating: 0 },
      migrationsByCause: { event: 0, time: 2, model: 0 },
      modelVersion: null,
    });
    live.close();
    while (!((await reader?.read())?.done ?? true));
    expect((await live.get('/v1/live')).status).toBe(503);
  });

  test('are refused beyond so many streams, and tell when they can not be read', async () => {
    const live = fixture({}, { streamsMax: 1 });
    const first = await live.get('/v1/live');
    expect((await live.get('/v1/live')).status).toBe(503);
    await first.body?.cancel();
    live.close();
    const down = fixture({ status: () => Promise.reject(new Error('down')) });
    expect((await down.get('/v1/live')).status).toBe(500);
  });
});
