import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { serveFeed } from '../alerts/serve-feed.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentDeliveries, presentRuleAlert } from '../present/rule-alerts.ts';
import { readPage } from '../read-page.ts';
import { feedRequest, feedResponse } from '../schemas/feeds.ts';
import { json, problem, readProblems } from '../schemas/responses.ts';
import { RuleAlertPage, RuleAlertQuery } from '../schemas/rule-alerts.ts';

/** Entries of one read of the feed. */
const pageSize = 100;

const listRoute = createRoute({
  method: 'get',
  path: '/v1/rule-alerts',
  tags: ['Rules'],
  summary: 'What the alert rules fired, and how it was delivered',
  description: 'Newest fired first. Kept for 90 days.',
  request: { query: RuleAlertQuery },
  responses: { 200: json(RuleAlertPage, 'One page of fired alerts.'), ...readProblems },
});

const streamRoute = createRoute({
  method: 'get',
  path: '/v1/rule-alerts/stream',
  tags: ['Rules'],
  summary: 'Alerts of rules that deliver to the stream, as Server-Sent Events',
  description:
    'Each event has the type `rule-alert`, the feed key as id and a RuleAlert as data. Goes on after Last-Event-ID as ' +
    '`/v1/alerts/stream` does. Quiet hours are for what is sent: the stream is read, and has none.',
  request: feedRequest,
  responses: {
    200: feedResponse('event: rule-alert\nid: ...\ndata: {"id":"...","ruleName":"Champions slipping away"}'),
    ...readProblems,
    503: problem('Too many open streams, or a service behind the API is down; see Retry-After.'),
  },
});

/** Fired alerts: listed, and as they come. */
export function ruleAlertRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { deps } = context;
  const { alerts } = deps.stores;
  const currency = deps.reportingCurrency;

  app.openapi(listRoute, async (c) => {
    const { rule: ruleId, ...query } = c.req.valid('query');
    const scope = `rule-alerts\n${ruleId ?? ''}`;
    const page = await readPage(scope, query, (request) => alerts.list({ ...request, ruleId }));
    const [rules, deliveries] = await Promise.all([alerts.rules(), alerts.deliveries(page.items)]);
    const ruleById = new Map(rules.map((rule) => [rule.id, rule]));
    const items = page.items.map((alert) => ({
      ...presentRuleAlert(alert, currency),
      deliveries: presentDeliveries(
        alert,
        deliveries.get(alert.id) ?? [],
        ruleById.get(alert.ruleId),
        Date.now(),
      ),
    }));
    return c.json({ items, nextCursor: page.nextCursor }, 200);
  });

  const serve = serveFeed(context, {
    event: 'rule-alert',
    read: (after) => alerts.feedAfter(after, pageSize),
    start: () => alerts.feedStart(),
    present: (alert) => {
      const isStreamed = !alert.suppressed && alert.targets.some(({ kind }) => kind === 'stream');
      return isStreamed ? presentRuleAlert(alert, currency) : undefined;
    },
  });
  app.openapi(streamRoute, (c) => serve(c, { header: c.req.valid('header'), query: c.req.valid('query') }));
}
