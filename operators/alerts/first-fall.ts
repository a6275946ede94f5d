import { msPerDay } from '../state/customer-state.ts';

/** A silence, and the stretch of it that is looked at. */
export interface FallSearch {
  /** Whether the value lies below the line at an instant of the silence. */
  readonly isBelow: (atMs: number) => boolean;
  /** When the silence began. */
  readonly sinceMs: number;
  /** Left out. */
  readonly fromMs: number;
  /** Included. */
  readonly toMs: number;
}

/**
 * The instant, to the millisecond, at which a value falls below a line for the first time in a silence, where that lies
 * within the stretch. One that lies below from the beginning has to rise before it can fall.
 *
 * The value need not fall all the time: that of a regular buyer rises until the usual gap is over. So the days of the
 * silence, counted from its beginning, are gone through one by one, and the first over which it falls is halved: all stretches
 * find the same instant. A rise or fall that is undone within one such day is not seen. Asks for each day of the stretch,
 * and where a fall is found in it for each day of the silence before.
 */
export function firstFall({ isBelow, sinceMs, fromMs, toMs }: FallSearch): number | undefined {
  const startMs = Math.max(fromMs, sinceMs);
  const startOf = (day: number) => sinceMs + day * msPerDay;
  let day = Math.floor((startMs - sinceMs) / msPerDay);
  let wasBelow = isBelow(startOf(day));
  for (; startOf(day) < toMs; day += 1) {
    const becomesBelow = isBelow(startOf(day + 1));
    if (becomesBelow && !wasBelow) {
      const atMs = firstInstant(isBelow, startOf(day), startOf(day + 1));
      const isWithin = atMs > startMs && atMs <= toMs;
      return isWithin && !fellBefore(day, (earlier) => isBelow(startOf(earlier))) ? atMs : undefined;
    }
    wasBelow = becomesBelow;
  }
  return undefined;
}

/** Whether it fell from one day to the next before a day on which it is not below. */
function fellBefore(day: number, isBelowOn: (day: number) => boolean): boolean {
  let isBelowLater = false;
  for (let earlier = day - 1; earlier >= 0; earlier -= 1) {
    const isBelow = isBelowOn(earlier);
    if (isBelowLater && !isBelow) return true;
    isBelowLater = isBelow;
  }
  return false;
}

/** A whole millisecond after `fromMs` at which what is false there and true at `toMs` turns true. */
function firstInstant(isTrue: (atMs: number) => boolean, fromMs: number, toMs: number): number {
  let before = fromMs;
  let from = toMs;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (isTrue(middle)) from = middle;
    else before = middle;
  }
  return from;
}
