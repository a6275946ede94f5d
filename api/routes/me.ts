import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../context.ts';
import { HttpProblem } from '../problems.ts';
import { Me } from '../schemas/me.ts';
import { json } from '../schemas/responses.ts';

const meRoute = createRoute({
  method: 'get',
  path: '/v1/me',
  tags: ['Operation'],
  summary: 'Who asks, and what they may do',
  description: 'Any good credentials will do, whatever their scopes.',
  responses: { 200: json(Me, 'Who asks.') },
});

/** What the API knows of the caller. */
export function meRoutes(app: OpenAPIHono<ApiEnv>): void {
  app.openapi(meRoute, (c) => {
    const identity = c.get('identity');
    if (identity.kind !== 'known') throw new HttpProblem('missing-credentials');
    const { authentication, subject, scopes } = identity.principal;
    return c.json({ authentication, subject, scopes: [...scopes] }, 200);
  });
}
