import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../context.ts';
import { addCommonAnswers } from './common-answers.ts';
import { mendNullableReferences } from './nullable-references.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono<ApiEnv>['getOpenAPI31Document']>;

/** The OpenAPI 3.1 document of every route, made from the routes' schemas. */
export function openApiDocument(app: OpenAPIHono<ApiEnv>): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tidemark',
      version: '1.0.0',
      description: 'Live customer segments and consumption predictions from a stream of purchases.',
    },
    tags: [
      { name: 'Customers', description: 'Answers about customers, computed for the instant of reading.' },
      { name: 'Segments', description: 'The active segment model.' },
      { name: 'Models', description: 'The models and how good they are.' },
      { name: 'Alerts', description: 'Moves between segments.' },
      { name: 'Rules', description: 'Alert rules, what they fired, and how it is delivered.' },
      { name: 'Quarantine', description: 'Records that could not be used.' },
      { name: 'Events', description: 'The way in.' },
      { name: 'Operation', description: 'For operators and load balancers.' },
      { name: 'Pages', description: 'Pages to read.' },
    ],
  });
  addCommonAnswers(document as Parameters<typeof addCommonAnswers>[0]);
  mendNullableReferences(document);
  return document;
}
