import { z } from '@hono/zod-openapi';
import { Problem } from './shared.ts';

const identifier = (example: string) => z.string().min(1).max(256).openapi({ example });

/** The wire document, for reading: the decoder of the stream decides what is valid. */
export const PurchaseEventBody = z
  .object({
    v: z.literal(1),
    eventId: identifier('order-536365').openapi({
      description: 'Your idempotency key: the same order always carries the same one.',
    }),
    type: z.literal('purchase'),
    customerId: identifier('12346'),
    orderId: identifier('536365'),
    occurredAt: z.string().openapi({
      format: 'date-time',
      description: 'ISO 8601 with a zone.',
      example: '2011-12-09T12:50:00Z',
    }),
    currency: z.string().openapi({ description: 'ISO 4217; one the rate table knows.', example: 'GBP' }),
    context: z
      .object({
        channel: z.string().max(256).optional().openapi({ example: 'web' }),
        device: z.string().max(256).optional().openapi({ example: 'mobile' }),
        region: z.string().max(256).optional().openapi({ example: 'GB' }),
      })
      .optional(),
    items: z
      .array(
        z.object({
          productId: identifier('85123A'),
          category: z.string().max(256).optional().openapi({ example: 'home' }),
          quantity: z.number().openapi({ description: 'Negative for a return.', example: 6 }),
          unitPrice: z.number().min(0).openapi({ description: 'In `currency`.', example: 2.55 }),
        }),
      )
      .min(1),
  })
  .openapi('PurchaseEvent');

const EventResult = z
  .object({
    eventId: z
      .string()
      .nullable()
      .openapi({ description: 'As sent; null when there was none.', example: 'order-536365' }),
    status: z.enum(['accepted', 'rejected', 'failed']).openapi({
      description: 'rejected: it breaks a rule, mend it; failed: the stream did not take it, send it again.',
    }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'A stable code; null when accepted.', example: null }),
    detail: z
      .string()
      .nullable()
      .openapi({ description: 'One sentence; null when accepted.', example: null }),
  })
  .openapi('EventResult');

const counts = {
  accepted: z.number().int().openapi({ example: 1 }),
  rejected: z.number().int().openapi({ example: 0 }),
  failed: z.number().int().openapi({ example: 0 }),
  results: z.array(EventResult).openapi({ description: 'One result an event, in order.' }),
};

export const EventResults = z.object(counts).openapi('EventResults');
export const EventsProblem = Problem.extend(counts).openapi('EventsProblem');

export type EventResultBody = z.infer<typeof EventResult>;
export type EventResultsBody = z.infer<typeof EventResults>;
