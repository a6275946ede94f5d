import { parseInstant } from '../../operators/event/parse-instant.ts';

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
const zone = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/;
const shortZone = /[+-]\d{2}$/;

/**
 * Reads the time of a line: ISO 8601, with `T` or a space between date and time, with a zone or without (then UTC), or a
 * date alone (then midnight UTC). Gives UTC milliseconds; undefined for anything else.
 */
export function parseLineTime(text: string): number | undefined {
  if (dateOnly.test(text)) return parseInstant(`${text}T00:00:00Z`);
  const joined = text.charAt(10) === ' ' ? `${text.slice(0, 10)}T${text.slice(11)}` : text;
  const time = joined.slice(11);
  if (!zone.test(time)) return parseInstant(`${joined}Z`);
  return parseInstant(shortZone.test(time) ? `${joined}:00` : joined);
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads a decimal number; a text that is none comes back as it is, for the decoder to quarantine with its reason.
 * Up to 15 significant digits print again as the same decimal; of more, the nearest double is kept.
 */
export function parseLineNumber(text: string): number | string {
  if (!decimal.test(text)) return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}
