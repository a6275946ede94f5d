import { z } from '@hono/zod-openapi';

const LastEventId = z
  .string()
  .regex(/^[\x21-\x7e]{1,1024}$/, 'expected the id of an event of this stream')
  .optional();

/** Where a stream is to go on: the header, or for clients that can set none the query. */
export const feedRequest = {
  headers: z.object({
    'last-event-id': LastEventId.openapi({ param: { name: 'last-event-id', in: 'header' } }),
  }),
  query: z.object({
    lastEventId: LastEventId.openapi({
      param: { name: 'lastEventId', in: 'query' },
      description: 'As the header, for clients that can set none. The header wins.',
    }),
  }),
};

/** The answer of an open stream. @param example of one event */
export function feedResponse(example: string) {
  return {
    description: 'An open stream; it ends when the host closes, or with its turn.',
    content: { 'text/event-stream': { schema: z.string().openapi({ example }) } },
  };
}
