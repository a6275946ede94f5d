import { html } from 'hono/html';
import { problemKinds } from '../problems.ts';
import { curlExample } from './curl-example.ts';
import type { OpenApiDocument } from './open-api.ts';
import { type Html, page } from './page.ts';
import { type SchemaNode, type Schemas, schemaExample } from './schema-example.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: SchemaNode & {
    readonly description?: string;
    readonly minimum?: number;
    readonly maximum?: number;
  };
  readonly example?: unknown;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content }>
  >;
}

type Content = Readonly<Record<string, { readonly schema?: SchemaNode }>>;

interface Entry extends Operation {
  readonly method: string;
  readonly path: string;
  readonly anchor: string;
}

/** The documentation as one page, rendered from the OpenAPI document alone. */
export function docsPage(document: OpenApiDocument): Html {
  const entries = operations(document);
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const tags = document.tags ?? [];
  return page(
    `${document.info.title} API`,
    html`<h1>${document.info.title} API</h1>
<p>${document.info.description}</p>
<p class="soft">Machine-readable: <a href="/openapi.json">/openapi.json</a>. Money is in the reporting currency, instants
are ISO 8601 in UTC, what is missing is null with a reason beside it. JSON answers to reads have an ETag; X-Request-Id
comes back with every answer, RateLimit with all but those for operators. Send a key as X-Api-Key or a token as
Authorization: Bearer; a process on loopback without keys asks for neither.</p>
<nav><ul>${entries.map(
      (entry) => html`<li><a href="#${entry.anchor}"><code>${entry.method} ${entry.path}</code></a></li>`,
    )}</ul></nav>
${tags.map(
  (tag) =>
    html`<h2>${tag.name}</h2><p>${tag.description}</p>${entries
      .filter((entry) => entry.tags?.includes(tag.name))
      .map((entry) => operationSection(entry, schemas))}`,
)}
<h2 id="problems">Problems</h2>
<p>Errors are <code>application/problem+json</code>; <code>type</code> is one of these and stays the same.</p>
<div class="wide"><table><tr><th>type</th><th>status</th><th>meaning</th></tr>${Object.entries(
      problemKinds,
    ).map(
      ([kind, problem]) =>
        html`<tr><td><a href="/problems/${kind}"><code>/problems/${kind}</code></a></td><td>${problem.status}</td><td>${problem.title}. ${problem.meaning}</td></tr>`,
    )}</table></div>`,
  );
}

/** Every operation of the document, in its order. */
function operations(document: OpenApiDocument): Entry[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
      anchor: `${method}${path}`.replace(/[^a-zA-Z0-9]+/g, '-'),
    })),
  );
}

function operationSection(entry: Entry, schemas: Schemas): Html {
  return html`<section id="${entry.anchor}">
<h3><span class="method">${entry.method}</span> <code>${entry.path}</code></h3>
<p>${entry.summary}</p>
${entry.description === undefined ? '' : html`<p class="soft">${entry.description}</p>`}
<pre>${curlExample(entry, schemas)}</pre>
${parameterTable(entry.parameters ?? [], schemas)}
${Object.entries(entry.requestBody?.content ?? {}).map(([type, { schema }]) => example(`Body, ${type}`, schema, schemas))}
${Object.entries(entry.responses ?? {}).map(([status, response]) => answer(status, response, schemas))}
</section>`;
}

function parameterTable(parameters: readonly Parameter[], schemas: Schemas): Html | string {
  if (parameters.length === 0) return '';
  return html`<h4>Parameters</h4><div class="wide"><table><tr><th>name</th><th>in</th><th>what</th><th>example</th></tr>
${parameters.map(
  (parameter) =>
    html`<tr><td><code>${parameter.name}</code>${parameter.required ? html` <span class="soft">required</span>` : ''}</td><td>${parameter.in}</td><td>${parameter.description ?? parameter.schema?.description ?? ''}${bounds(parameter)}</td><td><code>${String(parameter.example ?? schemaExample(parameter.schema ?? {}, schemas))}</code></td></tr>`,
)}</table></div>`;
}

function bounds({ schema }: Parameter): string {
  if (schema?.enum !== undefined) return ` One of ${schema.enum.join(', ')}.`;
  if (schema?.minimum === undefined || schema.maximum === undefined) return '';
  return ` ${schema.minimum} to ${schema.maximum}${schema.default === undefined ? '' : `, default ${schema.default}`}.`;
}

function answer(
  status: string,
  response: { readonly description?: string; readonly content?: Content },
  schemas: Schemas,
): Html {
  const contents = Object.entries(response.content ?? {});
  if (Number(status) >= 300 || contents.length === 0) {
    return html`<p><code>${status}</code> <span class="soft">${response.description}</span></p>`;
  }
  return html`${contents.map(([type, { schema }]) => example(`${status}: ${response.description} (${type})`, schema, schemas))}`;
}

function example(title: string, schema: SchemaNode | undefined, schemas: Schemas): Html {
  const value = schemaExample(schema ?? {}, schemas);
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return html`<h4>${title}</h4><pre>${text}</pre>`;
}
