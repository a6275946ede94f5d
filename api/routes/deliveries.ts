import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { parseDeliveryId } from '../../operators/alerts/fired-alert.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentDelivery } from '../present/rule-alerts.ts';
import { HttpProblem } from '../problems.ts';
import { readPage } from '../read-page.ts';
import { json, problem, readProblems, writeProblems } from '../schemas/responses.ts';
import { Delivery, DeliveryPage, DeliveryPath, DeliveryQuery } from '../schemas/rule-alerts.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/v1/deliveries',
  tags: ['Rules'],
  summary: 'Deliveries that were given up',
  description: 'After the last attempt failed, or the target asked for no more. Last given up first.',
  request: { query: DeliveryQuery },
  responses: { 200: json(DeliveryPage, 'One page of deliveries.'), ...readProblems },
});

const replayRoute = createRoute({
  method: 'post',
  path: '/v1/deliveries/{id}/replay',
  tags: ['Rules'],
  summary: 'Deliver again what was given up',
  description:
    'Tried anew as if it had just been fired, under the same id, to where the rule’s target leads now.',
  request: { params: DeliveryPath },
  responses: {
    200: json(Delivery, 'The delivery, to be tried at once, or after the quiet hours.'),
    ...writeProblems,
    404: problem('There is no such delivery.'),
    409: problem('It was not given up, or its rule is disabled.'),
  },
});

/** Deliveries given up, and sent again. */
export function deliveryRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  const { alerts } = deps.stores;

  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const page = await readPage('dead deliveries', { limit, cursor }, (request) => alerts.dead(request));
    const rules = new Map((await alerts.rules()).map((rule) => [rule.id, rule]));
    const items = page.items.map((delivery) =>
      presentDelivery(delivery, rules.get(delivery.ruleId), Date.now()),
    );
    return c.json({ items, nextCursor: page.nextCursor }, 200);
  });

  app.openapi(replayRoute, async (c) => {
    const key = parseDeliveryId(c.req.valid('param').id);
    const delivery = key && (await alerts.delivery(key));
    const rule = delivery && (await alerts.rule(delivery.ruleId));
    if (delivery === undefined || rule === undefined) throw new HttpProblem('delivery-not-found');
    if (delivery.status !== 'dead' || !rule.enabled) throw new HttpProblem('delivery-not-dead');
    const nowMs = Date.now();
    const again = {
      ...delivery,
      status: 'pending',
      attempts: 0,
      dueAtMs: nowMs,
      updatedAtMs: nowMs,
      replayed: true,
      version: delivery.version + 1,
    } as const;
    if ((await alerts.putDelivery(again)) === 'conflict') throw new HttpProblem('delivery-not-dead');
    return c.json(presentDelivery(again, rule, nowMs), 200);
  });
}
