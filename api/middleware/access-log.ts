import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { matchedRoute } from './matched-route.ts';

/**
 * Logs one line a request once its answer begins: the route's pattern and not its path, since paths name customers;
 * neither query nor headers nor bodies, since those may hold secrets.
 */
export function accessLog(
  level: 'off' | 'debug' | 'info',
  log: ApiDependencies['log'],
): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const startMs = performance.now();
    await next();
    if (level === 'off') return;
    const identity = c.get('identity');
    log(level, 'request', {
      requestId: c.get('requestId'),
      method: c.req.method,
      route: matchedRoute(c)?.replace(/^\S+ /, '') ?? null,
      status: c.res.status,
      durationMs: Math.round((performance.now() - startMs) * 10) / 10,
      caller: identity?.kind === 'known' ? identity.principal.subject : null,
    });
  };
}
