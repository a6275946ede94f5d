import { z } from '@hono/zod-openapi';
import { envelope } from './customer.ts';
import { AsOfQuery, Instant, integerParameter, MigrationCauseName, Segment } from './shared.ts';

export const OutlookQuery = AsOfQuery.extend({
  days: integerParameter({
    name: 'days',
    min: 1,
    max: 1_825,
    fallback: 180,
    description: 'How far ahead to look, days.',
  }),
  points: integerParameter({
    name: 'points',
    min: 2,
    max: 201,
    fallback: 61,
    description: 'How many instants to look at, evenly spaced: the first is `asOf`, the last `days` later.',
  }),
});

const Probability = z.number().openapi({ example: 0.83 });
const Window = z.object({ from: Instant.openapi({ description: 'Exclusive.' }), to: Instant });

export const OutlookAnswer = z
  .object({
    ...envelope,
    points: z
      .array(z.object({ at: Instant, probabilityAlive: Probability, purchaseProbability30: Probability }))
      .openapi({
        description:
          'How the outlook fades if nothing is bought: the probability that the customer still is one, and of a ' +
          'purchase in the 30 days from that instant. Empty without a model, and for who never purchased.',
      }),
    changes: z
      .array(
        z.object({
          at: Instant,
          from: Segment,
          to: Segment,
          cause: MigrationCauseName.openapi({ example: 'time' }),
        }),
      )
      .openapi({ description: 'Changes of segment to come if nothing is bought or returned; the next ten.' }),
    windows: z
      .object({ '7d': Window, '30d': Window, '90d': Window, '365d': Window })
      .openapi({ description: 'What the windows of the features span at `asOf`.' }),
  })
  .openapi('CustomerOutlook');
