import type { QuietHours } from './rule.ts';

const msPerMinute = 60_000;
const minutesPerDay = 1_440;

/** Formats by time zone; a deployment names a handful. At the bound all are made anew. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const clocksMax = 256;

/**
 * When the quiet hours that hold at an instant are over; undefined when none hold. They go by the wall clock of their
 * zone: where it is put forward over their end they end there and then, and where it is put back into them, they begin
 * again.
 */
export function quietUntil(hours: QuietHours, atMs: number): number | undefined {
  const from = minuteOf(hours.from);
  const to = minuteOf(hours.to);
  const isQuiet = (minute: number) =>
    from < to ? minute >= from && minute < to : minute >= from || minute < to;
  let instantMs = atMs;
  for (;;) {
    const offset = offsetMinutes(hours.timeZone, instantMs);
    const minute = localMinute(instantMs, offset);
    if (!isQuiet(minute)) return instantMs === atMs ? undefined : instantMs;
    const left = (to - minute + minutesPerDay) % minutesPerDay;
    const endMs = (Math.floor(instantMs / msPerMinute) + left) * msPerMinute;
    // A clock that is changed on the way shows another time at the end; look again from where it is.
    const changedMs = clockChange(hours.timeZone, offset, instantMs, endMs);
    if (changedMs === undefined) return endMs;
    instantMs = changedMs;
  }
}

/** True for a zone that this machine's clock data knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    clockOf(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Minutes since midnight of `HH:MM`. */
function minuteOf(text: string): number {
  const [hour = '', minute = ''] = text.split(':');
  return Number(hour) * 60 + Number(minute);
}

function localMinute(atMs: number, offset: number): number {
  const minute = (Math.floor(atMs / msPerMinute) + offset) % minutesPerDay;
  return minute < 0 ? minute + minutesPerDay : minute;
}

/** The first whole minute within `(fromMs, toMs]` at which the zone's clock stands otherwise; undefined when none does. */
function clockChange(timeZone: string, offset: number, fromMs: number, toMs: number): number | undefined {
  if (offsetMinutes(timeZone, toMs) === offset) return undefined;
  let same = Math.floor(fromMs / msPerMinute);
  let changed = Math.floor(toMs / msPerMinute);
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetMinutes(timeZone, middle * msPerMinute) === offset) same = middle;
    else changed = middle;
  }
  return changed * msPerMinute;
}

/** How far the zone's clock is ahead of UTC, minutes. */
function offsetMinutes(timeZone: string, atMs: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of clockOf(timeZone).formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  const localMs = Date.UTC(year, month - 1, day, hour, minute);
  return Math.round((localMs - Math.floor(atMs / msPerMinute) * msPerMinute) / msPerMinute);
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  if (clocks.size >= clocksMax) clocks.clear();
  clocks.set(timeZone, clock);
  return clock;
}
