import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { ActiveModels } from '../../operators/batch.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import { nextReviewMs } from '../../operators/next-review.ts';
import {
  atRiskMicros,
  type MemberPlace,
  pageOfMembers,
  type SegmentMember,
} from '../../operators/population/segment-members.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { figure, instant, instantOrNull, money, moneyOrNull } from '../present/amounts.ts';
import { HttpProblem } from '../problems.ts';
import { json, segmentProblems } from '../schemas/responses.ts';
import { MembersAnswer, MembersQuery } from '../schemas/segment-customers.ts';
import { SegmentPath } from '../schemas/segments.ts';
import { segmentOfPath } from '../segment-slug.ts';

const membersRoute = createRoute({
  method: 'get',
  path: '/v1/segments/{slug}/customers',
  tags: ['Segments'],
  summary: 'The customers of one segment',
  description:
    'Sorted, with the chance that each buys within 90 days as of now, and what is at stake. Lists are held for seconds; ' +
    'a cursor names a place by its figure, so it stays good when the list is made anew.',
  request: {
    params: SegmentPath,
    query: MembersQuery,
  },
  responses: { 200: json(MembersAnswer, 'One page of customers.'), ...segmentProblems },
});

/** Who stands in a segment. */
export function segmentCustomerRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  app.openapi(membersRoute, async (c) => {
    const { slug } = c.req.valid('param');
    const { sort, limit, cursor, ...filter } = c.req.valid('query');
    const segment = segmentOfPath(slug);
    const { minSpend, maxProbabilityAlive, minPurchaseProbability, maxPurchaseProbability } = filter;
    const bounds = [minSpend, maxProbabilityAlive, minPurchaseProbability, maxPurchaseProbability];
    const scope = `segment-customers\n${JSON.stringify([slug, sort, ...bounds])}`;
    const after = placeOf(decodeCursor(scope, cursor));
    const list = await deps.population.members(segment, sort);
    const page = pageOfMembers(list.sorted, sort, { after, limit, ...filter });
    const records = await deps.stores.customers.getMany(page.items.map(({ customerId }) => customerId));
    const active = await models.atLeast([...records.values()].map(({ standing }) => standing?.modelVersion));
    return c.json(
      {
        currency: deps.reportingCurrency,
        watermark: instantOrNull(deps.watermarkMs()),
        asOf: instant(list.asOfMs),
        segment,
        slug,
        size: list.sorted.length,
        complete: list.complete,
        items: page.items.map((member) => presentMember(member, records.get(member.customerId), active)),
        nextCursor: page.next === undefined ? null : encodeCursor(scope, JSON.stringify(page.next)),
      },
      200,
    );
  });
}

/** @throws {HttpProblem} `invalid-cursor` for what no page ends with. */
function placeOf(position: string | undefined): MemberPlace | undefined {
  if (position === undefined) return undefined;
  let place: unknown;
  try {
    place = JSON.parse(position);
  } catch {
    throw new HttpProblem('invalid-cursor');
  }
  const [key, customerId] = Array.isArray(place) ? place : [];
  if (typeof key !== 'number' || typeof customerId !== 'string') throw new HttpProblem('invalid-cursor');
  return [key, customerId];
}

function presentMember(
  member: SegmentMember,
  record: CustomerRecord | undefined,
  { segments }: ActiveModels,
): z.infer<typeof MembersAnswer>['items'][number] {
  const standing = record?.standing;
  const isJudged =
    record !== undefined && standing !== undefined && standing.modelVersion === segments?.version;
  return {
    customerId: member.customerId,
    spend365: money(member.spend365Micros),
    lifetimeSpend: money(member.lifetimeSpendMicros),
    purchaseDays: member.purchaseDays,
    lastPurchaseAt: instantOrNull(member.lastPurchaseAtMs),
    probabilityAlive: figure(member.probabilityAlive),
    purchaseProbability90: figure(member.purchaseProbability90),
    atRiskValue: moneyOrNull(atRiskMicros(member)),
    since: instant(member.sinceMs),
    nextChangeAt: isJudged ? instantOrNull(nextReviewMs(record.state, standing, segments)) : null,
  };
}
