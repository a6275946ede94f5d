import { type SchemaNode, type Schemas, schemaExample } from './schema-example.ts';

interface Described {
  readonly method: string;
  readonly path: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly example?: unknown;
    readonly schema?: SchemaNode;
  }[];
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema?: SchemaNode }>>;
  };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
  readonly security?: readonly unknown[];
}

/** Where the examples find the API. */
const origin = 'http://127.0.0.1:8787';

/** One call of an operation on the command line, with the examples of its parameters and of its body. */
export function curlExample(operation: Described, schemas: Schemas): string {
  const { method, path, parameters = [] } = operation;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
    return encodeURIComponent(String(parameter?.example ?? schemaExample(parameter?.schema ?? {}, schemas)));
  });
  const parts = ['curl'];
  if (streams(operation)) parts.push('-N');
  if (method !== 'GET') parts.push(`-X ${method}`);
  parts.push(quoted(origin + filled));
  if (operation.security?.length !== 0) parts.push('-H "X-Api-Key: $TIDEMARK_KEY"');
  if (parameters.some(({ name }) => name === 'Idempotency-Key')) {
    parts.push('-H "Idempotency-Key: $(uuidgen)"');
  }
  const body = operation.requestBody?.content?.['application/json']?.schema;
  if (body !== undefined) {
    parts.push(
      "-H 'Content-Type: application/json'",
      `-d ${quoted(JSON.stringify(schemaExample(body, schemas)))}`,
    );
  }
  return parts.join(' ');
}

function streams({ responses }: Described): boolean {
  return responses?.['200']?.content?.['text/event-stream'] !== undefined;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w.:/%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
