import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { routeName } from '../auth/route-scopes.ts';
import type { ApiEnv } from '../context.ts';
import { HttpProblem } from '../problems.ts';
import { matchedRoute } from './matched-route.ts';

const errorsMax = 20;
const nameLengthMax = 100;

/**
 * Refuses query parameters that the route does not have: a filter misspelt must not answer as if none had been asked for.
 * Of routes without any parameter they are overlooked, as everywhere.
 * @throws {HttpProblem} `invalid-request`, with the names there are
 */
export function knownParameters(app: OpenAPIHono<ApiEnv>): MiddlewareHandler<ApiEnv> {
  let namesByRoute: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  return async (c, next) => {
    const given = Object.keys(c.req.query());
    if (given.length > 0) {
      // At the first request, when every route has been added.
      namesByRoute ??= parameterNames(app);
      const names = namesByRoute.get(matchedRoute(c) ?? '');
      if (names !== undefined) refuseUnknown(given, names);
    }
    await next();
  };
}

function refuseUnknown(given: readonly string[], names: ReadonlySet<string>): void {
  const unknown = given.filter((name) => !names.has(name)).slice(0, errorsMax);
  if (unknown.length === 0) return;
  const message = `the route takes ${[...names].join(', ')}`;
  const errors = unknown.map((name) => ({
    location: 'query',
    field: name.slice(0, nameLengthMax),
    message: `no such parameter; ${message}`,
  }));
  throw new HttpProblem('invalid-request', {
    detail: `query: ${errors.map(({ field }) => field).join(', ')}: no such parameter; ${message}`,
    extensions: { errors },
  });
}

function parameterNames(app: OpenAPIHono<ApiEnv>): Map<string, ReadonlySet<string>> {
  return new Map(
    app.openAPIRegistry.definitions.flatMap((definition) => {
      if (definition.type !== 'route') return [];
      const { method, path, request } = definition.route;
      const query = request?.query as z.ZodObject | undefined;
      if (query === undefined) return [];
      return [[routeName(method, path), new Set(Object.keys(query.shape))] as const];
    }),
  );
}
