import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ApiContext, ApiEnv } from '../context.ts';
import { instantOrNull } from '../present/amounts.ts';
import { presentSegments } from '../present/segments.ts';
import { json, readProblems } from '../schemas/responses.ts';
import { SegmentsAnswer } from '../schemas/segments.ts';

const segmentsRoute = createRoute({
  method: 'get',
  path: '/v1/segments',
  tags: ['Segments'],
  summary: 'The segments: what they mean, how many stand there, where their middle is',
  responses: { 200: json(SegmentsAnswer, 'The active segment model, best segment first.'), ...readProblems },
});

/** The active segment model. */
export function segmentRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  app.openapi(segmentsRoute, async (c) => {
    const [active, status] = await Promise.all([models.current(), deps.status()]);
    return c.json(
      {
        currency: deps.reportingCurrency,
        watermark: instantOrNull(deps.watermarkMs()),
        ...presentSegments(active.segments, status.segmentCounts),
      },
      200,
    );
  });
}
