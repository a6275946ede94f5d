import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, Next } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { errorFields } from '../operators/error-fields.ts';
import { TidemarkError } from '../operators/errors.ts';
import { ActiveModelCache } from '../sinks/active-model-cache.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import type { ApiDependencies } from './dependencies.ts';
import { ownOrigin } from './middleware/own-origin.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { type ApiOptions, apiOptions } from './options.ts';
import { HttpProblem, problemResponse } from './problems.ts';
import { alertStreamRoutes } from './routes/alert-stream.ts';
import { alertRoutes } from './routes/alerts.ts';
import { customerHistoryRoutes } from './routes/customer-history.ts';
import { customerRoutes } from './routes/customers.ts';
import { eventRoutes } from './routes/events.ts';
import { modelRoutes } from './routes/models.ts';
import { pageRoutes } from './routes/pages.ts';
import { predictionRoutes } from './routes/predictions.ts';
import { segmentRoutes } from './routes/segments.ts';
import { statusRoutes } from './routes/status.ts';
import { type FieldLocation, invalidRequest } from './validation.ts';

/**
 * The HTTP API as a Hono app: `app.fetch` answers requests, `app.request` is for tests. It holds the active models
 * for at most `modelAgeMsMax`, the OpenAPI document, and nothing of a customer; any number of apps may run side by side.
 *
 * @param given limits that differ from their defaults
 * @throws {ConfigurationError} for limits out of range
 */
export function createApp(deps: ApiDependencies, given: Partial<ApiOptions> = {}): OpenAPIHono<ApiEnv> {
  const options = apiOptions(given);
  const models = new ActiveModelCache(deps.stores.models, {
    ageMsMax: options.modelAgeMsMax,
    nowMs: () => performance.now(),
  });
  const context: ApiContext = { deps, models, options };
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error, locations[result.target] ?? 'body');
    },
  });

  app.onError((error, c) => errorResponse(error, c, deps));
  app.notFound((c) => problemResponse(c, 'not-found'));
  app.use(requestId({ limitLength: 128 }));
  app.use(securityHeaders);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problemResponse(c, 'method-not-allowed', { headers: { Allow: methods.join(', ') } }),
    }),
  );
  app.use(ownOrigin);
  app.use(
    bodyLimit({
      maxSize: options.bodyBytesMax,
      onError: (c) =>
        problemResponse(c, 'body-too-large', { detail: `At most ${options.bodyBytesMax} bytes are taken.` }),
    }),
  );
  app.use('/v1/customers/*', validatedByCaches);
  app.use('/v1/customers/*', etag({ weak: true, retainedHeaders }));
  app.use('/v1/models/*', validatedByCaches);
  app.use('/v1/models/*', etag({ weak: true, retainedHeaders }));

  customerRoutes(app, context);
  customerHistoryRoutes(app, context);
  predictionRoutes(app, context);
  segmentRoutes(app, context);
  modelRoutes(app, context);
  alertRoutes(app, context);
  alertStreamRoutes(app, context);
  eventRoutes(app, context);
  statusRoutes(app, context);
  pageRoutes(app, context);
  return app;
}

/** Answers move with time, so a cache may keep one only to ask whether it still holds. */
async function validatedByCaches(c: Context<ApiEnv>, next: Next): Promise<void> {
  await next();
  if (c.res.ok || c.res.status === 304) c.res.headers.set('Cache-Control', 'private, no-cache');
}

const locations: Readonly<Record<string, FieldLocation>> = {
  param: 'path',
  query: 'query',
  header: 'header',
  json: 'body',
};

const retainedHeaders = ['etag', 'cache-control', 'date', 'vary', 'x-request-id'];

/** Problems answer for themselves; what can be retried is a 503; anything else is ours, logged and not told. */
function errorResponse(error: Error, c: Context<ApiEnv>, { log }: ApiDependencies): Response {
  if (error instanceof HttpProblem) return problemResponse(c, error.kind, error.options);
  if (error instanceof HTTPException && error.status < 500) {
    return problemResponse(c, 'invalid-request', { detail: error.message });
  }
  const retryable = error instanceof TidemarkError && error.retryable;
  log(retryable ? 'warn' : 'error', 'a request failed', {
    requestId: c.get('requestId'),
    method: c.req.method,
    route: c.req.path.slice(0, 200),
    ...errorFields(error),
  });
  return retryable
    ? problemResponse(c, 'unavailable', { headers: { 'Retry-After': '1' } })
    : problemResponse(c, 'internal');
}
