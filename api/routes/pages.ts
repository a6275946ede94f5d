import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { errorFields } from '../../operators/error-fields.ts';
import { namesThisMachine } from '../auth/this-machine.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { docsPage } from '../docs/docs-page.ts';
import { homePage } from '../docs/home-page.ts';
import { type OpenApiDocument, openApiDocument } from '../docs/open-api.ts';
import { page, pageHeaders } from '../docs/page.ts';
import { HttpProblem, type ProblemKind, problemKinds } from '../problems.ts';
import { problem } from '../schemas/responses.ts';

const htmlPage = (description: string) => ({
  description,
  content: { 'text/html': { schema: z.string().openapi({ example: '<!doctype html>...' }) } },
});

const homeRoute = createRoute({
  method: 'get',
  path: '/',
  tags: ['Pages'],
  summary: 'The board; where a deployment has none, links and live figures',
  responses: { 200: htmlPage('A page to read.'), 302: { description: 'The board is under `/board`.' } },
});

const docsRoute = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Pages'],
  summary: 'This documentation',
  responses: { 200: htmlPage('A page to read; it loads nothing from elsewhere.') },
});

const openApiRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['Pages'],
  summary: 'The OpenAPI 3.1 document of all routes',
  responses: {
    200: {
      description: 'The document.',
      content: {
        'application/json': {
          schema: z.any().openapi({ type: 'object', example: { openapi: '3.1.0' } }),
        },
      },
    },
  },
});

const problemRoute = createRoute({
  method: 'get',
  path: '/problems/{kind}',
  tags: ['Pages'],
  summary: 'What a problem means',
  request: {
    params: z.object({
      kind: z.string().openapi({ param: { name: 'kind', in: 'path' }, example: 'customer-not-found' }),
    }),
  },
  responses: { 200: htmlPage('A page to read.'), 404: problem('There is no such problem.') },
});

/** Pages for people, and the document that describes every route; both are made once, at the first request. */
export function pageRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  let document: OpenApiDocument | undefined;
  const described = () => {
    document ??= openApiDocument(app);
    return document;
  };
  let docs: ReturnType<typeof docsPage> | undefined;
  app.openapi(homeRoute, async (c) => {
    if (deps.boardDirectory !== undefined) return c.redirect('/board', 302);
    // The page is anybody's; the figures are for those who may ask for them.
    const isForAnybody = deps.authentication.kind === 'off' && namesThisMachine(c);
    if (!isForAnybody) return c.html(homePage(undefined), 200, pageHeaders);
    const status = await deps.status().catch((error: unknown) => {
      deps.log('warn', 'the status for the first page failed', {
        ...errorFields(error),
      });
      return undefined;
    });
    return c.html(homePage(status), 200, pageHeaders);
  });
  app.openapi(docsRoute, (c) => {
    docs ??= docsPage(described());
    return c.html(docs, 200, pageHeaders);
  });
  app.openapi(openApiRoute, (c) => c.json(described(), 200));
  app.openapi(problemRoute, (c) => {
    const { kind } = c.req.valid('param');
    if (!Object.hasOwn(problemKinds, kind)) throw new HttpProblem('not-found');
    const { title, status, meaning } = problemKinds[kind as ProblemKind];
    const body = html`<h1>${title}</h1><p>${meaning}</p><p class="soft">Status ${status}.
<a href="/docs#problems">All problems</a></p>`;
    return c.html(page(title, body), 200, pageHeaders);
  });
}
