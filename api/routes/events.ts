import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { errorFields } from '../../operators/error-fields.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { readJson } from '../json-body.ts';
import { HttpProblem } from '../problems.ts';
import {
  type EventResultBody,
  EventResults,
  type EventResultsBody,
  EventsProblem,
  PurchaseEventBody,
} from '../schemas/events.ts';
import { json, problem } from '../schemas/responses.ts';

const eventsMax = 500;
const eventIdLengthMax = 256;
const event = { $ref: '#/components/schemas/PurchaseEvent' };

const eventsRoute = createRoute({
  method: 'post',
  path: '/v1/events',
  tags: ['Events'],
  summary: 'Put purchases on the stream',
  description:
    `One event, or an array of at most ${eventsMax}. Each is checked as the stream's decoder checks it; the valid ones ` +
    'are put on the stream. Accepted means on the stream, not yet processed. Sending an event again is safe.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          // References, not schemas: each event is checked for itself, by the decoder of the stream.
          schema: { oneOf: [event, { type: 'array', items: event, minItems: 1, maxItems: eventsMax }] },
        },
      },
    },
  },
  responses: {
    202: json(EventResults, 'Every event is on the stream.'),
    207: json(EventResults, 'Some events are on the stream; `results` says which.'),
    400: problem('The body is not JSON, or not one event or an array of 1 to 500.'),
    403: problem('Sent by a browser page of another origin.'),
    413: problem('The body is larger than 5 MB.'),
    422: problem('Every event breaks a rule; `results` gives each reason.', EventsProblem),
    500: problem('Something failed on our side; the log has the cause under `requestId`.'),
    503: problem('The stream takes no events at the moment; see Retry-After.', EventsProblem),
  },
});

/** The way in for producers that don't speak to the stream themselves. */
export function eventRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  app.openAPIRegistry.register('PurchaseEvent', PurchaseEventBody);
  app.openapi(eventsRoute, async (c) => {
    const body = await readJson(c);
    const documents: readonly unknown[] = Array.isArray(body) ? body : [body];
    if (documents.length === 0 || documents.length > eventsMax) {
      const message = `expected one event, or an array of 1 to ${eventsMax}, not ${documents.length}`;
      throw new HttpProblem('invalid-request', {
        detail: `body: ${message}`,
        extensions: { errors: [{ location: 'body', field: '', message }] },
      });
    }
    const answer = summary(await submit(deps, documents, c.get('requestId')));
    if (answer.accepted === documents.length) return c.json(answer, 202);
    if (answer.accepted > 0) return c.json(answer, 207);
    if (answer.failed === 0) throw new HttpProblem('events-rejected', { extensions: { ...answer } });
    throw new HttpProblem('stream-unavailable', {
      extensions: { ...answer },
      headers: { 'Retry-After': '2' },
    });
  });
}

/** Checks each document, publishes the valid ones together, and gives one result a document, in order. */
async function submit(
  deps: ApiDependencies,
  documents: readonly unknown[],
  requestId: string,
): Promise<EventResultBody[]> {
  const results: EventResultBody[] = [];
  const valid: { readonly index: number; readonly eventId: string }[] = [];
  for (const [index, document] of documents.entries()) {
    const checked = deps.validate(document);
    if ('reason' in checked) {
      const { reason, detail } = checked;
      results.push({ eventId: eventIdOf(document), status: 'rejected', reason, detail });
    } else {
      valid.push({ index, eventId: checked.eventId });
      results.push({ eventId: checked.eventId, status: 'accepted', reason: null, detail: null });
    }
  }
  if (valid.length === 0) return results;
  const published = await publish(
    deps,
    valid.map(({ index }) => documents[index]),
    requestId,
  );
  for (const [position, { index, eventId }] of valid.entries()) {
    if (published[position]?.ok === true) continue;
    const detail = 'The stream did not take the event. Send it again.';
    results[index] = { eventId, status: 'failed', reason: 'not-published', detail };
  }
  return results;
}

/** What went wrong stays in the log; the caller learns that it may try again. */
async function publish({ publish, log }: ApiDependencies, documents: readonly unknown[], requestId: string) {
  try {
    const results = await publish(documents);
    const failures = results.filter(({ ok }) => !ok);
    if (failures.length > 0) {
      log('warn', 'the stream did not take some events', {
        requestId,
        failed: failures.length,
        of: documents.length,
        error: failures[0]?.error,
      });
    }
    return results;
  } catch (error) {
    log('error', 'publishing events failed', {
      requestId,
      of: documents.length,
      ...errorFields(error),
    });
    return [];
  }
}

function summary(results: EventResultBody[]): EventResultsBody {
  const count = (status: EventResultBody['status']) => results.filter((r) => r.status === status).length;
  return { accepted: count('accepted'), rejected: count('rejected'), failed: count('failed'), results };
}

function eventIdOf(document: unknown): string | null {
  const eventId = (document as { readonly eventId?: unknown } | null | undefined)?.eventId;
  return typeof eventId === 'string' ? eventId.slice(0, eventIdLengthMax) : null;
}
