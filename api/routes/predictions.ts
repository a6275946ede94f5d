import { setImmediate } from 'node:timers/promises';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ActiveModels } from '../../operators/batch.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import { viewCustomer } from '../../operators/view-customer.ts';
import { asOfRefusal, chooseAsOf } from '../as-of.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { readJson } from '../json-body.ts';
import { instantOrNull } from '../present/amounts.ts';
import { noPredictions, presentPredictions, presentSegment } from '../present/customer.ts';
import { presentEnvelope } from '../read-customer.ts';
import { BatchGetAnswer, BatchGetRequest, type BatchGetResultBody } from '../schemas/batch.ts';
import { json, problem, readProblems } from '../schemas/responses.ts';
import { validated } from '../validation.ts';

/** Customers predicted before the event loop gets its turn. */
const idsPerTurn = 8;

const batchGetRoute = createRoute({
  method: 'post',
  path: '/v1/predictions/batch-get',
  tags: ['Customers'],
  summary: 'Predictions of many customers',
  description: 'One result an id, in the order of the ids.',
  request: {
    body: {
      required: true,
      // A reference, not a schema: the handler reads the body itself, so that it needs no media type.
      content: { 'application/json': { schema: { $ref: '#/components/schemas/BatchGetRequest' } } },
    },
  },
  responses: {
    200: json(BatchGetAnswer, 'One result an id.'),
    ...readProblems,
    403: problem('Sent by a browser page of another origin.'),
    413: problem('The body is too large.'),
  },
});

/** Predictions of up to a hundred customers in one request. */
export function predictionRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { deps, models } = context;
  app.openAPIRegistry.register('BatchGetRequest', BatchGetRequest);
  app.openapi(batchGetRoute, async (c) => {
    const { ids, asOf } = validated(BatchGetRequest, await readJson(c));
    const records = await deps.stores.customers.getMany([...new Set(ids)]);
    const active = await models.atLeast([...records.values()].map((record) => record.standing?.modelVersion));
    const results: BatchGetResultBody[] = [];
    for (const [index, id] of ids.entries()) {
      // A prediction takes milliseconds: other requests get their turn in between.
      if (index % idsPerTurn === idsPerTurn - 1) await setImmediate();
      const record = records.get(id);
      results.push(
        record === undefined
          ? unknownCustomer(context, id, active)
          : knownCustomer(context, record, active, asOf),
      );
    }
    return c.json({ results }, 200);
  });
}

function knownCustomer(
  context: ApiContext,
  record: CustomerRecord,
  models: ActiveModels,
  requestedMs: number | undefined,
): BatchGetResultBody {
  const chosen = chooseAsOf(record.state, requestedMs, context.deps.nowMs());
  const asOfMs = chosen.ok ? chosen.asOfMs : chosen.limitMs;
  const envelope = presentEnvelope(context, { record, models }, asOfMs);
  if (!chosen.ok) {
    return {
      ...envelope,
      asOf: null,
      found: true,
      segment: null,
      predictions: noPredictions(asOfRefusal(chosen)),
    };
  }
  const view = viewCustomer(record, models, asOfMs);
  return {
    ...envelope,
    found: true,
    segment: presentSegment(view, models),
    predictions: presentPredictions(view, models, record.state),
  };
}

function unknownCustomer({ deps }: ApiContext, id: string, models: ActiveModels): BatchGetResultBody {
  return {
    customerId: id,
    currency: deps.reportingCurrency,
    asOf: null,
    watermark: instantOrNull(deps.watermarkMs()),
    versions: {
      segments: models.segments?.version ?? null,
      consumption: models.consumption?.version ?? null,
      customer: null,
    },
    found: false,
    segment: null,
    predictions: noPredictions('No event of this customer has been processed.'),
  };
}
