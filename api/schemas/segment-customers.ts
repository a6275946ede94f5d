import { z } from '@hono/zod-openapi';
import { SegmentSlugName } from './segments.ts';
import {
  Count,
  Currency,
  CustomerId,
  Instant,
  Money,
  NextCursor,
  PageQuery,
  Segment,
  Watermark,
} from './shared.ts';

/** A number in the query, within a range. */
function numberParameter(name: string, min: number, max: number, description: string) {
  return z
    .string()
    .regex(/^-?\d{1,12}(\.\d{1,6})?$/, `expected a number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .optional()
    .openapi({ type: 'number', minimum: min, maximum: max, param: { name, in: 'query' }, description });
}

export const MembersQuery = PageQuery.extend({
  sort: z
    .enum(['value', 'risk', 'recent'])
    .default('value')
    .openapi({
      param: { name: 'sort', in: 'query' },
      description:
        'value: spend of the last 365 days; risk: `atRiskValue`; recent: last purchase. Most first.',
    }),
  minSpend: numberParameter('minSpend', -1e9, 1e9, 'Only customers with at least this `spend365`.'),
  maxProbabilityAlive: numberParameter(
    'maxProbabilityAlive',
    0,
    1,
    'Only customers with at most this `probabilityAlive`; none of whom it is not known.',
  ),
  minPurchaseProbability: numberParameter(
    'minPurchaseProbability',
    0,
    1,
    'Only customers with at least this `purchaseProbability90`; none of whom it is not known.',
  ),
  maxPurchaseProbability: numberParameter(
    'maxPurchaseProbability',
    0,
    1,
    'Only customers with at most this `purchaseProbability90`; none of whom it is not known.',
  ),
});

const Member = z
  .object({
    customerId: CustomerId,
    spend365: Money.openapi({ description: 'Net, of the last 365 days.' }),
    lifetimeSpend: Money,
    purchaseDays: Count.openapi({ example: 7 }),
    lastPurchaseAt: Instant.nullable(),
    probabilityAlive: z
      .number()
      .nullable()
      .openapi({
        description:
          'That the customer has not left for good, as of `asOf`; null without a model of consumption. Nobody is ever seen ' +
          'to leave, so where most bought once the data do not tell leaving from buying seldom, and it stays near 1: go by ' +
          '`purchaseProbability90`.',
        example: 0.97,
      }),
    purchaseProbability90: z
      .number()
      .nullable()
      .openapi({
        description:
          'That at least one purchase comes within 90 days of `asOf`, as the predictions of the customer have it; backtests ' +
          'check such figures against what came. Null without a model of consumption, and for who never purchased.',
        example: 0.42,
      }),
    atRiskValue: Money.nullable().openapi({
      description:
        'What of a year is at stake: `spend365` times the chance that nothing is bought within 90 days, (1 - ' +
        '`purchaseProbability90`); null with that.',
    }),
    since: Instant.openapi({ description: 'In the segment since.' }),
    nextChangeAt: Instant.nullable().openapi({
      description: 'When the segment changes if nothing is bought; null when it stays.',
    }),
  })
  .openapi('SegmentMember');

export const MembersAnswer = z
  .object({
    currency: Currency,
    watermark: Watermark,
    asOf: Instant.openapi({
      description: 'The list is as of this instant: held for seconds, or for longer where it is long.',
    }),
    segment: Segment,
    slug: SegmentSlugName,
    size: Count.openapi({ description: 'Customers listed without filters.' }),
    complete: z.boolean().openapi({
      description: 'False where only the first 500 are kept: in deployments that count once a day.',
      example: true,
    }),
    items: z.array(Member),
    nextCursor: NextCursor,
  })
  .openapi('SegmentMembers');
