import { useCallback, useState } from 'preact/hooks';
import { type Problem, ProblemError, unreachable } from './problem.ts';

export interface Action<A extends readonly unknown[]> {
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  readonly run: (...given: A) => void;
  readonly clear: () => void;
}

/** Something a person sets off: one at a time, with what went wrong beside it. */
export function useAction<A extends readonly unknown[]>(act: (...given: A) => Promise<void>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = (...given: A) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    act(...given)
      .catch((error: unknown) => {
        setProblem(error instanceof ProblemError ? error.problem : unreachable(error));
      })
      .finally(() => setBusy(false));
  };
  return { busy, problem, run, clear: useCallback(() => setProblem(undefined), []) };
}
