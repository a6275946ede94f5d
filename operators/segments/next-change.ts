import { msPerDay } from '../state/customer-state.ts';
import { windowTotals } from '../state/windows.ts';
import { segmentAfter } from './assign-segment.ts';
import {
  anchorsAt,
  daysSince,
  featuresOf,
  type SegmentHistory,
  segmentWindowDays,
  windowChanges,
} from './segment-features.ts';
import { type Boundary, boundaryExcess, segmentGeometry } from './segment-geometry.ts';
import { type SegmentModel, type SegmentName, segmentNames } from './segment-model.ts';
import { transformFeatures, transformValue } from './transform.ts';

/** A change of segment that needs no further event. */
export interface SegmentChange {
  readonly atMs: number;
  readonly segment: SegmentName;
}

/** How far ahead a change is looked for when nothing else is said: ten years. */
export const defaultHorizonMs = 3650 * msPerDay;

/** The last instant a Date can hold. */
const lastDateMs = 8.64e15;

/**
 * Longest stretch searched one millisecond at a time where a boundary is so near that rounding decides. Usual are one
 * or two. Longer ones need a customer who for over a minute runs along the boundary within 1e-12; there the answer
 * is an instant of change, though perhaps not the very first.
 */
const roundingScanMsMax = 65_536;

/**
 * The first instant after `fromMs` at which `reassign` gives another segment if the customer buys and returns nothing
 * more: the smallest whole millisecond, exactly the one that trying every millisecond would find.
 *
 * Orders and spend change only where an order leaves the window. In between only recency and tenure grow, and how far
 * the customer is past a boundary is `a + b ln(1 + recency / r) + c ln(1 + tenure / t)`. The sign of its slope is that of
 * `b (t + tenure) + c (r + recency)`, linear in time, so each stretch has at most one turning point: it is split there
 * and bisected.
 *
 * @param current the segment the customer stands in, right as of `fromMs`
 * @param fromMs UTC milliseconds
 * @param horizonMs how far ahead to look, from `fromMs`; default ten years
 * @returns undefined when nothing changes up to and including `fromMs + horizonMs`: read it as never
 */
export function nextChangeAt(
  history: SegmentHistory,
  current: SegmentName,
  model: SegmentModel,
  fromMs: number,
  horizonMs: number = defaultHorizonMs,
): SegmentChange | undefined {
  const endMs = Math.min(fromMs + horizonMs, lastDateMs);
  const boundaries = segmentGeometry(model).boundaries[segmentNames.indexOf(current)] ?? [];
  const changes = windowChanges(history, fromMs);
  let { orders, spendMicros } = windowTotals(history, fromMs, segmentWindowDays);
  let index = 0;
  let startMs = fromMs + 1;
  while (startMs <= endMs) {
    let change = changes[index];
    while (change !== undefined && change.atMs <= startMs) {
      orders += change.orders;
      spendMicros += change.spendMicros;
      change = changes[++index];
    }
    const stopMs = Math.min(endMs, (change?.atMs ?? Number.POSITIVE_INFINITY) - 1);
    const anchors = anchorsAt(history, startMs);
    const z = transformFeatures(featuresOf({ orders, spendMicros }, anchors, startMs), model.transforms);
    const stretch: Stretch = { model, z, ...anchors };
    const atMs = firstPast(stretch, boundaries, startMs, stopMs);
    if (atMs !== undefined) {
      moveTo(stretch, atMs);
      return { atMs, segment: segmentAfter(current, z, model) };
    }
    startMs = stopMs + 1;
  }
  return undefined;
}

/** A stretch of time over which only recency and tenure move; `z` is scratch space for them. */
interface Stretch {
  readonly model: SegmentModel;
  readonly z: number[];
  readonly firstMs: number;
  readonly lastMs: number;
}

function moveTo({ model, z, firstMs, lastMs }: Stretch, atMs: number): void {
  const [recency, tenure] = model.transforms;
  if (recency === undefined || tenure === undefined) return;
  z[0] = transformValue(daysSince(lastMs, atMs), recency);
  z[1] = transformValue(daysSince(firstMs, atMs), tenure);
}

function excessAt(stretch: Stretch, boundary: Boundary, atMs: number): number {
  moveTo(stretch, atMs);
  return boundaryExcess(boundary, stretch.z);
}

/** First instant of `[startMs, stopMs]` past any boundary. */
function firstPast(
  stretch: Stretch,
  boundaries: readonly Boundary[],
  startMs: number,
  stopMs: number,
): number | undefined {
  moveTo(stretch, startMs);
  const atStart = boundaries.map((boundary) => boundaryExcess(boundary, stretch.z));
  if (atStart.some((excess) => excess > 0)) return startMs;
  // Before the first event there is nothing that grows.
  if (stretch.firstMs >= stopMs) return undefined;
  moveTo(stretch, stopMs);
  const atStop = boundaries.map((boundary) => boundaryExcess(boundary, stretch.z));
  let found: number | undefined;
  boundaries.forEach((boundary, index) => {
    const lastMs = found === undefined ? stopMs : found - 1;
    if (lastMs < startMs) return;
    const excessStop = found === undefined ? (atStop[index] as number) : excessAt(stretch, boundary, lastMs);
    found =
      firstCrossing(stretch, boundary, [startMs, lastMs], [atStart[index] as number, excessStop]) ?? found;
  });
  return found;
}

type Pair = readonly [start: number, stop: number];

/** First instant of a span past one boundary, given the excess at both ends of it. */
function firstCrossing(stretch: Stretch, boundary: Boundary, span: Pair, excess: Pair): number | undefined {
  const [startMs, stopMs] = span;
  const slopeStart = slopeSign(stretch, boundary, startMs);
  const slopeStop = slopeSign(stretch, boundary, stopMs);
  if (slopeStart * slopeStop >= 0) return firstOnMonotone(stretch, boundary, span, excess);
  const turn = Math.floor(startMs + (stopMs - startMs) * (slopeStart / (slopeStart - slopeStop)));
  const turnMs = Math.min(Math.max(turn, startMs), stopMs - 1);
  const before = firstOnMonotone(
    stretch,
    boundary,
    [startMs, turnMs],
    [excess[0], excessAt(stretch, boundary, turnMs)],
  );
  if (before !== undefined) return before;
  const afterMs = turnMs + 1;
  return firstOnMonotone(
    stretch,
    boundary,
    [afterMs, stopMs],
    [excessAt(stretch, boundary, afterMs), excess[1]],
  );
}

/** A positive multiple of the excess's slope in time. */
function slopeSign({ model, firstMs, lastMs }: Stretch, boundary: Boundary, atMs: number): number {
  const [recency, tenure] = model.transforms;
  const tenureTerm = (tenure?.scale ?? 1) + daysSince(firstMs, atMs);
  const recencyTerm = (recency?.scale ?? 1) + daysSince(lastMs, atMs);
  return boundary.recencySlope * tenureTerm + boundary.tenureSlope * recencyTerm;
}

/**
 * First instant past a boundary on a span where the excess only grows or only falls, apart from rounding. Well below
 * the boundary rounding can't decide, so bisection finds where rounding begins to matter, and from there each
 * millisecond is asked the very question that `reassign` asks.
 */
function firstOnMonotone(stretch: Stretch, boundary: Boundary, span: Pair, excess: Pair): number | undefined {
  const [startMs, stopMs] = span;
  const clearlyBelow = -boundary.roundingMax;
  if (excess[0] > 0) return startMs;
  if (excess[0] <= clearlyBelow && excess[1] <= clearlyBelow) return undefined;
  const rises = excess[1] >= excess[0];
  let scanMs = startMs;
  if (rises && excess[0] <= clearlyBelow) {
    scanMs = bisect(startMs, stopMs, (atMs) => excessAt(stretch, boundary, atMs) > clearlyBelow);
  }
  const scanStopMs = Math.min(stopMs, scanMs + roundingScanMsMax);
  for (; scanMs <= scanStopMs; scanMs++) {
    const here = excessAt(stretch, boundary, scanMs);
    if (here > 0) return scanMs;
    if (!rises && here <= clearlyBelow) return undefined;
  }
  if (scanMs > stopMs || excess[1] <= 0) return undefined;
  return bisect(scanMs - 1, stopMs, (atMs) => excessAt(stretch, boundary, atMs) > 0);
}

/** Smallest whole number of `(below, above]` for which a predicate holds that is false at `below`, true at `above`. */
function bisect(below: number, above: number, isPast: (atMs: number) => boolean): number {
  let low = below;
  let high = above;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (isPast(middle)) high = middle;
    else low = middle;
  }
  return high;
}
