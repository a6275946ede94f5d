import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../context.ts';
import { HttpProblem } from '../problems.ts';

/**
 * Refuses writes that a browser sends from a page of another origin. A page elsewhere could otherwise post events
 * to an API on the reader's own machine, since bodies are read whatever their media type says. Programs send neither
 * header and pass.
 * @param allowed further origins that may write
 * @see Fetch Metadata Request Headers, section 2.3 (Sec-Fetch-Site)
 */
export function ownOrigin(allowed: readonly string[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const isWrite = !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method);
    const origin = c.req.header('Origin');
    const isAllowed = origin !== undefined && allowed.includes(origin);
    if (isWrite && !isAllowed && isForeign(c.req.header('Sec-Fetch-Site'), origin, hostOf(c.req))) {
      throw new HttpProblem('foreign-origin');
    }
    await next();
  };
}

function hostOf(request: { header(name: string): string | undefined; url: string }): string {
  return request.header('Host') ?? new URL(request.url).host;
}

function isForeign(site: string | undefined, origin: string | undefined, host: string): boolean {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
