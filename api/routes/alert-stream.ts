import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { serveFeed } from '../alerts/serve-feed.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentMigration } from '../present/history.ts';
import { feedRequest, feedResponse } from '../schemas/feeds.ts';
import { problem, readProblems } from '../schemas/responses.ts';

/** Entries of one read of the feed. */
const pageSize = 100;

const streamRoute = createRoute({
  method: 'get',
  path: '/v1/alerts/stream',
  tags: ['Alerts'],
  summary: 'Moves between segments as they are published, as Server-Sent Events',
  description:
    'Each event has the type `migration`, the feed key as id and a Migration as data. With Last-Event-ID (a header, ' +
    'or `lastEventId`) the stream goes on strictly after that event; without, it begins now. A comment keeps a silent ' +
    'stream open. Events come in the order of publication, each once a connection, moments after they are published. ' +
    'An event `following` has a place in the stream as id and says no more: a client keeps it as any other id. Behind ' +
    'API Gateway, which hands answers over whole, a stream ends when it has given what there is; come back after `retry`.',
  request: feedRequest,
  responses: {
    200: feedResponse('event: migration\nid: ...\ndata: {"id":"...","from":"Loyal"}'),
    ...readProblems,
    503: problem('Too many open streams, or a service behind the API is down; see Retry-After.'),
  },
});

/** The alerts to come. */
export function alertStreamRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { deps } = context;
  const { migrations } = deps.stores;
  const serve = serveFeed(context, {
    event: 'migration',
    read: (after) => migrations.feedAfter(after, pageSize),
    start: () => migrations.feedStart(),
    present: (migration) => presentMigration(migration, deps.reportingCurrency),
  });
  app.openapi(streamRoute, (c) => serve(c, { header: c.req.valid('header'), query: c.req.valid('query') }));
}
