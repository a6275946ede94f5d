import { z } from '@hono/zod-openapi';
import { Count, Instant, Watermark } from './shared.ts';

/** Data of one event of `/v1/live`. */
export const LiveBody = z
  .object({
    asOf: Instant,
    watermark: Watermark,
    clock: z.enum(['event', 'wall']),
    eventsApplied: Count,
    countedAt: Instant.nullable().openapi({
      description:
        'When customers, segments, moves and quarantine were counted: now where the pipeline runs beside the API, otherwise ' +
        'by the daily census; null before the first.',
    }),
    eventsPerSecond: z.number().nullable().openapi({
      description: 'Over the last seconds; null where the pipeline does not run beside the API.',
      example: 1840,
    }),
    lagMs: z.number().nullable(),
    customers: Count.openapi({ description: 'The segments and `unassigned` sum to it.' }),
    unassigned: Count,
    quarantined: Count.openapi({ description: 'In all, sent again or not.' }),
    segments: z.record(z.string(), z.number().int()).openapi({ example: { Champions: 412 } }),
    migrationsByCause: z.record(z.string(), z.number().int()).openapi({ example: { time: 5110 } }),
    modelVersion: z.string().nullable().openapi({ example: 'segments-2011-12-09' }),
  })
  .openapi('LiveFigures');
