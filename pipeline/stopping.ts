import { DependencyError } from '../operators/errors.ts';

/**
 * Leaves long work between two pages when the process is to stop. Nothing is lost: work of pages is made to be done
 * again, as after a crash.
 * @throws DependencyError `stopping`, retryable.
 */
export function leaveIfStopping(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DependencyError('stopping', 'the process is to stop', { retryable: true });
}
