import { z } from '@hono/zod-openapi';
import { rejectReasons } from '../../operators/event/purchase-event.ts';
import { PurchaseEventBody } from './events.ts';
import { Count, Instant, NextCursor, PageQuery, Problem } from './shared.ts';

const Reason = z.enum(rejectReasons).openapi('RejectReason', { example: 'unknown-currency' });
const Status = z.enum(['open', 'replayed']).openapi({ example: 'open' });

export const QuarantineQuery = PageQuery.extend({
  reason: Reason.optional().openapi({ param: { name: 'reason', in: 'query' } }),
  status: Status.optional().openapi({
    param: { name: 'status', in: 'query' },
    description: 'Those still open, or those put on the stream again.',
  }),
});

export const QuarantinePath = z.object({
  id: z
    .string()
    .min(1)
    .max(300)
    .openapi({ param: { name: 'id', in: 'path' }, example: '2026-11-22~shardId-000000000003~0049~000000' }),
});

const entryFields = {
  id: z.string(),
  reason: Reason,
  detail: z
    .string()
    .openapi({ description: 'Which field, and what was expected.', example: 'currency: no rate for XXX' }),
  status: Status,
  arrivedAt: Instant,
  replayedAt: Instant.nullable(),
  shardId: z.string().openapi({ example: 'shardId-000000000003' }),
  sequenceNumber: z.string(),
  subSequence: Count.openapi({ description: 'Place in an aggregated record, from 0.', example: 0 }),
  partitionKey: z.string(),
  bytes: Count.openapi({ description: 'Bytes kept of the record.' }),
  truncated: z
    .boolean()
    .openapi({ description: 'Only its beginning was kept: it can be read, and replayed only mended.' }),
};

const QuarantineItem = z
  .object({
    ...entryFields,
    preview: z.string().openapi({ description: 'Its first bytes as text; what is no text is replaced.' }),
  })
  .openapi('QuarantineItem');

export const QuarantinePage = z
  .object({ items: z.array(QuarantineItem), nextCursor: NextCursor })
  .openapi('QuarantinePage');

export const QuarantineRecord = z
  .object({
    ...entryFields,
    text: z.string().nullable().openapi({ description: 'The record; null when it is not UTF-8.' }),
    base64: z.string().nullable().openapi({ description: 'The record when it is not UTF-8; else null.' }),
  })
  .openapi('QuarantineRecord');

/** For reading: the decoder of the stream decides what is valid. */
export const QuarantineReplayRequest = z
  .strictObject({ event: PurchaseEventBody.optional() })
  .openapi('QuarantineReplayRequest');

/** What is looked at of the request: any document may stand for the record. */
export const MendedRequest = z.strictObject({ event: z.record(z.string(), z.unknown()).optional() });

export const QuarantineReplayAnswer = z
  .object({
    id: z.string(),
    eventId: z.string().openapi({ description: 'Of the event that is on the stream now.' }),
  })
  .openapi('QuarantineReplayAnswer');

export const RecordRejected = Problem.extend({ reason: Reason }).openapi('RecordRejected');
