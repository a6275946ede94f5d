import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentMigration, presentPurchase } from '../present/history.ts';
import { loadCustomer, presentEnvelope } from '../read-customer.ts';
import { readPage } from '../read-page.ts';
import { MigrationPage, PurchasePage } from '../schemas/history.ts';
import { customerProblems, json } from '../schemas/responses.ts';
import { CustomerPath, PageQuery } from '../schemas/shared.ts';

const request = { params: CustomerPath, query: PageQuery };

const purchasesRoute = createRoute({
  method: 'get',
  path: '/v1/customers/{id}/purchases',
  tags: ['Customers'],
  summary: 'The purchases of one customer',
  description: 'Newest first by event time, with every line of the order; returns are listed too.',
  request,
  responses: { 200: json(PurchasePage, 'One page of purchases.'), ...customerProblems },
});

const migrationsRoute = createRoute({
  method: 'get',
  path: '/v1/customers/{id}/migrations',
  tags: ['Customers'],
  summary: 'The moves of one customer between segments',
  description: 'Newest first: each move with its cause, the features that moved it, and both distances.',
  request,
  responses: { 200: json(MigrationPage, 'One page of moves.'), ...customerProblems },
});

/** One customer's history: what was bought, and the moves between segments. */
export function customerHistoryRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { deps } = context;
  const load = async (id: string) => {
    const customer = await loadCustomer(context, id);
    const asOfMs = Math.max(deps.nowMs(), customer.record.state.lifetime.lastEventAtMs);
    return presentEnvelope(context, customer, asOfMs);
  };
  app.openapi(purchasesRoute, async (c) => {
    const { id } = c.req.valid('param');
    const envelope = await load(id);
    const page = await readPage(`purchases\n${id}`, c.req.valid('query'), (request) =>
      deps.stores.purchases.list(id, request),
    );
    const items = page.items.map(presentPurchase);
    return c.json({ ...envelope, items, nextCursor: page.nextCursor }, 200);
  });
  app.openapi(migrationsRoute, async (c) => {
    const { id } = c.req.valid('param');
    const envelope = await load(id);
    const page = await readPage(`migrations\n${id}`, c.req.valid('query'), (request) =>
      deps.stores.migrations.listByCustomer(id, request),
    );
    const items = page.items.map((migration) => presentMigration(migration, deps.reportingCurrency));
    return c.json({ ...envelope, items, nextCursor: page.nextCursor }, 200);
  });
}
