import { isWrite, type RouteAccess, routeAccess } from '../auth/route-scopes.ts';
import { isEverMoving } from '../middleware/entity-tags.ts';
import { isVital } from '../middleware/shed-load.ts';

interface Operation {
  parameters?: unknown[];
  readonly requestBody?: unknown;
  readonly responses: Record<string, { description: string; readonly content?: Record<string, unknown> }>;
  security?: unknown[];
}

/** The parts of an OpenAPI document that are completed here. */
interface Document {
  readonly paths?: Record<string, unknown>;
  components?: { securitySchemes?: unknown };
}

/**
 * Adds to every operation what all routes have in common and no route says for itself: who may ask, what is answered
 * to those who may not or ask too much, entity tags of reads, and the key of writes. What a route says itself stays.
 */
export function addCommonAnswers(document: Document): void {
  document.components = { ...document.components, securitySchemes };
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      addTo(operation, method, path);
    }
  }
}

const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of the configured issuer. Without authentication, as on loopback, none is needed.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'A configured key; `tidemark api-key create` makes one.',
  },
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  description:
    'Any text of yours, new for each write. The same request with the same key again gets the answer of the first, ' +
    'with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.',
};

const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'The ETag of an answer you have: 304 without a body if it still holds.',
};

function addTo(operation: Operation, method: string, path: string): void {
  const { responses } = operation;
  const access = routeAccess(method, path);
  const add = (status: number, description: string) => {
    responses[status] = orProblem(responses[status]) ?? { description, content: problemContent };
  };
  // A request without anything to get wrong can't be refused for it.
  if (operation.parameters === undefined && operation.requestBody === undefined) delete responses['400'];
  addAccess(operation, access, add);
  if (!isVital(path)) {
    add(429, 'Too many requests of this caller; see Retry-After and the header RateLimit.');
    add(503, 'Too many requests at once; see Retry-After.');
  }
  if (method === 'get' && path.startsWith('/v1/') && isJson(responses['200']) && !isEverMoving(path)) {
    responses['304'] ??= {
      description: 'Not modified: the answer still has the ETag sent in If-None-Match.',
    };
    operation.parameters = [...(operation.parameters ?? []), ifNoneMatch];
  }
  if (operation.requestBody !== undefined) add(413, 'The body is too large.');
  if (isWrite(method, path)) {
    add(400, 'The Idempotency-Key is none.');
    add(409, 'A request with the same Idempotency-Key is under way; see Retry-After.');
    add(422, 'The Idempotency-Key came with another request.');
    operation.parameters = [...(operation.parameters ?? []), idempotencyKey];
  }
}

function addAccess(
  operation: Operation,
  access: RouteAccess,
  add: (status: number, description: string) => void,
): void {
  if (access === 'public') {
    operation.security = [];
    return;
  }
  const scopes = access === 'known' ? [] : [access];
  operation.security = [{ token: scopes }, { apiKey: scopes }];
  add(401, 'No credentials, or none that count; `detail` says why.');
  add(
    403,
    access === 'known'
      ? 'Not allowed: asked for under a foreign name.'
      : `Not allowed: the credentials lack the scope ${access}, or the request comes from a foreign page.`,
  );
}

/** A status that a route gives a body of its own comes, for reasons all routes have in common, with a plain problem too. */
function orProblem(response: Operation['responses'][string] | undefined): typeof response {
  const media = response?.content?.[problemType] as
    | { readonly schema?: { readonly $ref?: string } }
    | undefined;
  if (response === undefined || media?.schema === undefined || media.schema.$ref === problemSchema.$ref)
    return response;
  return {
    ...response,
    content: { ...response.content, [problemType]: { schema: { anyOf: [media.schema, problemSchema] } } },
  };
}

const problemType = 'application/problem+json';
const problemSchema = { $ref: '#/components/schemas/Problem' };
const problemContent = { [problemType]: { schema: problemSchema } };

function isJson(response: { readonly content?: Record<string, unknown> } | undefined): boolean {
  return response?.content?.['application/json'] !== undefined;
}
