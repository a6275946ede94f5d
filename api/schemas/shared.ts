import { z } from '@hono/zod-openapi';
import { parseInstant } from '../../operators/event/parse-instant.ts';
import { segmentNames } from '../../operators/segments/segment-model.ts';

const idLengthMax = 256;

/** The same rule as for events: neither control characters nor lone surrogates survive every store, log and page. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

export const CustomerId = z
  .string()
  .min(1)
  .max(idLengthMax)
  .refine((id) => !unprintable.test(id) && id.trim() !== '', {
    error: 'expected an id that is not blank and has no control characters',
  })
  .openapi({ example: '12346', description: 'The customer, as the events name it.' });

export const CustomerPath = z.object({
  id: CustomerId.openapi({ param: { name: 'id', in: 'path' } }),
});

/** An instant as sent by a client; a plain date means its first instant in UTC. Gives UTC milliseconds. */
export const RequestedInstant = z
  .string()
  .max(40)
  .transform((text, refinement) => {
    // A plus sign that was not percent-encoded arrives as a space.
    const zoned = text.replace(/ (\d{2}:?\d{2})$/, '+$1');
    const atMs = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(zoned) ? `${zoned}T00:00:00Z` : zoned);
    if (atMs !== undefined) return atMs;
    refinement.addIssue({ code: 'custom', message: 'expected an ISO 8601 instant with a zone, or a date' });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time', example: '2011-12-09T12:50:00Z' });

export const AsOfQuery = z.object({
  asOf: RequestedInstant.optional().openapi({
    type: 'string',
    format: 'date-time',
    param: { name: 'asOf', in: 'query' },
    example: '2011-12-25T00:00:00Z',
    description:
      'Answer as it will be at this instant with no further purchase. Not before the last event of the customer, ' +
      'at most five years ahead. Default: now.',
  }),
});

/** A query of a stretch of time, either end of which may be left out: refused, by its `to`, where that does not lie after `from`. */
export function inOrderOfTime<T extends z.ZodType<{ from?: number | undefined; to?: number | undefined }>>(
  query: T,
): T {
  return query.refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'expected an instant after `from`',
  });
}

interface IntegerRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
  readonly description: string;
}

/** A whole number in the query. */
export function integerParameter({ name, min, max, fallback, description }: IntegerRange) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `expected an integer from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))
    .default(fallback)
    .openapi({
      type: 'integer',
      minimum: min,
      maximum: max,
      default: fallback,
      param: { name, in: 'query' },
      example: fallback,
      description,
    });
}

const limitMax = 100;
const limitDefault = 20;

export const PageQuery = z.object({
  limit: integerParameter({
    name: 'limit',
    min: 1,
    max: limitMax,
    fallback: limitDefault,
    description: 'Entries of one page.',
  }),
  cursor: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .openapi({
      param: { name: 'cursor', in: 'query' },
      description: 'Where to go on: `nextCursor` of the page before. Leave it out for the first page.',
    }),
});

export const Instant = z
  .string()
  .openapi({ format: 'date-time', example: '2011-12-09T12:50:00.000Z', description: 'ISO 8601, UTC.' });

export const Money = z.number().openapi({ example: 1204.35, description: 'In the reporting currency.' });

export const Units = z.number().openapi({ example: 19_334, description: 'Units; up to three decimals.' });

export const Count = z.number().int().openapi({ example: 60 });

export const Currency = z
  .string()
  .openapi({ example: 'GBP', description: 'ISO 4217 code of the reporting currency: all money is in it.' });

export const Watermark = Instant.nullable().openapi({
  description: 'Event time up to which every event has been processed; null before the first event.',
});

export const Segment = z.enum(segmentNames).openapi('SegmentName', { example: 'Loyal' });

export const MigrationCauseName = z.enum(['event', 'time', 'model']).openapi('MigrationCause', {
  description:
    'event: a purchase or return did it; time: nothing happened for long enough; model: a new segment model.',
  example: 'time',
});

export const NextCursor = z.string().nullable().openapi({
  description: 'Pass as `cursor` for the next page; null on the last page.',
  example: null,
});

export const Problem = z
  .object({
    type: z.string().openapi({ example: '/problems/customer-not-found' }),
    title: z.string().openapi({ example: 'No such customer' }),
    status: z.number().int().openapi({ example: 404 }),
    detail: z.string().openapi({ example: 'No event of this customer has been processed.' }),
    instance: z.string().openapi({ example: '/v1/customers/12346' }),
    requestId: z.string().nullable().openapi({ example: '6c1d9a52-6c9f-4f5b-9f6b-0d2d4e9a8d11' }),
    errors: z
      .array(
        z.object({
          location: z.enum(['path', 'query', 'header', 'body']).openapi({ example: 'query' }),
          field: z.string().openapi({ example: 'limit' }),
          message: z.string().openapi({ example: 'expected an integer from 1 to 100' }),
        }),
      )
      .optional()
      .openapi({ description: 'Each field that breaks the schema, for `invalid-request`.' }),
  })
  .openapi('Problem', { description: 'RFC 9457 problem details; some kinds carry further members.' });
