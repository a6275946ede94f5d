import type { Context, MiddlewareHandler } from 'hono';
import { rateLimiter, type Store } from 'hono-rate-limiter';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { HttpProblem } from '../problems.ts';
import { isVital } from './shed-load.ts';

const windowMs = 60_000;

/** Callers remembered at a time; beyond that the one unheard of for longest starts afresh. */
const callersMax = 20_000;

/**
 * Counts the requests of each caller a minute, and says in the headers RateLimit and RateLimit-Policy how many are left.
 * A caller is a token's subject or a key's name; without either, an address. Counted in this process: of several, each
 * counts for itself.
 * @see draft-ietf-httpapi-ratelimit-headers-07
 * @throws {HttpProblem} `too-many-requests`
 */
export function rateLimit(
  requestsPerMinute: number,
  { callerAddress }: Pick<ApiDependencies, 'callerAddress'>,
): MiddlewareHandler<ApiEnv> {
  return rateLimiter<ApiEnv>({
    windowMs,
    limit: requestsPerMinute,
    standardHeaders: 'draft-7',
    store: boundedWindows(),
    skip: (c) => isVital(c.req.path),
    keyGenerator: (c) => callerOf(c, callerAddress),
    handler: () => {
      throw new HttpProblem('too-many-requests', {
        detail: `At most ${requestsPerMinute} requests a minute are answered to one caller.`,
      });
    },
  });
}

function callerOf(c: Context<ApiEnv>, callerAddress: ApiDependencies['callerAddress']): string {
  const identity = c.get('identity');
  if (identity.kind === 'known' && identity.principal.subject !== null) {
    return `${identity.principal.authentication} ${identity.principal.subject}`;
  }
  return networkOf(callerAddress?.(c.env, c.req.header('X-Forwarded-For')));
}

/** One IPv6 customer has a whole /64 of addresses. */
function networkOf(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6) return parsed.parts.slice(0, 4).join(':');
  return parsed.toString();
}

interface Window {
  totalHits: number;
  readonly resetTime: Date;
}

function boundedWindows(): Store<ApiEnv> {
  const windows = new LRUCache<string, Window>({ max: callersMax });
  return {
    increment(key) {
      const now = Date.now();
      const held = windows.get(key);
      const window =
        held !== undefined && held.resetTime.getTime() > now
          ? held
          : { totalHits: 0, resetTime: new Date(now + windowMs) };
      window.totalHits += 1;
      windows.set(key, window);
      return window;
    },
    decrement(key) {
      const held = windows.get(key);
      if (held !== undefined && held.totalHits > 0) held.totalHits -= 1;
    },
    resetKey(key) {
      windows.delete(key);
    },
  };
}
