import { monitorEventLoopDelay } from 'node:perf_hooks';

const sampleMs = 500;
const resolutionMs = 20;

/** A single long pause, as at a start, is over when it is seen: only several late turns in a row tell of overload. */
const turnsMin = 5;

let lagMs: (() => number) | undefined;

/**
 * How late this process is with what is due, the median of its last turns, at least five of them and half a second,
 * milliseconds. One watch serves the whole process, from the first call on; it does not keep the process alive.
 */
export function eventLoopLagMs(): number {
  lagMs ??= watch();
  return lagMs();
}

function watch(): () => number {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let lag = 0;
  setInterval(() => {
    if (delays.count < turnsMin) return;
    lag = Math.max(0, delays.percentile(50) / 1e6 - resolutionMs);
    delays.reset();
  }, sampleMs).unref();
  return () => lag;
}
