import { useCallback, useEffect, useState } from 'preact/hooks';
import { useBoard } from './board-context.ts';
import { type Problem, ProblemError, passes, unreachable } from './problem.ts';
import { useStore } from './use-store.ts';

export interface Resource<T> {
  /** The last answer; that of the path before is gone as soon as another is asked for. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

export interface ResourceOptions {
  /** Asks again this often while the page is seen, ms. Default: never. */
  readonly everyMs?: number;
}

/**
 * Reads one answer of the API, and again when the path or the person changes. What passes by itself (429, 503, no
 * connection) is asked for again after the time the server names, or five seconds.
 * @param path undefined: nothing is asked for yet
 */
export function useResource<T>(path: string | undefined, { everyMs }: ResourceOptions = {}): Resource<T> {
  const { http, session } = useBoard();
  const person = useStore(session);
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<{ key: string; data?: T; problem?: Problem }>({ key: '' });
  const key = `${person} ${path}`;

  useEffect(() => {
    if (path === undefined) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (ms: number) => {
      timer = setTimeout(() => setRound((before) => before + 1), ms);
    };
    http.json<T>(path, { signal: ending.signal }).then(
      (data) => {
        setHeld({ key, data });
        if (everyMs !== undefined) again(everyMs);
      },
      (error: unknown) => {
        if (ending.signal.aborted) return;
        const problem = error instanceof ProblemError ? error.problem : unreachable(error);
        setHeld((before) =>
          before.key === key && before.data !== undefined
            ? { key, data: before.data, problem }
            : { key, problem },
        );
        if (passes(problem)) again((problem.retryAfterSeconds ?? 5) * 1_000);
      },
    );
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [http, path, person, round, everyMs]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const current = held.key === key ? held : undefined;
  return {
    data: current?.data,
    problem: current?.problem,
    loading: path !== undefined && current === undefined,
    reload,
  };
}
