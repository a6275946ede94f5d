import { TidemarkError } from '../operators/errors.ts';
import type { Page, PageRequest } from '../sinks/stores.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { HttpProblem } from './problems.ts';

/**
 * One page of a listing, its cursor bound to `scope`.
 * @throws {HttpProblem} `invalid-cursor`.
 */
export async function readPage<T>(
  scope: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  list: (page: PageRequest) => Promise<Page<T>>,
): Promise<{ items: readonly T[]; nextCursor: string | null }> {
  const position = decodeCursor(scope, query.cursor);
  const page = await refusingCursor(() => list({ limit: query.limit, cursor: position }));
  return {
    items: page.items,
    nextCursor: page.cursor === undefined ? null : encodeCursor(scope, page.cursor),
  };
}

/** Turns a store's refusal of a cursor into a problem of the request. */
export async function refusingCursor<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TidemarkError && error.code === 'invalid-cursor') {
      throw new HttpProblem('invalid-cursor');
    }
    throw error;
  }
}
