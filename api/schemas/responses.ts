import type { z } from '@hono/zod-openapi';
import { Problem } from './shared.ts';

/** A JSON answer for a route's `responses`. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A problem answer for a route's `responses`. */
export function problem(description: string, schema: z.ZodType = Problem) {
  return { description, content: { 'application/problem+json': { schema } } };
}

/** What every read can answer beside its result. */
export const readProblems = {
  400: problem('A parameter is not valid; `errors` names it.'),
  500: problem('Something failed on our side; the log has the cause under `requestId`.'),
  503: problem('A service behind the API is slow or down; see Retry-After.'),
};

/** As `readProblems`, for reads of one segment. */
export const segmentProblems = { ...readProblems, 404: problem('There is no such segment.') };

/** What every write can answer beside its result. */
export const writeProblems = {
  ...readProblems,
  400: problem('A parameter or the body is not valid; `errors` names it.'),
  403: problem('Sent by a browser page of another origin.'),
  413: problem('The body is too large.'),
};

/** As `readProblems`, for reads of one customer. */
export const customerProblems = {
  ...readProblems,
  304: { description: 'Not modified: the answer still has the ETag sent in If-None-Match.' },
  404: problem('No event of this customer has been processed.'),
};
