import { z } from '@hono/zod-openapi';
import { segmentNames } from '../../operators/segments/segment-model.ts';
import { Count, Currency, Instant, Watermark } from './shared.ts';

const counts = (description: string, example: Record<string, number>) =>
  z.record(z.string(), z.number().int()).openapi({ description, example });

const ActiveModel = z.object({ version: z.string(), fittedAt: Instant }).nullable();

export const StatusAnswer = z
  .object({
    clock: z.enum(['event', 'wall']).openapi({
      description: 'event: time is what the events say (replay); wall: time is now.',
    }),
    now: Instant.openapi({ description: 'The instant a read answers for when it names none.' }),
    watermark: Watermark,
    lagMs: z.number().nullable().openapi({
      description: 'Age of the oldest record not yet processed, over all shards; null without shards.',
      example: 0,
    }),
    currency: Currency,
    countedAt: Instant.nullable().openapi({
      description: 'When customers, segments, moves and quarantine were counted; see LiveFigures.',
    }),
    customers: Count.openapi({ example: 4372 }),
    eventsApplied: Count.openapi({ example: 22190 }),
    duplicates: Count.openapi({ description: 'Events seen again and left out.', example: 12 }),
    segmentCounts: z
      .object(Object.fromEntries(segmentNames.map((name) => [name, z.number().int()])))
      .openapi({ description: 'Customers by segment, as stored.', example: { Champions: 412, Loyal: 530 } }),
    migrationsByCause: counts('Moves between segments by cause.', { event: 3210, time: 5110, model: 0 }),
    quarantinedByReason: counts('Records quarantined in all, sent again or not, by reason.', {
      'unknown-currency': 3,
    }),
    models: z.object({ segments: ActiveModel, consumption: ActiveModel }),
    shards: z.array(
      z.object({
        shardId: z.string().openapi({ example: 'shardId-000000000000' }),
        sequenceNumber: z
          .string()
          .nullable()
          .openapi({ description: 'Processed up to here.', example: '4957' }),
        watermark: Watermark,
        lagMs: z.number().openapi({ example: 0 }),
        events: Count,
        quarantined: Count.openapi({ description: 'In all, sent again or not.' }),
      }),
    ),
  })
  .openapi('Status');

export const HealthAnswer = z.object({ status: z.literal('ok') }).openapi('Health');

export const ReadyAnswer = z
  .object({
    ready: z.boolean(),
    reasons: z.array(z.string()).openapi({ description: 'What is still missing.', example: [] }),
  })
  .openapi('Ready');
