import { expect, test } from 'vitest';
import { bodyOf, fixture } from '../api-fixture.ts';

test('a misspelt filter is refused by name, with those there are', async () => {
  const answer = await fixture().get('/v1/segments/at-risk/customers?minspend=100');
  expect(answer.status).toBe(400);
  const { detail, errors } = await bodyOf(answer);
  expect(errors).toMatchObject([{ location: 'query', field: 'minspend' }]);
  expect(detail).toMatch(/^query: minspend: no such parameter; the route takes .*minSpend/);
});

test.each([
  '/v1/alerts?x=1&x=2',
  '/v1/segments/migrations?from=2011-01-01&cause=time&step=day',
  '/v1/alerts/stream?a=%3Cscript%3E',
])('%s is refused', async (path) => {
  expect((await fixture().get(path)).status).toBe(400);
});

test('what a route takes, and what is no route of the API, passes', async () => {
  const api = fixture();
  for (const path of [
    '/v1/alerts?limit=1&cause=time',
    '/v1/models?kind=segments',
    '/health?probe=1',
    '/docs?x',
    '/v1/status?x',
  ])
    expect((await api.get(path)).status, path).toBe(200);
  expect((await api.get('/v1/nothing?x=1')).status).toBe(404);
});

test('names are refused in bounded words', async () => {
  const query = Array.from({ length: 200 }, (_, index) => `${'n'.repeat(300)}${index}=1`).join('&');
  const answer = await fixture().get(`/v1/alerts?${query}`);
  const { errors, detail } = await bodyOf(answer);
  expect(errors).toHaveLength(20);
  expect(detail?.length).toBeLessThan(3_000);
});

test('a route whose path another one’s pattern matches too is told by its own name', async () => {
  const api = fixture({}, { accessLog: 'info' });
  expect((await api.get('/v1/segments/migrations?cause=time')).status).toBe(200);
  expect((await api.get('/v1/segments/performance?by=week')).status).toBe(200);
  const routes = api.logs.map(({ fields }) => fields.route);
  expect(routes).toEqual(['/v1/segments/migrations', '/v1/segments/performance']);
});
