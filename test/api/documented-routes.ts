import { bodyOf, type Fixture } from './api-fixture.ts';

export interface DocumentedOperation {
  readonly method: string;
  /** As in the document: `/v1/customers/{id}`. */
  readonly path: string;
  readonly summary?: string;
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly example?: unknown;
    readonly schema?: Record<string, unknown>;
  }[];
  readonly requestBody?: { readonly content?: Record<string, { readonly schema?: object }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema?: object }> }
  >;
}

export interface ApiDocument {
  readonly paths: Record<string, Record<string, Omit<DocumentedOperation, 'method' | 'path'>>>;
  readonly components: { readonly schemas: Record<string, object> };
}

/** The OpenAPI document as served. */
export function apiDocument(api: Fixture): Promise<ApiDocument> {
  return bodyOf<ApiDocument>(api.get('/openapi.json'));
}

/** Every operation of the document, in its order. */
export function documentedOperations(document: ApiDocument): DocumentedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

/** A path with its parameters filled in. */
export function pathWith(path: string, value = 'nobody'): string {
  return path.replace(/\{\w+\}/g, encodeURIComponent(value));
}
