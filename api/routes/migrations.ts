import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { filterFeed } from '../alerts/filter-feed.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { instantOrNull } from '../present/amounts.ts';
import { presentMigration } from '../present/history.ts';
import { refusingCursor } from '../read-page.ts';
import { AlertPage } from '../schemas/history.ts';
import { MigrationsQuery } from '../schemas/migrations.ts';
import { json, readProblems } from '../schemas/responses.ts';
import { segmentOfSlug } from '../segment-slug.ts';

const migrationsRoute = createRoute({
  method: 'get',
  path: '/v1/migrations',
  tags: ['Segments'],
  summary: 'Moves between segments one by one, of all customers',
  description:
    'Newest published first. One request examines at most 5,000 moves, so a page can be short and still have a `nextCursor`.',
  request: { query: MigrationsQuery },
  responses: { 200: json(AlertPage, 'One page of moves.'), ...readProblems },
});

/** The moves behind the flows. */
export function migrationRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  app.openapi(migrationsRoute, async (c) => {
    const { limit, cursor, ...filters } = c.req.valid('query');
    const { cause, from, to, fromSegment, toSegment } = filters;
    const left = fromSegment && segmentOfSlug(fromSegment);
    const joined = toSegment && segmentOfSlug(toSegment);
    const scope = `migrations\n${JSON.stringify([cause, from, to, fromSegment, toSegment])}`;
    const feed = await refusingCursor(() =>
      filterFeed(
        deps.stores.migrations,
        (migration) =>
          (cause === undefined || migration.cause === cause) &&
          (from === undefined || migration.atMs >= from) &&
          (to === undefined || migration.atMs < to) &&
          (left === undefined || migration.from === left) &&
          (joined === undefined || migration.to === joined),
        decodeCursor(scope, cursor),
        { limit },
      ),
    );
    return c.json(
      {
        watermark: instantOrNull(deps.watermarkMs()),
        items: feed.items.map((migration) => presentMigration(migration, deps.reportingCurrency)),
        nextCursor: feed.position === undefined ? null : encodeCursor(scope, feed.position),
      },
      200,
    );
  });
}
