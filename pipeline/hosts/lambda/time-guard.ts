import type { TimeLimit } from '../process-batch.ts';

/** The part of Lambda's context that tells how long the invocation may still take. */
export interface InvocationContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/**
 * Ends work before the service ends the process, when only a reserve is left: what is cut off by a timeout tells nobody
 * how far it has come.
 */
export interface TimeGuard extends TimeLimit {
  /** Must be called at the end, or the process stays awake for the timer. */
  release(): void;
}

/** @param reserveMs time kept for answering, writing metrics and what can't be interrupted */
export function guardTime(context: InvocationContext, reserveMs: number): TimeGuard {
  const ending = new AbortController();
  const leftMs = () => Math.max(0, context.getRemainingTimeInMillis() - reserveMs);
  const timer = setTimeout(() => ending.abort(), leftMs());
  // A timer of no time still waits for everything that is ready to run.
  if (leftMs() === 0) ending.abort();
  return {
    signal: ending.signal,
    leftMs: () => (ending.signal.aborted ? 0 : leftMs()),
    release: () => clearTimeout(timer),
  };
}
