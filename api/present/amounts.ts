/** Integers and instants of the core, as people and JSON write them. */

const instantMsMax = 8_640_000_000_000_000;

/**
 * Micros as a decimal number of the currency. Exact to the last micro up to 8.5 billion, to the cent up to
 * 9 billion: division rounds to the nearest double, whose shortest spelling is the decimal itself.
 */
export function money(micros: number): number {
  return Math.round(micros) / 1e6;
}

/** Thousandths of a unit as a decimal number of units; exact like `money`. */
export function units(milli: number): number {
  return Math.round(milli) / 1e3;
}

/** `undefined` and what is not finite become null; the rest is rounded to six decimals, for reading. */
export function figure(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(6));
}

export function moneyOrNull(micros: number | undefined): number | null {
  return micros === undefined || !Number.isFinite(micros) ? null : money(micros);
}

/** ISO 8601 in UTC. @throws {RangeError} beyond the years a Date can hold. */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** As `instant`; null for what is missing or lies beyond the years a Date can hold. */
export function instantOrNull(atMs: number | undefined): string | null {
  return atMs === undefined || !(Math.abs(atMs) <= instantMsMax) ? null : instant(atMs);
}
