import type { Scope } from '../dependencies.ts';

/** `public`: asked by anybody. `known`: any proof of who asks will do, whatever its scopes. */
export type RouteAccess = 'public' | 'known' | Scope;

/**
 * What each route asks for, in one place. `read` sees; `write` puts events in or sends something again; `admin` changes
 * what Tidemark does from then on, and sees secrets.
 */
const routeScopes: Readonly<Record<string, RouteAccess>> = {
  'GET /': 'public',
  'GET /docs': 'public',
  'GET /openapi.json': 'public',
  'GET /problems/{kind}': 'public',
  'GET /board': 'public',
  'GET /board/*': 'public',
  'GET /board/assets/{file}': 'public',
  'GET /health': 'public',
  'GET /ready': 'public',
  'GET /metrics': 'read',

  'GET /v1/me': 'known',
  'GET /v1/status': 'read',
  'GET /v1/live': 'read',

  'GET /v1/customers/{id}': 'read',
  'GET /v1/customers/{id}/features': 'read',
  'GET /v1/customers/{id}/segment': 'read',
  'GET /v1/customers/{id}/predictions': 'read',
  'GET /v1/customers/{id}/outlook': 'read',
  'GET /v1/customers/{id}/purchases': 'read',
  'GET /v1/customers/{id}/migrations': 'read',
  'POST /v1/predictions/batch-get': 'read',

  'GET /v1/segments': 'read',
  'GET /v1/segments/{slug}': 'read',
  'GET /v1/segments/{slug}/customers': 'read',
  'GET /v1/segments/performance': 'read',
  'GET /v1/segments/migrations': 'read',
  'POST /v1/segments/assign': 'read',
  'GET /v1/migrations': 'read',

  'GET /v1/models': 'read',
  'GET /v1/models/{id}/quality': 'read',
  'GET /v1/alerts': 'read',
  'GET /v1/alerts/stream': 'read',

  'GET /v1/rules': 'read',
  'POST /v1/rules': 'admin',
  'GET /v1/rules/{id}': 'read',
  'PUT /v1/rules/{id}': 'admin',
  'DELETE /v1/rules/{id}': 'admin',
  'POST /v1/rules/{id}/rotate-secret': 'admin',
  'POST /v1/rules/test': 'read',
  'GET /v1/rule-alerts': 'read',
  'GET /v1/rule-alerts/stream': 'read',
  'GET /v1/deliveries': 'read',
  'POST /v1/deliveries/{id}/replay': 'write',

  'GET /v1/quarantine': 'read',
  'GET /v1/quarantine/{id}': 'read',
  'POST /v1/quarantine/{id}/replay': 'write',

  'POST /v1/events': 'write',
};

/** Every route the table speaks of, as `GET /v1/me`. */
export const scopedRoutes: readonly string[] = Object.keys(routeScopes);

/**
 * What a route asks for; one that nobody thought of asks for the most.
 * @param path as in the OpenAPI document (`/v1/customers/{id}`) or as the router has it (`/v1/customers/:id`)
 */
export function routeAccess(method: string, path: string): RouteAccess {
  return routeScopes[routeName(method, path)] ?? 'admin';
}

/** The name of a route, as `GET /v1/customers/{id}`; HEAD is answered as GET. */
export function routeName(method: string, path: string): string {
  const template = path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}');
  return `${method.toUpperCase() === 'HEAD' ? 'GET' : method.toUpperCase()} ${template}`;
}

/** True for a route that changes something: its repetitions are told by `Idempotency-Key`. */
export function isWrite(method: string, path: string): boolean {
  const access = routeAccess(method, path);
  return !['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase()) && ['write', 'admin'].includes(access);
}
