import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ApiEnv } from '../context.ts';

/**
 * Lets pages of the listed origins ask from a browser; without any, no header of cross-origin sharing is ever sent.
 * Credentials of the browser's own (cookies) are never asked for: a page sends its token or key itself.
 */
export function openOrigins(origins: readonly string[]): MiddlewareHandler<ApiEnv> {
  const shared = cors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowHeaders: [
      'Authorization',
      'X-Api-Key',
      'Content-Type',
      'Idempotency-Key',
      'If-None-Match',
      'Last-Event-ID',
      'X-Request-Id',
    ],
    exposeHeaders: [
      'ETag',
      'Idempotency-Replayed',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 600,
  });
  return async (c, next) => {
    const origin = c.req.header('Origin');
    if (origin === undefined || !origins.includes(origin)) return next();
    return shared(c, next);
  };
}
