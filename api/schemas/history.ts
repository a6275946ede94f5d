import { z } from '@hono/zod-openapi';
import { envelope, SegmentReasonBody, SegmentState } from './customer.ts';
import {
  Count,
  Currency,
  CustomerId,
  Instant,
  MigrationCauseName,
  Money,
  NextCursor,
  Segment,
  Units,
  Watermark,
} from './shared.ts';

const optionalText = z.string().nullable().openapi({ example: null });

export const Purchase = z
  .object({
    eventId: z.string().openapi({ example: 'order-536365' }),
    orderId: z.string().openapi({ example: '536365' }),
    occurredAt: Instant,
    spend: Money.openapi({ description: 'Net of returns.', example: 139.12 }),
    unitsBought: Units,
    unitsReturned: Units,
    segment: Segment.nullable().openapi({
      description: 'Held right before the purchase took effect; null for none, as at a first order.',
    }),
    omittedItems: Count.openapi({
      description: 'Lines of an extremely long order that are not listed; the totals cover them.',
      example: 0,
    }),
    context: z
      .object({ channel: optionalText, device: optionalText, region: optionalText })
      .nullable()
      .openapi({ description: 'Null when the event had none.' }),
    items: z.array(
      z.object({
        productId: z.string().openapi({ example: '85123A' }),
        category: optionalText,
        quantity: Units.openapi({ description: 'Negative for a return.', example: 6 }),
        unitPrice: Money.openapi({ example: 2.55 }),
      }),
    ),
  })
  .openapi('Purchase');

export const PurchasePage = z
  .object({ ...envelope, items: z.array(Purchase), nextCursor: NextCursor })
  .openapi('PurchasePage');

/** A move between segments: in a customer's history, in the list of alerts, and as data of the alert stream. */
export const MigrationBody = z
  .object({
    id: z
      .string()
      .openapi({ description: 'The same for the same move, wherever it is read.', example: 'a1b2c3d4e5f6' }),
    feedKey: z.string().openapi({
      description: 'Place in the order of publication.',
      example: '1323435000000-00000-a1b2c3d4e5f6',
    }),
    customerId: CustomerId,
    ordinal: Count.openapi({ description: 'The n-th move of the customer, from 1.', example: 3 }),
    at: Instant.openapi({ description: 'When the move took effect, event time.' }),
    publishedAt: Instant,
    from: Segment,
    to: Segment.openapi({ example: 'Needs Attention' }),
    cause: MigrationCauseName,
    reasons: z.array(SegmentReasonBody),
    distanceFrom: z
      .number()
      .nullable()
      .openapi({ description: 'Distance to the old centroid at the move.', example: 1.31 }),
    distanceTo: z.number().nullable().openapi({ description: 'Distance to the new one.', example: 1.12 }),
    spend365: Money.openapi({ description: 'Net spend of the last 365 days at the move.' }),
    currency: Currency,
    modelVersion: z.string().openapi({ example: 'segments-2011-12-09' }),
  })
  .openapi('Migration');

export const CustomerSegmentAnswer = z
  .object({
    ...envelope,
    segment: SegmentState,
    history: z.array(MigrationBody).openapi({ description: 'The last moves, newest first, at most fifty.' }),
  })
  .openapi('CustomerSegment');

export const MigrationPage = z
  .object({ ...envelope, items: z.array(MigrationBody), nextCursor: NextCursor })
  .openapi('MigrationPage');

export const AlertPage = z
  .object({
    watermark: Watermark,
    items: z.array(MigrationBody),
    nextCursor: NextCursor.openapi({
      description:
        'Pass as `cursor` to go on. With filters a page can be short, even empty, and still have one.',
    }),
  })
  .openapi('AlertPage');
