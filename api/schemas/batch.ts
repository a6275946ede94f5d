import { z } from '@hono/zod-openapi';
import { envelope, Predictions, SegmentState } from './customer.ts';
import { CustomerId, Instant, RequestedInstant } from './shared.ts';

const idsMax = 100;

export const BatchGetRequest = z
  .object({
    ids: z
      .array(CustomerId)
      .min(1)
      .max(idsMax)
      .openapi({ description: 'At most 100; order and repeats are kept.' }),
    asOf: RequestedInstant.optional().openapi({ type: 'string', format: 'date-time' }),
  })
  .openapi('BatchGetRequest');

const BatchGetResult = z
  .object({
    ...envelope,
    asOf: Instant.nullable(),
    // Anew, since what is made from a named schema keeps that one's demands beside its own.
    versions: z.object({ ...envelope.versions.shape, customer: z.number().int().nullable() }),
    found: z.boolean().openapi({ example: true }),
    segment: SegmentState.nullable().openapi({ description: 'Null when the customer is unknown.' }),
    predictions: Predictions,
  })
  .openapi('BatchGetResult', {
    description: 'Unknown customers have found false; their predictions abstain.',
  });

export const BatchGetAnswer = z.object({ results: z.array(BatchGetResult) }).openapi('BatchGetAnswer');

export type BatchGetResultBody = z.infer<typeof BatchGetResult>;
