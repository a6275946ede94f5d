import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { errorFields } from '../operators/error-fields.ts';
import { TidemarkError } from '../operators/errors.ts';
import { ActiveModelCache } from '../sinks/active-model-cache.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import type { ApiDependencies } from './dependencies.ts';
import { useManners } from './middleware/manners.ts';
import { matchedRoute } from './middleware/matched-route.ts';
import { type ApiOptions, apiOptions } from './options.ts';
import { HttpProblem, problemResponse } from './problems.ts';
import { alertStreamRoutes } from './routes/alert-stream.ts';
import { alertRoutes } from './routes/alerts.ts';
import { assignSegmentRoutes } from './routes/assign-segments.ts';
import { boardRoutes } from './routes/board.ts';
import { customerHistoryRoutes } from './routes/customer-history.ts';
import { customerRoutes } from './routes/customers.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import { liveRoutes } from './routes/live.ts';
import { meRoutes } from './routes/me.ts';
import { migrationRoutes } from './routes/migrations.ts';
import { modelRoutes } from './routes/models.ts';
import { outlookRoutes } from './routes/outlook.ts';
import { pageRoutes } from './routes/pages.ts';
import { predictionRoutes } from './routes/predictions.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { ruleAlertRoutes } from './routes/rule-alerts.ts';
import { ruleTestRoutes } from './routes/rule-test.ts';
import { ruleRoutes } from './routes/rules.ts';
import { segmentCustomerRoutes } from './routes/segment-customers.ts';
import { segmentRoutes } from './routes/segments.ts';
import { statusRoutes } from './routes/status.ts';
import { Segment } from './schemas/shared.ts';
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
  useManners(app, deps, options);

  // First, so that none of those that may be null gives the name its meaning.
  app.openAPIRegistry.register('SegmentName', Segment);
  meRoutes(app);
  customerRoutes(app, context);
  customerHistoryRoutes(app, context);
  predictionRoutes(app, context);
  outlookRoutes(app, context);
  segmentRoutes(app, context);
  segmentCustomerRoutes(app, context);
  assignSegmentRoutes(app, context);
  migrationRoutes(app, context);
  modelRoutes(app, context);
  alertRoutes(app, context);
  alertStreamRoutes(app, context);
  ruleRoutes(app, context);
  ruleTestRoutes(app, context);
  ruleAlertRoutes(app, context);
  deliveryRoutes(app, context);
  quarantineRoutes(app, context);
  eventRoutes(app, context);
  statusRoutes(app, context);
  liveRoutes(app, context);
  boardRoutes(app, context);
  pageRoutes(app, context);
  return app;
}

const locations: Readonly<Record<string, FieldLocation>> = {
  param: 'path',
  query: 'query',
  header: 'header',
  json: 'body',
};

/** Problems answer for themselves; what can be retried is a 503; anything else is ours, logged and not told. */
function errorResponse(error: Error, c: Context<ApiEnv>, { log }: ApiDependencies): Response {
  if (error instanceof HttpProblem) return problemResponse(c, error.kind, error.options);
  if (error instanceof HTTPException && error.status < 500) {
    return problemResponse(c, 'invalid-request', { detail: error.message });
  }
  if (isCutOff(error)) return problemResponse(c, 'invalid-request', { detail: 'The body was cut off.' });
  const retryable = error instanceof TidemarkError && error.retryable;
  log(retryable ? 'warn' : 'error', 'a request failed', {
    requestId: c.get('requestId'),
    method: c.req.method,
    route: matchedRoute(c)?.replace(/^\S+ /, '') ?? null,
    ...errorFields(error),
  });
  return retryable
    ? problemResponse(c, 'unavailable', { headers: { 'Retry-After': '1' } })
    : problemResponse(c, 'internal');
}

/** The caller went away before its body was whole: nothing of ours failed, and nobody is there to hear of it. */
function isCutOff(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNRESET' && error.message === 'aborted';
}
