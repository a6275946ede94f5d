import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentFeatures, presentPredictions, presentSegment } from '../present/customer.ts';
import { presentMigration } from '../present/history.ts';
import { presentEnvelope, readCustomer, type Shown } from '../read-customer.ts';
import { CustomerFeaturesAnswer, CustomerPredictionsAnswer, CustomerProfile } from '../schemas/customer.ts';
import { CustomerSegmentAnswer } from '../schemas/history.ts';
import { customerProblems, json } from '../schemas/responses.ts';
import { AsOfQuery, CustomerPath } from '../schemas/shared.ts';

/** Moves told of with a customer's segment; `/migrations` lists all. */
const historyMax = 50;

const request = { params: CustomerPath, query: AsOfQuery };

const profileRoute = createRoute({
  method: 'get',
  path: '/v1/customers/{id}',
  tags: ['Customers'],
  summary: 'All about one customer',
  description: 'Consumption features, segment and predictions, computed for the instant of reading.',
  request,
  responses: { 200: json(CustomerProfile, 'The customer at the instant `asOf`.'), ...customerProblems },
});

const featuresRoute = createRoute({
  method: 'get',
  path: '/v1/customers/{id}/features',
  tags: ['Customers'],
  summary: 'What one customer has consumed',
  request,
  responses: { 200: json(CustomerFeaturesAnswer, 'Lifetime, windows and behaviour.'), ...customerProblems },
});

const segmentRoute = createRoute({
  method: 'get',
  path: '/v1/customers/{id}/segment',
  tags: ['Customers'],
  summary: 'Where one customer stands, why, and until when',
  request,
  responses: { 200: json(CustomerSegmentAnswer, 'The segment at the instant `asOf`.'), ...customerProblems },
});

const predictionsRoute = createRoute({
  method: 'get',
  path: '/v1/customers/{id}/predictions',
  tags: ['Customers'],
  summary: 'What one customer will buy next, and when',
  request,
  responses: {
    200: json(CustomerPredictionsAnswer, 'Predictions from the instant `asOf` on.'),
    ...customerProblems,
  },
});

/** One customer: the profile and its three parts. */
export function customerRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const read = async (id: string, asOfMs: number | undefined, shown: Shown) => {
    const customer = await readCustomer(context, id, asOfMs, shown);
    return { ...customer, envelope: presentEnvelope(context, customer, customer.view.asOfMs) };
  };
  app.openapi(profileRoute, async (c) => {
    const { envelope, record, view, models } = await read(
      c.req.valid('param').id,
      c.req.valid('query').asOf,
      {
        segment: true,
        predictions: true,
      },
    );
    return c.json(
      {
        ...envelope,
        features: presentFeatures(view.features),
        segment: presentSegment(view, models),
        predictions: presentPredictions(view, models, record.state),
      },
      200,
    );
  });
  app.openapi(featuresRoute, async (c) => {
    const { envelope, view } = await read(c.req.valid('param').id, c.req.valid('query').asOf, {
      segment: false,
      predictions: false,
    });
    return c.json({ ...envelope, features: presentFeatures(view.features) }, 200);
  });
  app.openapi(segmentRoute, async (c) => {
    const { envelope, view, models } = await read(c.req.valid('param').id, c.req.valid('query').asOf, {
      segment: true,
      predictions: false,
    });
    const { items } = await context.deps.stores.migrations.listByCustomer(envelope.customerId, {
      limit: historyMax,
    });
    const { reportingCurrency } = context.deps;
    return c.json(
      {
        ...envelope,
        segment: presentSegment(view, models),
        history: items.map((migration) => presentMigration(migration, reportingCurrency)),
      },
      200,
    );
  });
  app.openapi(predictionsRoute, async (c) => {
    const { envelope, record, view, models } = await read(
      c.req.valid('param').id,
      c.req.valid('query').asOf,
      {
        segment: false,
        predictions: true,
      },
    );
    return c.json({ ...envelope, predictions: presentPredictions(view, models, record.state) }, 200);
  });
}
