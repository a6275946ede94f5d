import { syncBuiltinESMExports } from 'node:module';
import FakeTimers from '@sinonjs/fake-timers';

/** Wall clock of every schedule at its start. */
export const startMs = Date.UTC(2026, 0, 5, 9);

/** Timers after which a schedule that has not come to its end never will; the longest take some thousands. */
const timersMax = 30_000;

const realImmediate = setImmediate;

export interface VirtualTime {
  /** Virtual wall clock, UTC milliseconds. */
  nowMs(): number;
  /** Waits, in virtual time. */
  sleep(durationMs: number): Promise<void>;
  /** Fires timers in order of their instants, everything they set off before the next, until `work` settles. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Gives the real clock, timers and chance back. */
  uninstall(): void;
}

/**
 * Puts a virtual clock and seeded chance in place of the real ones, for all code of this process, also for what imports
 * `node:timers/promises` by name. One at a time.
 * @param random what `Math.random` gives
 */
export function installVirtualTime(random: () => number): VirtualTime {
  const clock = FakeTimers.install({
    now: startMs,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  // Named imports of built-in modules are live bindings that only this brings up to date.
  syncBuiltinESMExports();
  const realRandom = Math.random;
  Math.random = random;
  return {
    nowMs: () => clock.now,
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    async run(work) {
      let settled = false;
      const settle = () => {
        settled = true;
      };
      work.then(settle, settle);
      for (let timers = 0; ; timers += 1) {
        // Nothing but microtasks is under way between two timers, and an immediate comes behind all of them.
        await new Promise<void>((resolve) => realImmediate(resolve));
        if (settled) return work;
        if (timers > timersMax) throw new Error('the schedule does not come to its end');
        if (clock.countTimers() === 0) throw new Error('the schedule hangs: nothing is under way');
        clock.next();
      }
    },
    uninstall() {
      clock.uninstall();
      syncBuiltinESMExports();
      Math.random = realRandom;
    },
  };
}
