import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiContext, ApiEnv } from '../context.ts';
import { readJson } from '../json-body.ts';
import { presentQuarantined, presentQuarantineRecord } from '../present/quarantine.ts';
import { HttpProblem } from '../problems.ts';
import { readPage } from '../read-page.ts';
import {
  MendedRequest,
  QuarantinePage,
  QuarantinePath,
  QuarantineQuery,
  QuarantineRecord,
  QuarantineReplayAnswer,
  QuarantineReplayRequest,
  RecordRejected,
} from '../schemas/quarantine.ts';
import { json, problem, readProblems, writeProblems } from '../schemas/responses.ts';
import { validated } from '../validation.ts';

/** Kinesis takes records of at most 1 MiB. */
const mendedBytesMax = 1_024 * 1_024;

const absent = { 404: problem('There is no such record.') };

const listRoute = createRoute({
  method: 'get',
  path: '/v1/quarantine',
  tags: ['Quarantine'],
  summary: 'Records that could not be used',
  description:
    'Those of the newest day first, within a day shard by shard from its newest back. Nothing is lost: each can be read, ' +
    'mended, and put on the stream again. With a filter a page may hold fewer than `limit`, even none, and still have a ' +
    '`nextCursor`.',
  request: { query: QuarantineQuery },
  responses: { 200: json(QuarantinePage, 'One page of records.'), ...readProblems },
});

const readRoute = createRoute({
  method: 'get',
  path: '/v1/quarantine/{id}',
  tags: ['Quarantine'],
  summary: 'One quarantined record, whole',
  request: { params: QuarantinePath },
  responses: { 200: json(QuarantineRecord, 'The record.'), ...readProblems, ...absent },
});

const replayRoute = createRoute({
  method: 'post',
  path: '/v1/quarantine/{id}/replay',
  tags: ['Quarantine'],
  summary: 'Put a quarantined record on the stream again',
  description:
    'As it is, or with `event` mended. What would be quarantined again is not sent. Nothing counts twice, however often ' +
    'it is sent, and however late: state does not depend on the order of events.',
  request: {
    params: QuarantinePath,
    body: {
      required: false,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/QuarantineReplayRequest' } } },
    },
  },
  responses: {
    200: json(QuarantineReplayAnswer, 'The stream has it.'),
    ...writeProblems,
    ...absent,
    409: problem('Only its beginning was kept: send the whole event.'),
    422: problem('It would be quarantined again.', RecordRejected),
    503: problem('The stream, or a service behind the API, is down; see Retry-After.'),
  },
});

/** The quarantine: listed, read and emptied. */
export function quarantineRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  const { quarantine } = deps.stores;
  app.openAPIRegistry.register('QuarantineReplayRequest', QuarantineReplayRequest);

  app.openapi(listRoute, async (c) => {
    const { reason, status, ...query } = c.req.valid('query');
    const scope = `quarantine\n${reason ?? ''}\n${status ?? ''}`;
    const page = await readPage(scope, query, (request) => quarantine.list({ ...request, reason, status }));
    return c.json({ items: page.items.map(presentQuarantined), nextCursor: page.nextCursor }, 200);
  });

  app.openapi(readRoute, async (c) => {
    const entry = await quarantine.get(c.req.valid('param').id);
    if (entry === undefined) throw new HttpProblem('quarantine-entry-not-found');
    return c.json(presentQuarantineRecord(entry), 200);
  });

  app.openapi(replayRoute, async (c) => {
    const { id } = c.req.valid('param');
    const outcome = await deps.replayQuarantined(id, await mendedOf(c));
    switch (outcome.kind) {
      case 'replayed':
        return c.json({ id, eventId: outcome.eventId }, 200);
      case 'unknown':
        throw new HttpProblem('quarantine-entry-not-found');
      case 'truncated':
        throw new HttpProblem('record-truncated');
      case 'rejected': {
        const { reason, detail } = outcome.rejection;
        throw new HttpProblem('record-rejected', { detail, extensions: { reason } });
      }
      case 'failed':
        throw new HttpProblem('stream-unavailable', { headers: { 'Retry-After': '1' } });
    }
  });
}

/** The document to send in the record's place; undefined without a body, or with one that has none. */
async function mendedOf(c: Context): Promise<Uint8Array | undefined> {
  if ((await c.req.arrayBuffer()).byteLength === 0) return undefined;
  const { event } = validated(MendedRequest, await readJson(c));
  if (event === undefined) return undefined;
  const mended = new TextEncoder().encode(JSON.stringify(event));
  if (mended.byteLength > mendedBytesMax) {
    throw new HttpProblem('body-too-large', {
      detail: `An event has at most ${mendedBytesMax} bytes: the stream takes no more.`,
    });
  }
  return mended;
}
