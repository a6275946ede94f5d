import type { Context } from 'hono';

/** What each problem means, under the stable last part of its `type`. */
export const problemKinds = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    meaning: 'A parameter or the body breaks its schema. `errors` names each field and what was expected.',
  },
  'invalid-json': {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The body could not be read as JSON in UTF-8, or it is nested too deeply.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor does not belong to this listing',
    meaning: 'A cursor is good only for the listing and the filters it came from. Start again without one.',
  },
  'as-of-too-early': {
    status: 400,
    title: 'asOf lies before the last event of the customer',
    meaning:
      'What is kept of a customer speaks of the last event and later. `lastEventAt` names that instant.',
  },
  'as-of-too-far': {
    status: 400,
    title: 'asOf lies too far ahead',
    meaning: 'Answers look at most five years ahead. `latestAsOf` names the last instant.',
  },
  'foreign-origin': {
    status: 403,
    title: 'Written from a page of another origin',
    meaning: 'A browser page of another origin tried to write. Same-origin pages and programs may.',
  },
  'customer-not-found': {
    status: 404,
    title: 'No such customer',
    meaning: 'No event of this customer has been processed.',
  },
  'model-not-found': {
    status: 404,
    title: 'No such model',
    meaning: 'No model of this version is stored. `/v1/models` lists those that are.',
  },
  'not-found': {
    status: 404,
    title: 'No such resource',
    meaning: 'Nothing is served under this path. `/docs` lists what is.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The path exists with other methods: the Allow header lists them.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'Send fewer events in one request.',
  },
  'events-rejected': {
    status: 422,
    title: 'No event was accepted',
    meaning: 'Every event broke a rule. `results` gives each reason; nothing was put on the stream.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    meaning: 'The cause is in the log under `requestId`.',
  },
  unavailable: {
    status: 503,
    title: 'Not available at the moment',
    meaning: 'A service behind the API is slow or down. Try again after Retry-After seconds.',
  },
  'stream-unavailable': {
    status: 503,
    title: 'The stream takes no events at the moment',
    meaning: 'None of the valid events could be put on the stream. Sending the same events again is safe.',
  },
  'too-many-streams': {
    status: 503,
    title: 'Too many open alert streams',
    meaning: 'Try again after Retry-After seconds; `Last-Event-ID` keeps your place.',
  },
} as const;

export type ProblemKind = keyof typeof problemKinds;

export interface ProblemOptions {
  /** What is wrong with this very request, in one or two sentences. */
  readonly detail?: string;
  /** Members beside those of the standard. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by a handler to answer with a problem; never an internal failure. */
export class HttpProblem extends Error {
  readonly kind: ProblemKind;
  readonly options: ProblemOptions;

  constructor(kind: ProblemKind, options: ProblemOptions = {}) {
    super(options.detail ?? problemKinds[kind].title);
    this.name = 'HttpProblem';
    this.kind = kind;
    this.options = options;
  }
}

const instanceLengthMax = 1_024;

/**
 * The answer for a problem as `application/problem+json`.
 * @see RFC 9457, section 3
 */
export function problemResponse(c: Context, kind: ProblemKind, options: ProblemOptions = {}): Response {
  const { status, title, meaning } = problemKinds[kind];
  const body = {
    type: `/problems/${kind}`,
    title,
    status,
    detail: options.detail ?? meaning,
    instance: new URL(c.req.url).pathname.slice(0, instanceLengthMax),
    requestId: (c.get('requestId') as string | undefined) ?? null,
    ...options.extensions,
  };
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...options.headers,
  });
}
