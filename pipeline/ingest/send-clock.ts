import { setTimeout as sleepFor } from 'node:timers/promises';

/** The wall clock of a replay; a test passes its own. */
export interface SendClock {
  /** UTC milliseconds. */
  nowMs(): number;
  /** Resolves at that instant, or as soon as `signal` aborts. */
  sleepUntil(atMs: number, signal: AbortSignal): Promise<void>;
}

/** Longest single timer: Node's own limit is 24.8 days, and a laptop that slept should look at its clock again. */
const timerMsMax = 60_000;

export const wallClock: SendClock = {
  nowMs: () => Date.now(),
  async sleepUntil(atMs, signal) {
    for (let leftMs = atMs - Date.now(); leftMs > 0 && !signal.aborted; leftMs = atMs - Date.now()) {
      try {
        await sleepFor(Math.min(leftMs, timerMsMax), undefined, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  },
};
