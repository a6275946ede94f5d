import { none } from './numbers.ts';

/** All dates are shown in UTC, as the pipeline counts its days. */
const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const shortDayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });
const minuteFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const clockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

export const msPerDay = 86_400_000;

/** 9 Dec 2011 */
export function day(at: string | number | null | undefined): string {
  return written(at, dayFormat);
}

/** 9 Dec */
export function shortDay(at: string | number | null | undefined): string {
  return written(at, shortDayFormat);
}

/** What stands at a time axis: 9 Dec, or Dec 2011 where the years have to be told apart. */
export function axisDay(at: number, spanMs: number): string {
  return spanMs > 400 * msPerDay ? month(at) : shortDay(at);
}

/** Dec 2011 */
export function month(at: string | number | null | undefined): string {
  return written(at, monthFormat);
}

/** 9 Dec 2011, 12:50 */
export function minute(at: string | number | null | undefined): string {
  return written(at, minuteFormat);
}

/** The time of day of this machine: 12:50:09. */
export function clockTime(atMs: number): string {
  return clockFormat.format(atMs);
}

/** in 12 days, 3 hours ago: how far `at` lies from `from`. */
export function distance(at: string | number, from: string | number): string {
  const ms = instantMs(at) - instantMs(from);
  if (Number.isNaN(ms)) return none;
  const size = Math.abs(ms);
  const text = lengthOf(size);
  if (text === undefined) return 'now';
  return ms > 0 ? `in ${text}` : `${text} ago`;
}

/** As `input type=date` wants it: 2011-12-09. */
export function dateInput(at: string | number): string {
  const ms = instantMs(at);
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString().slice(0, 10);
}

export function instantMs(at: string | number): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

function lengthOf(ms: number): string | undefined {
  if (ms < 5_000) return undefined;
  if (ms < 60_000) return plural(Math.round(ms / 1_000), 'second');
  if (ms < 3_600_000) return plural(Math.round(ms / 60_000), 'minute');
  if (ms < 2 * msPerDay) return plural(Math.round(ms / 3_600_000), 'hour');
  if (ms < 90 * msPerDay) return plural(Math.round(ms / msPerDay), 'day');
  if (ms < 730 * msPerDay) return plural(Math.round(ms / (30.44 * msPerDay)), 'month');
  return plural(Math.round(ms / (365.25 * msPerDay)), 'year');
}

function plural(value: number, unit: string): string {
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

function written(at: string | number | null | undefined, format: Intl.DateTimeFormat): string {
  if (at === null || at === undefined) return none;
  const ms = instantMs(at);
  return Number.isNaN(ms) ? none : format.format(ms);
}
