import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useBoard } from './board-context.ts';
import { withQuery } from './http.ts';
import { type Listed, Listing, nothingListed } from './listing.ts';
import type { Problem } from './problem.ts';
import { useStore } from './use-store.ts';

export interface Pages<T> {
  readonly items: readonly T[];
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * A listing of the API, page after page as a person asks for them. A page may be empty and still have one after it.
 * @param idOf what tells items apart; with it a reload keeps what was read beyond the first page
 */
export function usePages<T>(path: string | undefined, query: Query, idOf?: (item: T) => string): Pages<T> {
  const { http, session } = useBoard();
  const person = useStore(session);
  const first = path === undefined ? undefined : withQuery(path, query);
  const key = `${person} ${first}`;
  const [held, setHeld] = useState<{ readonly key: string; readonly listed: Listed<T> }>();
  const listing = useRef<Listing<T> | undefined>(undefined);
  const tell = useRef(idOf);
  tell.current = idOf;

  useEffect(() => {
    if (first === undefined) return;
    const opened = new Listing<T>({
      http,
      first,
      idOf: tell.current,
      onChange: (listed) => setHeld({ key, listed }),
    });
    listing.current = opened;
    opened.reload();
    return () => opened.close();
  }, [http, first, key]);

  const { items, problem, nextCursor, asking, isNew } = held?.key === key ? held.listed : nothingListed;
  return {
    items,
    problem,
    loading: first !== undefined && (isNew || asking),
    hasMore: nextCursor !== null,
    more: useCallback(() => listing.current?.more(), []),
    reload: useCallback(() => listing.current?.reload(), []),
  };
}
