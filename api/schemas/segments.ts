import { z } from '@hono/zod-openapi';
import { Count, Currency, Instant, Money, Segment, Watermark } from './shared.ts';

const figure = (description: string, example: number) =>
  z.number().nullable().openapi({ description, example });

export const SegmentsAnswer = z
  .object({
    currency: Currency,
    watermark: Watermark,
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
    segments: z.array(
      z.object({
        name: Segment,
        meaning: z.string().openapi({ example: 'Buy often and have for a long time, up to the present.' }),
        size: Count.openapi({ description: 'Customers who stand there as stored.' }),
        centroid: z
          .object({
            recencyDays: z.number().openapi({ example: 12.4 }),
            tenureDays: z.number().openapi({ example: 301.2 }),
            orders365: z.number().openapi({ example: 14.8 }),
            spend365: Money,
          })
          .nullable()
          .openapi({ description: 'The middle of the segment, in days, orders and the reporting currency.' }),
      }),
    ),
  })
  .openapi('Segments');
