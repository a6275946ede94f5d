import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { silentChanges, silentPoints } from '../../operators/silent-outlook.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { figure, instant } from '../present/amounts.ts';
import { presentEnvelope, readCustomer } from '../read-customer.ts';
import { OutlookAnswer, OutlookQuery } from '../schemas/outlook.ts';
import { customerProblems, json } from '../schemas/responses.ts';
import { CustomerPath } from '../schemas/shared.ts';

const changesMax = 10;

const outlookRoute = createRoute({
  method: 'get',
  path: '/v1/customers/{id}/outlook',
  tags: ['Customers'],
  summary: 'What becomes of one customer who buys nothing more',
  request: { params: CustomerPath, query: OutlookQuery },
  responses: {
    200: json(OutlookAnswer, 'The fading outlook and the changes of segment to come.'),
    ...customerProblems,
  },
});

/** One customer's time to come, in silence. */
export function outlookRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  app.openapi(outlookRoute, async (c) => {
    const { asOf, days, points } = c.req.valid('query');
    const customer = await readCustomer(context, c.req.valid('param').id, asOf, {
      segment: true,
      predictions: false,
    });
    const { record, models, view } = customer;
    const { asOfMs, standing } = view;
    const windowOf = (length: number) => ({ from: instant(asOfMs - length * msPerDay), to: instant(asOfMs) });
    return c.json(
      {
        ...presentEnvelope(context, customer, asOfMs),
        points: silentPoints(record, models, asOfMs, { days, points }).map((point) => ({
          at: instant(point.atMs),
          probabilityAlive: figure(point.probabilityAlive) ?? 0,
          purchaseProbability30: figure(point.purchaseProbability30) ?? 0,
        })),
        changes: silentChanges(record, standing, models, asOfMs)
          .slice(0, changesMax)
          .map(({ atMs, ...change }) => ({ at: instant(atMs), ...change })),
        windows: { '7d': windowOf(7), '30d': windowOf(30), '90d': windowOf(90), '365d': windowOf(365) },
      },
      200,
    );
  });
}
