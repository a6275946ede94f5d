import type { Context, MiddlewareHandler } from 'hono';
import type { Principal } from '../auth/principal.ts';
import { type RouteAccess, routeAccess } from '../auth/route-scopes.ts';
import { namesThisMachine } from '../auth/this-machine.ts';
import type { ApiEnv } from '../context.ts';
import { HttpProblem } from '../problems.ts';
import { matchedRoute } from './matched-route.ts';

/**
 * Lets through who may use the route that will answer. What no route answers needs no scope: it gets its 404 and tells
 * nothing else.
 * @throws {HttpProblem} `missing-credentials`, `invalid-credentials`, `insufficient-scope`, `foreign-host`.
 */
export const authorize: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const route = matchedRoute(c);
  const [method, path] = route?.split(' ') ?? [];
  if (method !== undefined && path !== undefined) check(c, routeAccess(method, path));
  await next();
};

function check(c: Context<ApiEnv>, access: RouteAccess): void {
  if (access === 'public') return;
  const identity = c.get('identity');
  if (identity.kind === 'absent') {
    throw new HttpProblem('missing-credentials', { headers: challenge() });
  }
  if (identity.kind === 'refused') {
    throw new HttpProblem('invalid-credentials', {
      detail: identity.reason,
      headers: challenge('invalid_token'),
    });
  }
  if (identity.principal.authentication === 'off' && !namesThisMachine(c)) {
    throw new HttpProblem('foreign-host');
  }
  if (access !== 'known') requireScope(identity.principal, access);
}

function requireScope({ scopes }: Principal, required: Exclude<RouteAccess, 'public' | 'known'>): void {
  if (scopes.includes(required)) return;
  throw new HttpProblem('insufficient-scope', {
    detail: `The route asks for the scope ${required}; granted: ${scopes.join(', ') || 'none'}.`,
    extensions: { requiredScope: required },
    headers: challenge('insufficient_scope', required),
  });
}

/** @see RFC 6750, section 3 */
function challenge(error?: string, scope?: string): Record<string, string> {
  const parts = ['realm="tidemark"'];
  if (error !== undefined) parts.push(`error="${error}"`);
  if (scope !== undefined) parts.push(`scope="${scope}"`);
  return { 'WWW-Authenticate': `Bearer ${parts.join(', ')}` };
}
