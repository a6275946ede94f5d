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
  'missing-credentials': {
    status: 401,
    title: 'Say who you are',
    meaning: 'Send a token as `Authorization: Bearer ...`, or a key as `X-Api-Key`.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'The credentials do not count',
    meaning: 'The token or key is not one that is taken; `detail` says why.',
  },
  'insufficient-scope': {
    status: 403,
    title: 'Not allowed with these credentials',
    meaning: 'The credentials are good but grant less than the route asks for: `requiredScope` names it.',
  },
  'foreign-host': {
    status: 403,
    title: 'Asked for under a name that is not this machine',
    meaning:
      'Without authentication only requests to localhost, 127.0.0.1 or [::1] are answered, so that no web page can ' +
      'reach the API under a name of its own.',
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
  'segment-not-found': {
    status: 404,
    title: 'No such segment',
    meaning: 'Segments go by their names in lower case, words joined by hyphens. `/v1/segments` lists them.',
  },
  'model-not-found': {
    status: 404,
    title: 'No such model',
    meaning: 'No model of this version is stored. `/v1/models` lists those that are.',
  },
  'rule-not-found': {
    status: 404,
    title: 'No such rule',
    meaning: 'There is no alert rule of this id. `/v1/rules` lists those that are.',
  },
  'delivery-not-found': {
    status: 404,
    title: 'No such delivery',
    meaning: 'There is no delivery of this id, or it has expired, or its rule is gone.',
  },
  'quarantine-entry-not-found': {
    status: 404,
    title: 'No such quarantined record',
    meaning: 'No record of this id is in quarantine. `/v1/quarantine` lists those that are.',
  },
  'not-found': {
    status: 404,
    title: 'No such resource',
    meaning: 'Nothing is served under this path. `/docs` lists what is.',
  },
  'request-in-progress': {
    status: 409,
    title: 'The first request with this key is not answered yet',
    meaning: 'A request with the same Idempotency-Key is under way. Ask again after Retry-After seconds.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The path exists with other methods: the Allow header lists them.',
  },
  'too-many-rules': {
    status: 409,
    title: 'There are as many rules as there may be',
    meaning: 'Every move is held against every rule, so their number is bounded. Delete one first.',
  },
  'rule-conflict': {
    status: 409,
    title: 'The rule was changed meanwhile',
    meaning: 'Somebody else changed it since you read it. Read it again, and change that.',
  },
  'delivery-not-dead': {
    status: 409,
    title: 'The delivery was not given up',
    meaning: 'Only deliveries whose status is `dead`, of a rule that is enabled, can be sent again.',
  },
  'record-truncated': {
    status: 409,
    title: 'Only the beginning of the record was kept',
    meaning: 'It was too large to be kept whole. Send the whole event in the body.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'Send fewer events in one request.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The key belongs to another request',
    meaning: 'This Idempotency-Key came with another request within the last 24 hours. Take a new key.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning: 'The caller has used up its requests of this minute. Try again after Retry-After seconds.',
  },
  'events-rejected': {
    status: 422,
    title: 'No event was accepted',
    meaning: 'Every event broke a rule. `results` gives each reason; nothing was put on the stream.',
  },
  'record-rejected': {
    status: 422,
    title: 'The record would be quarantined again',
    meaning:
      'It breaks the rule that `reason` names, so it was not put on the stream. Mend it and send it in the body.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    meaning: 'The cause is in the log under `requestId`.',
  },
  overloaded: {
    status: 503,
    title: 'Busy',
    meaning: 'More is being asked than can be answered in time. Try again after Retry-After seconds.',
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
