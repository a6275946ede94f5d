import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { errorFields } from '../../operators/error-fields.ts';
import { TidemarkError } from '../../operators/errors.ts';
import { type ReadFeed, streamAlerts } from '../alerts/stream-alerts.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentMigration } from '../present/history.ts';
import { HttpProblem } from '../problems.ts';
import { problem, readProblems } from '../schemas/responses.ts';

/** Entries of one read of the feed. */
const pageSize = 100;

const LastEventId = z
  .string()
  .regex(/^[\x21-\x7e]{1,1024}$/, 'expected the id of an event of this stream')
  .optional();

const streamRoute = createRoute({
  method: 'get',
  path: '/v1/alerts/stream',
  tags: ['Alerts'],
  summary: 'Moves between segments as they are published, as Server-Sent Events',
  description:
    'Each event has the type `migration`, the feed key as id and a Migration as data. With Last-Event-ID (a header, ' +
    'or `lastEventId`) the stream goes on strictly after that event; without, it begins now. A comment keeps a silent ' +
    'stream open. Events come in the order of publication, each once a connection, moments after they are published.',
  request: {
    headers: z.object({
      'last-event-id': LastEventId.openapi({ param: { name: 'last-event-id', in: 'header' } }),
    }),
    query: z.object({
      lastEventId: LastEventId.openapi({
        param: { name: 'lastEventId', in: 'query' },
        description: 'As the header, for clients that can set none. The header wins.',
      }),
    }),
  },
  responses: {
    200: {
      description: 'An open stream; it ends when the host closes.',
      content: {
        'text/event-stream': {
          schema: z
            .string()
            .openapi({ example: 'event: migration\nid: ...\ndata: {"id":"...","from":"Loyal"}' }),
        },
      },
    },
    ...readProblems,
    503: problem('Too many open streams, or a service behind the API is down; see Retry-After.'),
  },
});

/** The alerts to come. */
export function alertStreamRoutes(app: OpenAPIHono<ApiEnv>, { deps, options }: ApiContext): void {
  const store = deps.stores.migrations;
  const read: ReadFeed = (after) => store.feedAfter(after, pageSize);
  let open = 0;

  app.openapi(streamRoute, async (c) => {
    if (deps.closing.aborted) throw new HttpProblem('unavailable', { headers: { 'Retry-After': '2' } });
    if (open >= options.streamsMax)
      throw new HttpProblem('too-many-streams', { headers: { 'Retry-After': '5' } });
    open += 1;
    try {
      const asked = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').lastEventId;
      const after = asked ?? (await store.feedLatest({ limit: 1 })).items[0]?.feedKey;
      // Read once before answering, so that a bad id or a table that is down still gets its status.
      const page = await refusingId(() => read(after));
      const ended = new AbortController();
      const end = () => ended.abort();
      deps.closing.addEventListener('abort', end, { once: true });
      if (deps.closing.aborted) end();
      const response = streamSSE(c, async (stream) => {
        stream.onAbort(end);
        try {
          await streamAlerts(
            stream,
            read,
            { after, page },
            {
              pollMs: options.streamPollMs,
              heartbeatMs: options.heartbeatMs,
              stallMsMax: options.stallMsMax,
              ending: ended.signal,
              present: (migration) => presentMigration(migration, deps.reportingCurrency),
              onReadFailure: (error, failures) =>
                deps.log('warn', 'reading the alert feed failed', {
                  requestId: c.get('requestId'),
                  failures,
                  ...errorFields(error),
                }),
            },
          );
        } catch (error) {
          deps.log('error', 'an alert stream failed', {
            requestId: c.get('requestId'),
            ...errorFields(error),
          });
        } finally {
          open -= 1;
          deps.closing.removeEventListener('abort', end);
        }
      });
      response.headers.set('X-Accel-Buffering', 'no');
      return response;
    } catch (error) {
      open -= 1;
      throw error;
    }
  });
}

/** Turns the store's refusal of a feed key into a problem of the request. */
async function refusingId<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof TidemarkError && error.code === 'invalid-cursor')) throw error;
    throw new HttpProblem('invalid-request', {
      detail: 'Last-Event-ID is not the id of an event of this stream.',
      extensions: { errors: [{ location: 'header', field: 'last-event-id', message: 'no such event' }] },
    });
  }
}
