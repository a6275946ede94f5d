import { setTimeout as pause } from 'node:timers/promises';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiContext, ApiEnv } from '../context.ts';
import { streamOpener } from '../open-stream.ts';
import { presentLive } from '../present/live.ts';
import { LiveBody } from '../schemas/live.ts';
import { problem, readProblems } from '../schemas/responses.ts';

/** Time from one message to the next, and for a client to come back after its stream has broken, ms. */
const everyMs = 1_000;

/** The same where each message is an answer of its own, ms. */
const nextTurnMs = 5_000;

const liveRoute = createRoute({
  method: 'get',
  path: '/v1/live',
  tags: ['Operation'],
  summary: 'The figures that move while events come, once a second, as Server-Sent Events',
  description:
    'Each event has the type `live` and LiveFigures as data, all of one moment: it is complete in itself, so a client ' +
    'that comes back has missed nothing. The first comes at once; behind API Gateway each is an answer of its own, to be ' +
    'asked for again after `retry`.',
  responses: {
    200: {
      description: 'An open stream; it ends when the host closes, or with its turn.',
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
export function liveRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { deps, models } = context;
  app.openAPIRegistry.register('LiveFigures', LiveBody);
  const read = async (): Promise<string> => {
    const active = await models.current();
    // Last, so that nothing comes between the figures and their writing.
    const status = await deps.status();
    const body = presentLive(status, { nowMs: deps.nowMs(), modelVersion: active.segments?.version });
    return `event: live\ndata: ${JSON.stringify(body)}\n\n`;
  };

  const openStream = streamOpener(context);
  app.openapi(liveRoute, (c) =>
    openStream(c, {
      prepare: read,
      follow: async ({ write, ending, inTurns }, first) => {
        await write(`retry: ${inTurns ? nextTurnMs : everyMs}\n\n`);
        if (inTurns) return write(first);
        let message = first;
        while (!ending.aborted) {
          await write(message);
          await pause(everyMs, undefined, { signal: ending }).catch(() => {});
          if (!ending.aborted) message = await read();
        }
      },
    }),
  );
}
