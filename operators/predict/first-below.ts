import { msPerDay } from '../state/customer-state.ts';

/** Where a value passes a threshold is found to this, milliseconds. */
const precisionMs = 60_000;

/**
 * The instant from which a falling value lies below a threshold: looks ahead in steps that double from a day, then halves the
 * step it fell in, to the minute. Undefined when it lies below from the start, or not by the end. A value that rises in between
 * may dip within a step unseen.
 */
export function firstBelow(
  value: (atMs: number) => number,
  threshold: number,
  fromMs: number,
  toMs: number,
): number | undefined {
  if (!(value(fromMs) >= threshold)) return undefined;
  let above = fromMs;
  let below: number | undefined;
  for (let stepMs = msPerDay; below === undefined; stepMs *= 2) {
    const atMs = Math.min(above + stepMs, toMs);
    if (atMs <= above) return undefined;
    if (value(atMs) < threshold) below = atMs;
    else above = atMs;
  }
  while (below - above > precisionMs) {
    const middle = Math.round((above + below) / 2);
    if (value(middle) < threshold) below = middle;
    else above = middle;
  }
  return below;
}
