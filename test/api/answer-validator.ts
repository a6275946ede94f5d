import { z } from 'zod';
import type { ApiDocument, DocumentedOperation } from './documented-routes.ts';

/**
 * Says what is wrong with an answer by the document: a status it does not name, another media type, or a JSON body that its
 * schema does not allow; undefined when nothing is.
 */
export function answerValidator(
  document: ApiDocument,
): (operation: DocumentedOperation, response: Response, body: string) => string | undefined {
  const schemas = JSON.parse(
    JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as Record<string, object>;
  const checks = new Map<string, z.ZodType>();
  const checkOf = (schema: object): z.ZodType => {
    const text = JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/');
    const known = checks.get(text);
    if (known !== undefined) return known;
    const check = z.fromJSONSchema({ ...(JSON.parse(text) as object), $defs: schemas } as Parameters<
      typeof z.fromJSONSchema
    >[0]);
    checks.set(text, check);
    return check;
  };
  return ({ responses }, response, body) => {
    const documented = responses[response.status];
    if (documented === undefined) return `${response.status} is not documented`;
    if (documented.content === undefined) {
      return body === '' || response.status < 300 ? undefined : `${response.status} has a body`;
    }
    const type = response.headers.get('Content-Type')?.split(';')[0] ?? '';
    const content = documented.content[type];
    if (content === undefined) return `${response.status} comes as ${type}`;
    if (!type.endsWith('json') || content.schema === undefined) return undefined;
    const result = checkOf(content.schema).safeParse(JSON.parse(body));
    return result.success ? undefined : `${response.status}: ${z.prettifyError(result.error)}`;
  };
}
