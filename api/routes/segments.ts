import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { isToWorse } from '../../operators/population/migration-flows.ts';
import { forecastDays } from '../../operators/population/segment-forecast.ts';
import { segmentPerformance } from '../../operators/population/segment-performance.ts';
import { recentDays } from '../../operators/population/summarise-population.ts';
import { segmentNames } from '../../operators/segments/segment-model.ts';
import { msPerDay, utcDay } from '../../operators/state/customer-state.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { instant, instantOrNull, money } from '../present/amounts.ts';
import {
  presentFlows,
  presentForecast,
  presentPeriod,
  presentPopulation,
  presentPromise,
  presentSegmentFlows,
  presentSegmentModel,
  presentSegmentSummary,
} from '../present/segments.ts';
import { HttpProblem } from '../problems.ts';
import { json, readProblems, segmentProblems } from '../schemas/responses.ts';
import {
  FlowsAnswer,
  FlowsQuery,
  PerformanceAnswer,
  PerformanceQuery,
  SegmentAnswer,
  SegmentPath,
  SegmentsAnswer,
} from '../schemas/segments.ts';
import { segmentOfPath, segmentOfSlug } from '../segment-slug.ts';

/** Periods of one answer. */
const periodsMax = 520;
const daysPer = { week: 7, month: 28 } as const;

const segmentsRoute = createRoute({
  method: 'get',
  path: '/v1/segments',
  tags: ['Segments'],
  summary: 'The segments: what they mean, how many stand there, where their middle is',
  responses: { 200: json(SegmentsAnswer, 'The segments, best first.'), ...readProblems },
});

const performanceRoute = createRoute({
  method: 'get',
  path: '/v1/segments/performance',
  tags: ['Segments'],
  summary:
    'How the segments did over time: customers, revenue, orders, retention, and forecasts beside what came',
  description:
    'An order counts to the segment its customer stood in when it was taken in (just before it took effect); first ' +
    `orders count as 'unassigned'. At most ${periodsMax} periods.`,
  request: { query: PerformanceQuery },
  responses: { 200: json(PerformanceAnswer, 'Period by period, oldest first.'), ...readProblems },
});

const flowsRoute = createRoute({
  method: 'get',
  path: '/v1/segments/migrations',
  tags: ['Segments'],
  summary: 'How many customers moved from where to where between two dates, and what they were worth',
  request: { query: FlowsQuery },
  responses: { 200: json(FlowsAnswer, 'Moves summed by segments and cause.'), ...readProblems },
});

const segmentRoute = createRoute({
  method: 'get',
  path: '/v1/segments/{slug}',
  tags: ['Segments'],
  summary: 'One segment',
  request: { params: SegmentPath },
  responses: { 200: json(SegmentAnswer, 'The segment, and who came and went lately.'), ...segmentProblems },
});

/** The segments: now, over time, and the flows between them. */
export function segmentRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  const { population } = deps;
  const envelope = () => ({
    currency: deps.reportingCurrency,
    watermark: instantOrNull(deps.watermarkMs()),
  });

  app.openapi(segmentsRoute, async (c) => {
    const [active, summary] = await Promise.all([models.current(), population.summary()]);
    return c.json(
      {
        ...envelope(),
        ...presentPopulation(summary),
        ...presentSegmentModel(active.segments),
        segments: segmentNames.map((name) => presentSegmentSummary(name, active.segments, summary)),
      },
      200,
    );
  });

  app.openapi(performanceRoute, async (c) => {
    const { by, from, to, segment } = c.req.valid('query');
    const [{ asOfMs, sizes, cells }, forecasts] = await Promise.all([
      population.history(),
      population.forecasts(),
    ]);
    const toMs = to ?? asOfMs + 1;
    const sinceMs = (sizes.firstDay() ?? utcDay(asOfMs)) * msPerDay;
    const fromMs = from ?? Math.max(toMs - 365 * msPerDay, Math.min(sinceMs, toMs - 1));
    if (fromMs >= toMs) throw wrongFrom(`expected an instant up to now, ${instant(asOfMs)}`);
    if ((toMs - fromMs) / msPerDay > periodsMax * daysPer[by]) {
      throw wrongFrom(`expected at most ${periodsMax} periods before \`to\``);
    }
    const only = segment === undefined ? undefined : segmentOfSlug(segment);
    const periods = segmentPerformance(cells[by], sizes, { fromMs, toMs, asOfMs });
    return c.json(
      {
        ...envelope(),
        asOf: instant(asOfMs),
        by,
        periods: periods.map((period) => presentPeriod(period, only)),
        forecasts: forecasts
          .filter(({ atMs }) => atMs >= fromMs - forecastDays * msPerDay && atMs < toMs)
          .map((forecast) => presentForecast(forecast, only)),
      },
      200,
    );
  });

  app.openapi(flowsRoute, async (c) => {
    const { from, to, cause } = c.req.valid('query');
    const { asOfMs, flows } = await population.history();
    const toMs = to ?? asOfMs + 1;
    const toDay = Math.ceil(toMs / msPerDay);
    const fromDay = from === undefined ? toDay - recentDays : utcDay(from);
    if (fromDay >= toDay) throw wrongFrom(`expected an instant up to now, ${instant(asOfMs)}`);
    const counted = flows.between(fromDay, toDay, cause);
    const worse = counted.filter(isToWorse).reduce((sum, { valueMicros }) => sum + valueMicros, 0);
    return c.json(
      {
        ...envelope(),
        asOf: instant(asOfMs),
        from: instant(fromDay * msPerDay),
        to: instant(toDay * msPerDay),
        cause: cause ?? null,
        flows: presentFlows(counted),
        valueAtRisk: money(worse),
      },
      200,
    );
  });

  app.openapi(segmentRoute, async (c) => {
    const name = segmentOfPath(c.req.valid('param').slug);
    const [active, summary, history] = await Promise.all([
      models.current(),
      population.summary(),
      population.history(),
    ]);
    const today = utcDay(summary.asOfMs);
    const recent = history.flows.between(today + 1 - recentDays, today + 1);
    return c.json(
      {
        ...envelope(),
        ...presentPopulation(summary),
        version: active.segments?.version ?? null,
        ...presentSegmentSummary(name, active.segments, summary),
        promise: presentPromise(name, active.segments),
        flows28: presentSegmentFlows(name, recent),
      },
      200,
    );
  });
}

function wrongFrom(message: string): HttpProblem {
  return new HttpProblem('invalid-request', {
    detail: `query: from: ${message}`,
    extensions: { errors: [{ location: 'query', field: 'from', message }] },
  });
}
