import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { errorFields } from '../../operators/error-fields.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentStatus } from '../present/status.ts';
import { json, problem, readProblems } from '../schemas/responses.ts';
import { HealthAnswer, ReadyAnswer, StatusAnswer } from '../schemas/status.ts';

const statusRoute = createRoute({
  method: 'get',
  path: '/v1/status',
  tags: ['Operation'],
  summary: 'Where the pipeline stands',
  responses: {
    200: json(StatusAnswer, 'Clock, watermark, lag, counts and model versions.'),
    ...readProblems,
  },
});

const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  tags: ['Operation'],
  summary: 'Is the process alive?',
  responses: { 200: json(HealthAnswer, 'It is; says nothing of what it depends on.') },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/ready',
  tags: ['Operation'],
  summary: 'Can it do its work?',
  responses: {
    200: json(ReadyAnswer, 'Stream, tables and pipeline answer.'),
    503: json(ReadyAnswer, 'Not yet, or not any more; `reasons` says what is missing.'),
  },
});

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['Operation'],
  summary: 'Metrics in Prometheus text exposition',
  responses: {
    200: {
      description: 'The metrics.',
      content: {
        'text/plain': { schema: z.string().openapi({ example: 'tidemark_events_applied_total 22190' }) },
      },
    },
    500: problem('Something failed on our side.'),
  },
});

/** What operators and load balancers ask. */
export function statusRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  app.openapi(statusRoute, async (c) => {
    const [status, active] = await Promise.all([deps.status(), models.current()]);
    return c.json(
      presentStatus(status, active, { nowMs: deps.nowMs(), currency: deps.reportingCurrency }),
      200,
    );
  });
  app.openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200));
  app.openapi(readyRoute, async (c) => {
    const { ready, reasons } = await readiness();
    return ready ? c.json({ ready, reasons }, 200) : c.json({ ready, reasons }, 503, { 'Retry-After': '1' });
  });
  app.openapi(metricsRoute, async (c) => {
    const { contentType, body } = await deps.metrics();
    return c.text(body, 200, { 'Content-Type': contentType });
  });

  async function readiness(): Promise<{ ready: boolean; reasons: string[] }> {
    if (deps.closing.aborted) return { ready: false, reasons: ['the host is closing'] };
    try {
      const { ready, reasons } = await deps.ready();
      return { ready, reasons: [...reasons] };
    } catch (error) {
      deps.log('warn', 'the readiness check failed', {
        ...errorFields(error),
      });
      return { ready: false, reasons: ['the readiness check failed; the log has the cause'] };
    }
  }
}
