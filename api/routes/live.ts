import { setTimeout as pause } from 'node:timers/promises';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { errorFields } from '../../operators/error-fields.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { presentLive } from '../present/live.ts';
import { HttpProblem } from '../problems.ts';
import { LiveBody } from '../schemas/live.ts';
import { problem, readProblems } from '../schemas/responses.ts';

/** Time from one message to the next, and for a client to come back after its stream has broken, ms. */
const everyMs = 1_000;

const liveRoute = createRoute({
  method: 'get',
  path: '/v1/live',
  tags: ['Operation'],
  summary: 'The figures that move while events come, once a second, as Server-Sent Events',
  description:
    'Each event has the type `live` and LiveFigures as data, all of one moment: it is complete in itself, so a client ' +
    'that comes back has missed nothing. The first comes at once.',
  responses: {
    200: {
      description: 'An open stream; it ends when the host closes.',
      content: {
        'text/event-stream': {
          schema: z.string().openapi({ example: 'event: live\ndata: {"customers":4338,"unassigned":0}' }),
        },
      },
    },
    ...readProblems,
    503: problem('Too many open streams, or a service behind the API is down; see Retry-After.'),
  },
});

/** What a board shows of the present. */
export function liveRoutes(app: OpenAPIHono<ApiEnv>, { deps, models, options }: ApiContext): void {
  app.openAPIRegistry.register('LiveFigures', LiveBody);
  let open = 0;
  const read = async (): Promise<string> => {
    const active = await models.current();
    // Last, so that nothing comes between the figures and their writing.
    const status = await deps.status();
    const body = presentLive(status, { nowMs: deps.nowMs(), modelVersion: active.segments?.version });
    return `event: live\ndata: ${JSON.stringify(body)}\n\n`;
  };

  app.openapi(liveRoute, async (c) => {
    if (deps.closing.aborted) throw new HttpProblem('unavailable', { headers: { 'Retry-After': '2' } });
    if (open >= options.streamsMax)
      throw new HttpProblem('too-many-streams', { headers: { 'Retry-After': '5' } });
    open += 1;
    const ended = new AbortController();
    const end = () => ended.abort();
    const close = () => {
      open -= 1;
      deps.closing.removeEventListener('abort', end);
    };
    deps.closing.addEventListener('abort', end, { once: true });
    let message: string;
    try {
      // Before answering, so that a table that is down still gets its status.
      message = await read();
    } catch (error) {
      close();
      throw error;
    }
    const response = streamSSE(c, async (stream) => {
      stream.onAbort(end);
      // A reader that has stopped must not hold up a host that closes.
      ended.signal.addEventListener('abort', () => stream.abort(), { once: true });
      try {
        await stream.write(`retry: ${everyMs}\n\n`);
        while (!ended.signal.aborted) {
          const stalled = setTimeout(end, options.stallMsMax);
          await stream.write(message).finally(() => clearTimeout(stalled));
          await pause(everyMs, undefined, { signal: ended.signal }).catch(() => {});
          if (!ended.signal.aborted) message = await read();
        }
      } catch (error) {
        deps.log('warn', 'a live stream failed', {
          requestId: c.get('requestId'),
          ...errorFields(error),
        });
      } finally {
        close();
      }
    });
    response.headers.set('X-Accel-Buffering', 'no');
    return response;
  });
}
