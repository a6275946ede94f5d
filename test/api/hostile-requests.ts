import { createRandom, type Random } from '../../pipeline/ingest/random.ts';
import type { ApiDocument, DocumentedOperation } from './documented-routes.ts';
import { documentedOperations } from './documented-routes.ts';

export interface HostileRequest {
  readonly method: string;
  /** Path and query, ready to be sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

const texts: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\r\nSet-Cookie: x=1',
  '\ud800',
  '\u202e',
  '💩',
  'İ'.repeat(200),
  '../../../../etc/passwd',
  '..%2f..%2f',
  '%',
  '%00',
  '%ff',
  '{{7*7}}',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '99999999999999999999',
  '2011-12-09T12:50:00Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '2011-02-30',
  'at-risk',
  '12346',
  'eyJhbGciOiJub25lIn0.e30.',
  'AAAAAAAAAAAAbm90LWEtY3Vyc29y',
  'active',
  'x'.repeat(300),
  'x'.repeat(5_000),
];

const values: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  { __proto__: null, constructor: 1 },
];

const contentTypes = [
  'application/json',
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  '',
  'x/y; z="',
];

const headerNames = [
  'Accept',
  'Authorization',
  'Cookie',
  'Expect',
  'Idempotency-Key',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'Last-Event-ID',
  'Origin',
  'Range',
  'X-Api-Key',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-HTTP-Method-Override',
  'X-Request-Id',
];

/**
 * Requests made to break things, over every operation of the document: what the schema asks for with something wrong in it,
 * or nothing right at all. The same seed and document give the same requests.
 */
export function hostileRequests(document: ApiDocument, seed: number): () => HostileRequest {
  const random = createRandom(seed, 0);
  const operations = documentedOperations(document);
  let turn = 0;
  return () => {
    // Every operation in turn, so that each gets its share.
    const operation = operations[turn++ % operations.length] as DocumentedOperation;
    return requestTo(operation, { document, random });
  };
}

interface Making {
  readonly document: ApiDocument;
  readonly random: Random;
}

function requestTo(operation: DocumentedOperation, making: Making): HostileRequest {
  const { random } = making;
  const path = operation.path.replace(/\{\w+\}/g, () => pathPart(random));
  const query = new URLSearchParams();
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in !== 'query' || random.uniform() < 0.4) continue;
    const good = random.uniform() < 0.4 ? parameter.example : undefined;
    query.append(parameter.name, good === undefined ? random.pick(texts) : String(good));
    if (random.uniform() < 0.05) query.append(parameter.name, 'again');
  }
  const search = query.size > 0 ? `?${query}` : random.uniform() < 0.05 ? '?%ff=%' : '';
  const method =
    random.uniform() < 0.03
      ? random.pick(['PUT', 'DELETE', 'PATCH', 'POST', 'HEAD', 'OPTIONS'])
      : operation.method;
  return {
    method,
    target: path + search,
    headers: headersOf(random),
    body: method === 'GET' || method === 'HEAD' ? undefined : bodyOf(operation, making),
  };
}

function pathPart(random: Random): string {
  const text = random
    .pick(texts)
    .replace(/[\ud800-\udfff](?![\udc00-\udfff])(?<![\ud800-\udbff][\udc00-\udfff])/g, '\ufffd');
  const part = random.uniform() < 0.15 ? text.replace(/[^\x21-\x7e]|[#?\s]/g, '') : encodeURIComponent(text);
  return part === '' ? '%20' : part;
}

function headersOf(random: Random): Record<string, string> {
  const headers: Record<string, string> = {};
  const kind = random.uniform();
  if (kind < 0.7) headers['Content-Type'] = 'application/json';
  else if (kind < 0.9) headers['Content-Type'] = random.pick(contentTypes);
  while (random.uniform() < 0.25) {
    // What no client can send as a header never reaches the API.
    headers[random.pick(headerNames)] = random
      .pick(texts)
      .replace(/[^\x20-\x7e]/g, '')
      .trim()
      .slice(0, 2_000);
  }
  return headers;
}

function bodyOf(operation: DocumentedOperation, making: Making): string | Uint8Array | undefined {
  const { random } = making;
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const kind = random.uniform();
  if (schema === undefined && kind < 0.6) return undefined;
  if (kind < 0.05) return undefined;
  if (kind < 0.08) return '';
  if (kind < 0.12) return Uint8Array.from({ length: 64 }, () => Math.floor(random.uniform() * 256));
  if (kind < 0.15) return '['.repeat(Math.floor(random.uniform() * 20_000));
  if (kind < 0.17) return `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
  if (kind < 0.18) return `"${'x'.repeat(300_000)}"`;
  const text = JSON.stringify(valueFor((schema ?? {}) as Schema, making, 0)) ?? 'null';
  if (kind < 0.24) return text.slice(0, Math.floor(random.uniform() * text.length));
  if (kind < 0.26) return `\ufeff${text}`;
  return text;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** A value of the schema, with something wrong here and there. */
function valueFor(schema: Schema, making: Making, depth: number): unknown {
  const { random, document } = making;
  if (depth > 8 || random.uniform() < 0.06) return wrongValue(random);
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
    return valueFor((target ?? {}) as Schema, making, depth + 1);
  }
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return valueFor(random.pick(choices), making, depth + 1);
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((part) => valueFor(part, making, depth + 1)));
  }
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties)
      .filter(() => random.uniform() > 0.06)
      .map(([name, part]) => [name, valueFor(part, making, depth + 1)]);
    if (random.uniform() < 0.05) entries.push([random.pick(texts), wrongValue(random)]);
    return Object.fromEntries(entries);
  }
  if (schema.items !== undefined) {
    const { items } = schema;
    const length = random.uniform() < 0.03 ? 600 : Math.floor(random.uniform() * 4);
    return Array.from({ length }, () => valueFor(items, making, depth + (length > 10 ? 6 : 1)));
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  return schema.example ?? random.pick(texts);
}

function wrongValue(random: Random): unknown {
  return random.uniform() < 0.5 ? random.pick(texts) : random.pick(values);
}

/** What an answer must never hold: places in our sources, names of tables and of the AWS SDK, its errors. */
const internals =
  /node_modules|\.(?:ts|mjs|js):\d+|file:\/\/|\n\s+at |ValidationException|ResourceNotFound|ConditionalCheck|ProvisionedThroughput|@aws-sdk|DynamoDB(?!\s)|tidemark-(?:customers|purchases|migrations|models|quarantine|checkpoints|answers|alerting)|ECONNREFUSED|ENOENT|TypeError|ReferenceError|ZodError|\[object Object\]/;

/** What is wrong with an answer to a hostile request; undefined when nothing is. */
export function faultOf(
  { target }: HostileRequest,
  answer: { readonly status: number; readonly contentType: string | null; readonly body: string },
): string | undefined {
  if (answer.status >= 500) return `answered ${answer.status}`;
  // Pages about the API itself say what they like.
  if (!target.startsWith('/v1/') && answer.status < 400) return undefined;
  const leak = internals.exec(answer.body);
  if (leak !== null) return `leaks ${JSON.stringify(leak[0])}`;
  if (answer.status >= 400 && answer.body !== '' && answer.contentType !== 'application/problem+json') {
    return `answered ${answer.status} as ${answer.contentType}`;
  }
  return undefined;
}
