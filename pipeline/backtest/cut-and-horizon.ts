import { ConfigurationError } from '../../operators/errors.ts';
import { msPerDay, utcDay } from '../../operators/state/customer-state.ts';
import { parseLineTime } from '../ingest/csv-fields.ts';

/** Where history ends and the future begins: an instant, or a share of the time the file spans. */
export type Cut = { readonly atMs: number } | { readonly share: number };

const horizonDaysMax = 3_650;
const daysByUnit: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7 };
const durationForm = /^(\d+(?:\.\d+)?)([hdw])$/;
const shareForm = /^0?\.\d+$/;

/**
 * Reads a cut: a date (its midnight UTC), an ISO 8601 instant, or a fraction between 0 and 1 of the time that the file
 * spans; undefined for anything else.
 */
export function parseCut(text: string): Cut | undefined {
  if (shareForm.test(text)) return Number(text) > 0 ? { share: Number(text) } : undefined;
  const atMs = parseLineTime(text);
  return atMs === undefined ? undefined : { atMs };
}

/** Reads a duration such as 90d, 39w or 36h as days, 1 to 3,650; undefined for anything else. */
export function parseHorizonDays(text: string): number | undefined {
  const [, amount = '', unit = ''] = durationForm.exec(text) ?? [];
  const days = Number(amount) * (daysByUnit[unit] ?? Number.NaN);
  return days >= 1 && days <= horizonDaysMax ? days : undefined;
}

export interface FileSpan {
  /** Oldest and newest order that can be used, UTC milliseconds. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface CutWindow {
  readonly cutMs: number;
  /** Outcomes are of `[cutMs, untilMs)`. */
  readonly untilMs: number;
  readonly horizonDays: number;
}

/**
 * Puts the cut and the horizon into the file. A share of the span is taken down to midnight UTC. Outcomes are known to the end of
 * the UTC day of the newest order; a horizon beyond it would take silence of the file for silence of the customers.
 * @throws ConfigurationError when nothing lies before the cut, nothing after it, or the horizon reaches too far
 */
export function placeCut(cut: Cut, horizonDays: number, { firstAtMs, lastAtMs }: FileSpan): CutWindow {
  const cutMs = 'atMs' in cut ? cut.atMs : utcDay(firstAtMs + cut.share * (lastAtMs - firstAtMs)) * msPerDay;
  const range = `the orders of the file run from ${iso(firstAtMs)} to ${iso(lastAtMs)}`;
  if (cutMs <= firstAtMs) {
    throw new ConfigurationError([`no order lies before the cut ${iso(cutMs)}; ${range}`]);
  }
  if (cutMs > lastAtMs) {
    throw new ConfigurationError([`no order lies after the cut ${iso(cutMs)}; ${range}`]);
  }
  const completeMs = (utcDay(lastAtMs) + 1) * msPerDay;
  const untilMs = cutMs + horizonDays * msPerDay;
  if (untilMs > completeMs) {
    const longestDays = Math.floor((completeMs - cutMs) / msPerDay);
    const advice =
      longestDays >= 1
        ? `the longest horizon from this cut is ${longestDays}d`
        : 'no whole day lies between the cut and the end of the file';
    throw new ConfigurationError([
      `a horizon of ${round(horizonDays)} days from ${iso(cutMs)} ends after the file, which is complete to ${iso(completeMs)}; ${advice}`,
    ]);
  }
  return { cutMs, untilMs, horizonDays };
}

function iso(atMs: number): string {
  const text = new Date(atMs).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}

function round(days: number): string {
  return String(Number(days.toFixed(2)));
}
