import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import { routeName } from '../auth/route-scopes.ts';

/** Names as they were made, by the router's own; as many as there are routes. */
const names = new Map<string, string>();

/** The route that will answer, as `GET /v1/customers/{id}`: the first that matches; undefined when none does. */
export function matchedRoute(c: Context): string | undefined {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
  if (route === undefined) return undefined;
  const key = `${route.method} ${route.path}`;
  let name = names.get(key);
  if (name === undefined) {
    name = routeName(route.method, route.path);
    names.set(key, name);
  }
  return name;
}
