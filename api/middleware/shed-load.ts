import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../context.ts';
import { HttpProblem } from '../problems.ts';

export interface ShedLoadOptions {
  /** Requests being answered at a time. */
  readonly requestsInFlightMax: number;
  readonly eventLoopLagMsMax: number;
  /** How late the process is with what is due, milliseconds. */
  readonly eventLoopLagMs: () => number;
}

/** What tells operators and load balancers how it stands must be answered when it stands badly. */
const neverShed: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** True for what neither overload nor a caller's rate keeps from being answered. */
export function isVital(path: string): boolean {
  return neverShed.has(path);
}

/**
 * Refuses requests at once while more are being answered than the limit, or while the process is behind: those under way
 * then get done in place of all getting slow. An open stream counts until its first byte only; streams have a limit of
 * their own.
 * @throws {HttpProblem} `overloaded`
 */
export function shedLoad(options: ShedLoadOptions): MiddlewareHandler<ApiEnv> {
  let inFlight = 0;
  return async (c, next) => {
    if (isVital(c.req.path)) return next();
    if (inFlight >= options.requestsInFlightMax || options.eventLoopLagMs() > options.eventLoopLagMsMax) {
      throw new HttpProblem('overloaded', { headers: { 'Retry-After': '1' } });
    }
    inFlight += 1;
    try {
      await next();
    } finally {
      inFlight -= 1;
    }
  };
}
