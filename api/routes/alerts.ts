import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { filterFeed } from '../alerts/filter-feed.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { instantOrNull } from '../present/amounts.ts';
import { presentMigration } from '../present/history.ts';
import { readPage, refusingCursor } from '../read-page.ts';
import { AlertPage } from '../schemas/history.ts';
import { json, readProblems } from '../schemas/responses.ts';
import { inOrderOfTime, MigrationCauseName, PageQuery, RequestedInstant } from '../schemas/shared.ts';

const AlertSpan = PageQuery.extend({
  cause: MigrationCauseName.optional().openapi({ param: { name: 'cause', in: 'query' } }),
  from: RequestedInstant.optional().openapi({
    type: 'string',
    format: 'date-time',
    param: { name: 'from', in: 'query' },
    description: 'Only moves that took effect at or after this instant.',
  }),
  to: RequestedInstant.optional().openapi({
    type: 'string',
    format: 'date-time',
    param: { name: 'to', in: 'query' },
    description: 'Only moves that took effect before this instant.',
  }),
});
const AlertQuery = inOrderOfTime(AlertSpan);

const alertsRoute = createRoute({
  method: 'get',
  path: '/v1/alerts',
  tags: ['Alerts'],
  summary: 'Moves between segments, of all customers',
  description:
    'Newest published first. With filters one request examines at most 5,000 moves, so a page can be short and still ' +
    'have a `nextCursor`.',
  request: { query: AlertQuery },
  responses: { 200: json(AlertPage, 'One page of alerts.'), ...readProblems },
});

/** The alerts so far. */
export function alertRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  const store = deps.stores.migrations;
  app.openapi(alertsRoute, async (c) => {
    const query = c.req.valid('query');
    const page = isFiltered(query)
      ? await filteredPage(query)
      : await readPage('alerts', query, (request) => store.feedLatest(request));
    return c.json(
      {
        watermark: instantOrNull(deps.watermarkMs()),
        items: page.items.map((migration) => presentMigration(migration, deps.reportingCurrency)),
        nextCursor: page.nextCursor,
      },
      200,
    );
  });

  async function filteredPage({ cause, from, to, limit, cursor }: z.output<typeof AlertQuery>) {
    const scope = `alerts\n${JSON.stringify([cause, from, to])}`;
    const feed = await refusingCursor(() =>
      filterFeed(
        store,
        (migration) =>
          (cause === undefined || migration.cause === cause) &&
          (from === undefined || migration.atMs >= from) &&
          (to === undefined || migration.atMs < to),
        decodeCursor(scope, cursor),
        { limit },
      ),
    );
    const nextCursor = feed.position === undefined ? null : encodeCursor(scope, feed.position);
    return { items: feed.items, nextCursor };
  }
}

function isFiltered({ cause, from, to }: z.output<typeof AlertQuery>): boolean {
  return cause !== undefined || from !== undefined || to !== undefined;
}
