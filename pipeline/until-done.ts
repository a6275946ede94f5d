import { TidemarkError } from '../operators/errors.ts';
import type { Log } from './log.ts';
import { pause } from './pause.ts';

/** Waits between tries, ms; the last one goes on for as long as the outage does. */
const retryDelaysMs = [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 30_000];

export interface UntilDoneOptions {
  readonly signal: AbortSignal;
  readonly log: Log;
  /** What is tried, for the log; with `context` added to each line. */
  readonly what: string;
  readonly context?: Record<string, unknown>;
}

/**
 * Does some work again, with growing waits, for as long as it fails with an error that can be retried: an outage slows
 * the pipeline down, it never makes it skip or stop. `work` calls `progressed` when it gets somewhere: waits then start
 * over from the shortest.
 *
 * @returns undefined when stopped before it was done
 * @throws whatever trying again can't mend
 */
export async function untilDone<T>(
  work: (progressed: () => void) => Promise<T>,
  { signal, log, what, context }: UntilDoneOptions,
): Promise<T | undefined> {
  let failures = 0;
  const progressed = () => {
    failures = 0;
  };
  while (!signal.aborted) {
    try {
      return await work(progressed);
    } catch (error) {
      if (!(error instanceof TidemarkError)) throw error;
      if (signal.aborted) return undefined;
      if (!error.retryable) throw error;
      const delayMs = retryDelaysMs[Math.min(failures, retryDelaysMs.length - 1)] as number;
      failures += 1;
      log.warn(
        { ...context, code: error.code, failures, delayMs, error: error.message },
        `${what} failed; trying again`,
      );
      await pause(delayMs, signal);
    }
  }
  return undefined;
}
