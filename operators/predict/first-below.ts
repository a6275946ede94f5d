import { msPerDay } from '../state/customer-state.ts';

/** Where a value passes a threshold is found to this, milliseconds. */
const precisionMs = 60_000;

/** Steps that the search may take beyond those of halving alone. */
const slack = 1;
/** How far an interpolated point is moved towards the middle: this share of the interval, and its exponent. */
const truncation = { share: 0.2, exponent: 2 };

/**
 * The instant from which a falling value lies below a threshold: looks ahead in steps that double from a day, then searches
 * the step it fell in, to the minute. Undefined when it lies below from the start, or not by the end. A value that rises in
 * between may dip within a step unseen.
 */
export function firstBelow(
  value: (atMs: number) => number,
  threshold: number,
  fromMs: number,
  toMs: number,
): number | undefined {
  let above = { atMs: fromMs, excess: value(fromMs) - threshold };
  if (!(above.excess >= 0)) return undefined;
  for (let stepMs = msPerDay; ; stepMs *= 2) {
    const atMs = Math.min(above.atMs + stepMs, toMs);
    if (atMs <= above.atMs) return undefined;
    const next = { atMs, excess: value(atMs) - threshold };
    if (next.excess < 0) return search((at) => value(at) - threshold, above, next);
    above = next;
  }
}

interface Tried {
  readonly atMs: number;
  /** What the value has above the threshold. */
  readonly excess: number;
}

/**
 * Narrows the interval in which an excess is lost until it is a minute long, and gives its end. The next point tried is where
 * a straight line between the ends would cross, moved towards the middle and kept so near it that no more steps are taken
 * than by halving and one: a smooth curve takes a third of them.
 * @see Oliveira and Takahashi (2020), An Enhancement of the Bisection Method Average Performance Preserving Minmax
 *   Optimality, ACM Transactions on Mathematical Software 47(1), algorithm ITP
 */
function search(excessAt: (atMs: number) => number, from: Tried, to: Tried): number {
  const wholeMs = to.atMs - from.atMs;
  const stepsMax = Math.ceil(Math.log2(wholeMs / precisionMs)) + slack;
  let [above, below] = [from, to];
  for (let step = 0; below.atMs - above.atMs > precisionMs; step += 1) {
    const lengthMs = below.atMs - above.atMs;
    const middle = above.atMs + lengthMs / 2;
    const crossing = above.atMs + (lengthMs * above.excess) / (above.excess - below.excess);
    const side = Math.sign(middle - crossing);
    const moveMs = (truncation.share / wholeMs) * lengthMs ** truncation.exponent;
    const moved = moveMs <= Math.abs(middle - crossing) ? crossing + side * moveMs : middle;
    const reachMs = (precisionMs / 2) * 2 ** (stepsMax - step) - lengthMs / 2;
    const tried = Math.abs(moved - middle) <= reachMs ? moved : middle - side * reachMs;
    const atMs = Math.min(Math.max(Math.round(tried), above.atMs + 1), below.atMs - 1);
    const next = { atMs, excess: excessAt(atMs) };
    if (next.excess < 0) below = next;
    else above = next;
  }
  return below.atMs;
}
