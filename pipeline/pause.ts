import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; an abort ends the wait early without an error, for loops that look at the signal themselves. */
export async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (durationMs <= 0 || signal.aborted) return;
  try {
    await sleep(durationMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
