import { z } from '@hono/zod-openapi';
import { SegmentReasonBody } from './customer.ts';
import { SegmentSlugName } from './segments.ts';
import { CustomerId, Instant, Segment } from './shared.ts';

const assignedMax = 100;

const Days = z.number().min(0).max(36_500);

const Features = z
  .object({
    recencyDays: Days.openapi({ description: 'Days since the last purchase.', example: 12 }),
    tenureDays: Days.openapi({ description: 'Days since the first purchase.', example: 240 }),
    orders365: z
      .number()
      .min(0)
      .max(1e6)
      .openapi({ description: 'Orders of the last 365 days.', example: 6 }),
    spend365: z.number().min(-1e12).max(1e12).openapi({
      description: 'Spend of the last 365 days, reporting currency.',
      example: 1204.35,
    }),
  })
  .strict()
  .refine(({ recencyDays, tenureDays }) => recencyDays <= tenureDays, {
    error: 'recencyDays can not be more than tenureDays',
  });

const OfCustomers = z.object({ customerIds: z.array(CustomerId).min(1).max(assignedMax) }).strict();
const OfFeatures = z.object({ features: z.array(Features).min(1).max(assignedMax) }).strict();

/** What a body is to be held against, by its key: a union says of what fits neither only that it does not. */
export const assignRequestBy = { customerIds: OfCustomers, features: OfFeatures } as const;

export const AssignRequest = z.union([OfCustomers, OfFeatures]).openapi('AssignRequest', {
  description: 'Customers as they stand now, or feature vectors to ask what if; at most 100.',
});

const Distances = z.record(z.string(), z.number()).openapi({
  description: 'To the middle of each segment, in standard units.',
  example: { Champions: 1.2, Loyal: 0.7 },
});

const Assigned = z
  .object({
    customerId: CustomerId.nullable().openapi({ description: 'Null for a feature vector.' }),
    found: z.boolean().openapi({ description: 'False for an unknown customer.', example: true }),
    segment: Segment.nullable().openapi({
      description:
        'Of a customer, where they stand, which takes crossing a margin to change; of features, the nearest.',
    }),
    slug: SegmentSlugName.nullable(),
    nearest: Segment.nullable().openapi({ description: 'Whose middle is nearest.' }),
    next: z
      .object({ segment: Segment, distance: z.number().openapi({ example: 1.3 }) })
      .nullable()
      .openapi({ description: 'The nearest of the other segments.' }),
    distances: Distances.nullable(),
    features: z
      .object({
        recencyDays: z.number(),
        tenureDays: z.number(),
        orders365: z.number(),
        spend365: z.number(),
      })
      .nullable(),
    reasons: z.array(SegmentReasonBody).openapi({ description: 'Why this segment rather than the next.' }),
  })
  .openapi('AssignedSegment');

export const AssignAnswer = z
  .object({
    asOf: Instant,
    modelVersion: z.string().nullable(),
    abstained: z
      .string()
      .nullable()
      .openapi({ description: 'Why there are no segments; null when there are.' }),
    results: z.array(Assigned).openapi({ description: 'In the order asked.' }),
  })
  .openapi('AssignedSegments');

export type AssignedBody = z.infer<typeof Assigned>;
