import { z } from '@hono/zod-openapi';
import { segmentSlugs } from '../segment-slug.ts';
import {
  Count,
  Currency,
  Instant,
  inOrderOfTime,
  MigrationCauseName,
  Money,
  RequestedInstant,
  Segment,
  Watermark,
} from './shared.ts';

const figure = (description: string, example: number) =>
  z.number().nullable().openapi({ description, example });

export const SegmentSlugName = z
  .enum(segmentSlugs as [string, ...string[]])
  .openapi('SegmentSlug', { example: 'at-risk' });

const slugLengthMax = 64;

/** The segment that a path is about: any text, for what is no segment is not found. */
export const SegmentPath = z.object({
  slug: z
    .string()
    .max(slugLengthMax)
    .openapi({
      enum: [...segmentSlugs],
      example: 'at-risk',
      description: 'The segment: its name in lower case, words joined by hyphens.',
      param: { name: 'slug', in: 'path' },
    }),
});

const Share = z.number().openapi({ description: 'Of all customers, 0..1.', example: 0.118 });

const SegmentBody = z.object({
  name: Segment,
  slug: SegmentSlugName,
  meaning: z.string().openapi({ example: 'Buy often and have for a long time, up to the present.' }),
  size: Count.openapi({ description: 'Customers who stand there.' }),
  share: Share,
  revenue: z.object({ lifetime: Money, last28Days: Money }).openapi({
    description: 'Net spend of those who stand there now, whenever and wherever they stood then.',
  }),
  medians: z
    .object({
      recencyDays: z.number().openapi({ example: 12.4 }),
      tenureDays: z.number().openapi({ example: 301.2 }),
      purchaseDays: z.number().openapi({ example: 6 }),
      spend: Money.openapi({ description: 'Lifetime.' }),
      spend365: Money,
    })
    .nullable()
    .openapi({ description: 'Of those who stand there and have purchased; null when nobody does.' }),
  netChange28: z.number().int().openapi({
    description: 'First assignments and moves in, less moves out, over the last 28 days (UTC).',
    example: -14,
  }),
  centroid: z
    .object({
      recencyDays: z.number().openapi({ example: 12.4 }),
      tenureDays: z.number().openapi({ example: 301.2 }),
      orders365: z.number().openapi({ example: 14.8 }),
      spend365: Money,
    })
    .nullable()
    .openapi({ description: 'The middle of the segment, in days, orders and the reporting currency.' }),
});

const population = {
  currency: Currency,
  watermark: Watermark,
  asOf: Instant.openapi({ description: 'The instant the figures are as of.' }),
  customers: Count.openapi({ description: 'All customers: the sizes and `unassigned` sum to it.' }),
  unassigned: Count.openapi({ description: 'Customers in no segment, for want of a model.', example: 0 }),
};

export const SegmentsAnswer = z
  .object({
    ...population,
    version: z
      .string()
      .nullable()
      .openapi({ description: 'Of the active model.', example: 'segments-2011-12-09' }),
    fittedAt: Instant.nullable(),
    sampleSize: Count.nullable().openapi({ description: 'Customers that the fit saw.' }),
    quality: z
      .object({
        silhouette: figure('Mean simplified silhouette of the fit, -1..1.', 0.42),
        inertia: figure('Squared distance to the nearest centroid, per customer of the sample.', 0.9),
      })
      .nullable(),
    abstained: z
      .string()
      .nullable()
      .openapi({ description: 'Why there is no model; null when there is one.', example: null }),
    segments: z.array(SegmentBody),
  })
  .openapi('Segments');

const flowSums = {
  count: Count.openapi({ description: 'Moves.', example: 31 }),
  value: Money.openapi({ description: 'Net spend of the last 365 days at the move, over these moves.' }),
};

export const SegmentAnswer = z
  .object({
    ...population,
    version: z.string().nullable(),
    ...SegmentBody.shape,
    promise: z
      .object({
        holds: z.boolean().openapi({ example: true }),
        conditions: z.array(z.string()).openapi({
          description: 'What the name promises of the median member.',
          example: ['days since the last order among the 3 highest of the eight'],
        }),
        unmet: z.array(z.string()).openapi({ description: 'What the fit found not kept.', example: [] }),
      })
      .nullable()
      .openapi({ description: 'As checked when the model was fitted; null when it was not.' }),
    flows28: z.object({
      in: z.array(z.object({ from: Segment, ...flowSums })),
      out: z.array(z.object({ to: Segment, ...flowSums })),
    }),
  })
  .openapi('SegmentDetail');

export const instantParameter = (name: string, description: string) =>
  RequestedInstant.optional().openapi({
    type: 'string',
    format: 'date-time',
    param: { name, in: 'query' },
    description,
  });

const PerformanceSpan = z.object({
  from: instantParameter(
    'from',
    'The first period is the one that holds this instant. Default: a year before `to`.',
  ),
  to: instantParameter('to', 'The last period is the one just before this instant. Default: now.'),
  by: z
    .enum(['week', 'month'])
    .default('week')
    .openapi({
      param: { name: 'by', in: 'query' },
      description: 'Weeks begin on Monday; both are of UTC days.',
    }),
  segment: SegmentSlugName.optional().openapi({ param: { name: 'segment', in: 'query' } }),
});

export const PerformanceQuery = inOrderOfTime(PerformanceSpan);

const bySegment = <T extends z.ZodType>(value: T, description: string) =>
  z.record(z.string(), value).openapi({
    description: `${description} By segment name, and 'unassigned' for customers in none.`,
  });

const PeriodFigures = z
  .object({
    customers: Count.openapi({ description: 'Who stood there at the end of the period, or stand now.' }),
    orders: Count,
    revenue: Money,
    buyers: Count.openapi({ description: 'Distinct customers with a purchase.' }),
    retained: z.number().nullable().openapi({
      description: 'Share of the buyers who bought again in the next period; null until that is over.',
      example: 0.41,
    }),
  })
  .openapi('PeriodFigures');

const ForecastFigures = z
  .object({
    customers: Count.openapi({ description: 'Members when the forecast was made.' }),
    expectedPurchases: z.number().openapi({ description: 'Purchase days.', example: 148.2 }),
    actualPurchases: z
      .number()
      .nullable()
      .openapi({ description: 'Null until the horizon is over.', example: 151 }),
    expectedSpend: Money.nullable().openapi({ description: 'Null without a model of spend.' }),
    actualSpend: Money.nullable(),
  })
  .openapi('ForecastFigures');

export const PerformanceAnswer = z
  .object({
    currency: Currency,
    watermark: Watermark,
    asOf: Instant,
    by: z.enum(['week', 'month']),
    periods: z.array(
      z.object({
        start: Instant,
        end: Instant.openapi({ description: 'Exclusive.' }),
        complete: z.boolean().openapi({ description: 'False while the period lasts.', example: true }),
        segments: bySegment(PeriodFigures, 'Orders count where the customer stood when they were taken in.'),
      }),
    ),
    forecasts: z
      .array(
        z.object({
          at: Instant,
          horizonDays: z.number().openapi({ example: 28 }),
          closedAt: Instant.nullable(),
          segments: bySegment(ForecastFigures, 'Expected of the members of that instant, and what they did.'),
        }),
      )
      .openapi({ description: 'Made every 28 days; newest last.' }),
  })
  .openapi('SegmentPerformance');

const FlowsSpan = z.object({
  from: instantParameter('from', 'First UTC day. Default: 28 days before `to`.'),
  to: instantParameter(
    'to',
    'Moves before this instant; its UTC day counts whole unless it begins there. Default: now.',
  ),
  cause: MigrationCauseName.optional().openapi({ param: { name: 'cause', in: 'query' } }),
});

export const FlowsQuery = inOrderOfTime(FlowsSpan);

export const FlowsAnswer = z
  .object({
    currency: Currency,
    watermark: Watermark,
    asOf: Instant,
    from: Instant.openapi({ description: 'Start of the first UTC day counted.' }),
    to: Instant.openapi({ description: 'End of the last UTC day counted, exclusive.' }),
    cause: MigrationCauseName.nullable(),
    flows: z.array(z.object({ from: Segment, to: Segment, cause: MigrationCauseName, ...flowSums })),
    valueAtRisk: Money.openapi({
      description:
        'The whole yearly spend that moved to a worse segment: of each such move the net spend of the last 365 days at ' +
        'the move. No chance is in it, unlike in the `atRiskValue` of a customer. Worse is further down the list, which ' +
        'is best first.',
    }),
  })
  .openapi('MigrationFlows');
