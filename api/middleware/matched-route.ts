import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import { routeName } from '../auth/route-scopes.ts';

/** The route that will answer, as `GET /v1/customers/{id}`; undefined when no handler matches. */
export function matchedRoute(c: Context): string | undefined {
  const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
  return route && routeName(route.method, route.path);
}
