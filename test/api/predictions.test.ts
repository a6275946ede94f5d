import type { z } from '@hono/zod-openapi';
import { beforeEach, expect, test } from 'vitest';
import type { BatchGetAnswer } from '../../api/schemas/batch.ts';
import type { CustomerPredictionsAnswer } from '../../api/schemas/customer.ts';
import { activateModels, bodyOf, type Fixture, fixture, purchase, storeCustomer } from './api-fixture.ts';

type Answer = z.infer<typeof BatchGetAnswer>;

const path = '/v1/predictions/batch-get';
let api: Fixture;

beforeEach(async () => {
  api = fixture();
  const model = await activateModels(api.stores);
  await storeCustomer(api.stores, [purchase({ customerId: 'a', occurredAt: '2011-11-01T10:00:00Z' })], model);
  await storeCustomer(api.stores, [purchase({ customerId: 'b', occurredAt: '2011-12-01T10:00:00Z' })], model);
});

test('a batch gives one result an id, in their order, repeats and unknown ones included', async () => {
  const response = await api.post(path, { ids: ['b', 'nobody', 'a', 'b'] });
  expect(response.status).toBe(200);
  const { results } = await bodyOf<Answer>(response);
  expect(results.map((result) => [result.customerId, result.found])).toEqual([
    ['b', true],
    ['nobody', false],
    ['a', true],
    ['b', true],
  ]);
  expect(results[1]).toMatchObject({
    asOf: null,
    segment: null,
    predictions: { probabilityAlive: null, abstained: expect.any(String) },
    versions: { customer: null, segments: 'segments-1' },
  });
  const single = await bodyOf<z.infer<typeof CustomerPredictionsAnswer>>(
    api.get('/v1/customers/a/predictions'),
  );
  expect(results[2]?.predictions).toEqual(single.predictions);
});

test('a batch answers for the instant asked for, and says where it can not', async () => {
  const { results } = await bodyOf<Answer>(api.post(path, { ids: ['a', 'b'], asOf: '2011-11-15T00:00:00Z' }));
  expect(results[0]).toMatchObject({ asOf: '2011-11-15T00:00:00.000Z', predictions: { abstained: null } });
  expect(results[1]).toMatchObject({
    found: true,
    asOf: null,
    segment: null,
    predictions: { probabilityAlive: null },
  });
  expect(results[1]?.predictions.abstained).toContain('2011-12-01T10:00:00.000Z');
});

test('a batch takes 1 to 100 ids', async () => {
  expect((await api.post(path, { ids: ['a'] })).status).toBe(200);
  expect((await api.post(path, { ids: new Array(100).fill('a') })).status).toBe(200);
  expect((await api.post(path, { ids: [] })).status).toBe(400);
  expect((await api.post(path, { ids: new Array(101).fill('a') })).status).toBe(400);
});

test('a batch that breaks its schema names each field', async () => {
  const response = await api.post(path, { ids: ['a', 7, '\u0000'], asOf: 'soon' });
  expect(response.status).toBe(400);
  const { errors } = await bodyOf(response);
  expect(errors?.map((error) => error.field)).toEqual(['ids.1', 'ids.2', 'asOf']);
});

test.each(['', 'no json', '[]', 'null', '{"ids":"a"}', '{"__proto__":{"ids":["a"]}}', '['.repeat(100_000)])(
  'a batch of %.20s is refused',
  async (body) => {
    expect((await api.post(path, body)).status).toBe(400);
  },
);
