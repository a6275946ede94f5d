import { expect, test } from 'vitest';
import { isWrite, routeAccess, routeName, scopedRoutes } from '../../../api/auth/route-scopes.ts';
import { fixture } from '../api-fixture.ts';

const served = () =>
  [
    ...new Set(
      fixture()
        .app.routes.filter(({ method }) => method !== 'ALL')
        .map(({ method, path }) => routeName(method, path)),
    ),
  ].toSorted();

test('every route that is served says what it asks for', () => {
  expect(served().filter((route) => !scopedRoutes.includes(route))).toEqual([]);
  expect(served().length).toBeGreaterThan(15);
});

test('a route that nobody thought of asks for the most', () => {
  expect(routeAccess('GET', '/v1/secrets')).toBe('admin');
  expect(routeAccess('GET', '/toString')).toBe('admin');
});

test('only pages, their parts and what load balancers ask are public', () => {
  const open = served().filter((route) => {
    const [method, path] = route.split(' ') as [string, string];
    return routeAccess(method, path) === 'public';
  });
  expect(open.filter((route) => /\/v1\/|metrics/.test(route))).toEqual([]);
});

test('the router’s path and the document’s name the same route', () => {
  expect(routeName('get', '/v1/customers/:id{.+}')).toBe('GET /v1/customers/{id}');
  expect(routeName('HEAD', '/v1/customers/:id')).toBe('GET /v1/customers/{id}');
  expect(isWrite('POST', '/v1/events')).toBe(true);
  expect(isWrite('POST', '/v1/predictions/batch-get')).toBe(false);
  expect(isWrite('GET', '/v1/me')).toBe(false);
});
