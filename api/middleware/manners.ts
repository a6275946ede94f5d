import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { eventLoopLagMs } from '../event-loop-lag.ts';
import type { ApiOptions } from '../options.ts';
import { problemResponse } from '../problems.ts';
import { accessLog } from './access-log.ts';
import { authorize } from './authorize.ts';
import { entityTags } from './entity-tags.ts';
import { idempotency } from './idempotency.ts';
import { identify } from './identify.ts';
import { knownParameters } from './known-parameters.ts';
import { openOrigins } from './open-origins.ts';
import { ownOrigin } from './own-origin.ts';
import { rateLimit } from './rate-limit.ts';
import { securityHeaders } from './security-headers.ts';
import { shedLoad } from './shed-load.ts';

/**
 * What every request goes through before its route, in this order: it gets an id and a line in the log, is refused when
 * there are too many, is told apart by who asks, counted, allowed or not, and only then is its body looked at.
 */
export function useManners(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies, options: ApiOptions): void {
  app.use(requestId({ limitLength: 128 }));
  app.use(accessLog(options.accessLog, deps.log));
  app.use(securityHeaders);
  if (options.corsOrigins.length > 0) app.use(openOrigins(options.corsOrigins));
  app.use(shedLoad({ ...options, eventLoopLagMs: deps.eventLoopLagMs ?? eventLoopLagMs }));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problemResponse(c, 'method-not-allowed', { headers: { Allow: methods.join(', ') } }),
    }),
  );
  app.use(identify(deps.authentication));
  if (options.requestsPerMinute > 0) app.use(rateLimit(options.requestsPerMinute, deps));
  app.use(authorize);
  app.use(ownOrigin(options.corsOrigins));
  app.use('/v1/*', knownParameters(app));
  app.use(unlessRead(limitBody(options.bodyBytesMax)));
  app.use(unlessRead(idempotency(deps.stores.answers, deps.log)));
  app.use('/v1/*', entityTags);
}

/** Reads have no body that anybody looks at. */
function unlessRead(middleware: MiddlewareHandler<ApiEnv>): MiddlewareHandler<ApiEnv> {
  return (c, next) => (['GET', 'HEAD'].includes(c.req.method) ? next() : middleware(c, next));
}

function limitBody(bodyBytesMax: number): MiddlewareHandler<ApiEnv> {
  return bodyLimit({
    maxSize: bodyBytesMax,
    onError: (c) =>
      problemResponse(c, 'body-too-large', { detail: `At most ${bodyBytesMax} bytes are taken.` }),
  });
}
