import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ActiveModels } from '../../operators/batch.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import { explainAssignment } from '../../operators/segments/explain-assignment.ts';
import { segmentFeatures } from '../../operators/segments/segment-features.ts';
import {
  type SegmentFeatures,
  type SegmentModel,
  type SegmentName,
  segmentNames,
} from '../../operators/segments/segment-model.ts';
import { viewCustomer } from '../../operators/view-customer.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { readJson } from '../json-body.ts';
import { figure, instant } from '../present/amounts.ts';
import { presentReasons } from '../present/segment-reasons.ts';
import { AssignAnswer, type AssignedBody, AssignRequest, assignRequestBy } from '../schemas/assign.ts';
import { json, writeProblems } from '../schemas/responses.ts';
import { slugOf } from '../segment-slug.ts';
import { schemaByKey, validated } from '../validation.ts';

type AssignSchema = (typeof assignRequestBy)[keyof typeof assignRequestBy];

const assignRoute = createRoute({
  method: 'post',
  path: '/v1/segments/assign',
  tags: ['Segments'],
  summary: 'Segments of many customers, or of features to ask what if',
  request: {
    body: {
      required: true,
      // A reference, not a schema: the handler reads the body itself, so that it needs no media type.
      content: { 'application/json': { schema: { $ref: '#/components/schemas/AssignRequest' } } },
    },
  },
  responses: { 200: json(AssignAnswer, 'One result for each, in order.'), ...writeProblems },
});

/** Assignment in batches; nothing is stored. */
export function assignSegmentRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  app.openAPIRegistry.register('AssignRequest', AssignRequest);
  app.openapi(assignRoute, async (c) => {
    const body = await readJson(c);
    const asked = validated(schemaByKey<AssignSchema>(assignRequestBy, body), body);
    const nowMs = deps.nowMs();
    if ('features' in asked) {
      const { segments } = await models.current();
      return c.json(
        answerOf(
          nowMs,
          segments,
          asked.features.map((features) => ofFeatures(features, segments)),
        ),
        200,
      );
    }
    const records = await deps.stores.customers.getMany([...new Set(asked.customerIds)]);
    const active = await models.atLeast([...records.values()].map(({ standing }) => standing?.modelVersion));
    const results = asked.customerIds.map((id) => ofCustomer(id, records.get(id), active, nowMs));
    return c.json(answerOf(nowMs, active.segments, results), 200);
  });
}

function answerOf(nowMs: number, model: SegmentModel | undefined, results: AssignedBody[]) {
  return {
    asOf: instant(nowMs),
    modelVersion: model?.version ?? null,
    abstained: model === undefined ? 'No segment model is active yet.' : null,
    results,
  };
}

function ofFeatures(features: SegmentFeatures, model: SegmentModel | undefined): AssignedBody {
  const body = { ...nothing, found: true, features };
  return model === undefined ? body : { ...body, ...placed(features, model) };
}

function ofCustomer(
  customerId: string,
  record: CustomerRecord | undefined,
  { segments }: ActiveModels,
  nowMs: number,
): AssignedBody {
  if (record === undefined) return { ...nothing, customerId };
  const asOfMs = Math.max(nowMs, record.state.lifetime.lastEventAtMs);
  const { standing } = viewCustomer(record, { segments, consumption: undefined }, asOfMs);
  const features = segmentFeatures(record.state, asOfMs);
  const body = { ...nothing, customerId, found: true, features: rounded(features) };
  return segments === undefined ? body : { ...body, ...placed(features, segments, standing?.segment) };
}

const nothing: AssignedBody = {
  customerId: null,
  found: false,
  segment: null,
  slug: null,
  nearest: null,
  next: null,
  distances: null,
  features: null,
  reasons: [],
};

function placed(features: SegmentFeatures, model: SegmentModel, standing?: SegmentName) {
  const { segment, nearest, next, distances, reasons } = explainAssignment(features, model, standing);
  const distanceTo = (name: SegmentName) => figure(distances[name]) ?? 0;
  return {
    segment,
    slug: slugOf(segment),
    nearest,
    next: { segment: next, distance: distanceTo(next) },
    distances: Object.fromEntries(segmentNames.map((name) => [name, distanceTo(name)])),
    reasons: presentReasons(reasons),
  };
}

function rounded(features: SegmentFeatures): NonNullable<AssignedBody['features']> {
  return {
    recencyDays: figure(features.recencyDays) ?? 0,
    tenureDays: figure(features.tenureDays) ?? 0,
    orders365: features.orders365,
    spend365: figure(features.spend365) ?? 0,
  };
}
