import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { PageOf } from './answers.ts';
import { useBoard } from './board-context.ts';
import { withQuery } from './http.ts';
import { type Problem, ProblemError, unreachable } from './problem.ts';
import { useStore } from './use-store.ts';

export interface Pages<T> {
  readonly items: readonly T[];
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

interface Held<T> {
  readonly key: string;
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly problem?: Problem | undefined;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A listing of the API, page after page as a person asks for them. A page may be empty and still have one after it. */
export function usePages<T>(path: string | undefined, query: Query): Pages<T> {
  const { http, session } = useBoard();
  const person = useStore(session);
  const [round, setRound] = useState(0);
  const [asking, setAsking] = useState(false);
  const [held, setHeld] = useState<Held<T>>();
  const first = path === undefined ? undefined : withQuery(path, query);
  const key = `${person} ${round} ${first}`;
  const newest = useRef(key);
  newest.current = key;

  const read = useCallback(
    async (cursor: string | undefined, before: readonly T[], signal?: AbortSignal) => {
      if (first === undefined) return;
      const asked = newest.current;
      setAsking(true);
      try {
        const separator = first.includes('?') ? '&' : '?';
        const at = cursor === undefined ? first : `${first}${separator}cursor=${encodeURIComponent(cursor)}`;
        const page = await http.json<PageOf<T>>(at, { signal });
        if (asked === newest.current)
          setHeld({ key: asked, items: [...before, ...page.items], nextCursor: page.nextCursor });
      } catch (error) {
        if (signal?.aborted || asked !== newest.current) return;
        const problem = error instanceof ProblemError ? error.problem : unreachable(error);
        setHeld({ key: asked, items: before, nextCursor: cursor ?? null, problem });
      } finally {
        if (asked === newest.current) setAsking(false);
      }
    },
    [http, first],
  );

  useEffect(() => {
    const ending = new AbortController();
    void read(undefined, [], ending.signal);
    return () => ending.abort();
  }, [read, person, round]);

  const current = held?.key === key ? held : undefined;
  return {
    items: current?.items ?? [],
    problem: current?.problem,
    loading: first !== undefined && (current === undefined || asking),
    hasMore: current !== undefined && current.nextCursor !== null,
    more: () => {
      if (current?.nextCursor != null && !asking) void read(current.nextCursor, current.items);
    },
    reload: useCallback(() => setRound((before) => before + 1), []),
  };
}
