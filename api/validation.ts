import type { z } from '@hono/zod-openapi';
import { HttpProblem } from './problems.ts';

export type FieldLocation = 'path' | 'query' | 'header' | 'body';

const errorsMax = 50;
const fieldLengthMax = 200;

/** A problem that lists each field that breaks the schema, the first fifty of them. */
export function invalidRequest(error: z.ZodError, location: FieldLocation): HttpProblem {
  const errors = error.issues.slice(0, errorsMax).map((issue) => ({
    location,
    field: issue.path.map(String).join('.').slice(0, fieldLengthMax),
    message: issue.message,
  }));
  const fields = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  return new HttpProblem('invalid-request', {
    detail: `${location}: ${fields.slice(0, 3).join('; ')}${fields.length > 3 ? '; ...' : ''}`,
    extensions: { errors },
  });
}

/**
 * The schema of a body that comes in several shapes, told by which of the keys it has.
 * @throws {HttpProblem} `invalid-request` where it has none of them, or several
 */
export function schemaByKey<T>(schemas: Readonly<Record<string, T>>, body: unknown): T {
  const keys = Object.keys(schemas);
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const [key, ...more] = isObject ? keys.filter((name) => Object.hasOwn(body, name)) : [];
  const chosen = key === undefined ? undefined : schemas[key];
  if (chosen !== undefined && more.length === 0) return chosen;
  const message = `expected an object with one of ${keys.join(', ')}${more.length > 0 ? ', not both' : ''}`;
  throw new HttpProblem('invalid-request', {
    detail: `body: ${message}`,
    extensions: { errors: [{ location: 'body', field: more[0] ?? '', message }] },
  });
}

/** The body as the schema gives it. @throws {HttpProblem} `invalid-request`. */
export function validated<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (!result.success) throw invalidRequest(result.error, 'body');
  return result.data;
}
