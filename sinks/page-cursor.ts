import { TidemarkError } from '../operators/errors.ts';
import type { Item } from './table-access.ts';
import { keyAttributeType } from './table-definitions.ts';

const cursorLengthMax = 4_096;

/** An opaque, url-safe cursor that names the listing it belongs to and the key to go on after. */
export function encodeCursor(listing: string, lastKey: Item | undefined): string | undefined {
  if (lastKey === undefined) return undefined;
  return Buffer.from(JSON.stringify([listing, lastKey])).toString('base64url');
}

/**
 * @param fixed key attributes whose values the listing prescribes, for instance the customer's id.
 * @param free the remaining key attributes.
 * @throws TidemarkError `invalid-cursor` for anything that is not a cursor of this very listing.
 */
export function decodeCursor(
  cursor: string | undefined,
  listing: string,
  fixed: Readonly<Record<string, string>>,
  free: readonly string[],
): Item | undefined {
  if (cursor === undefined) return undefined;
  const key = parseCursor(cursor, listing);
  const names = [...Object.keys(fixed), ...free];
  const valid =
    Object.keys(key).length === names.length &&
    Object.entries(fixed).every(([name, value]) => key[name] === value) &&
    free.every((name) => isKeyValue(name, key[name]));
  if (!valid) throw invalidCursor(listing);
  return key;
}

/** The error for a cursor that the listing did not give out. */
export function invalidCursor(listing: string): TidemarkError {
  return new TidemarkError('invalid-cursor', `The cursor was not given out by the listing of ${listing}.`, {
    context: { listing },
  });
}

function parseCursor(cursor: string, listing: string): Item {
  if (cursor.length > cursorLengthMax) throw invalidCursor(listing);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor(listing);
  }
  const [name, key] = Array.isArray(parsed) ? parsed : [];
  if (name !== listing || typeof key !== 'object' || key === null) throw invalidCursor(listing);
  return key as Item;
}

function isKeyValue(name: string, value: unknown): boolean {
  return keyAttributeType(name) === 'N'
    ? typeof value === 'number' && Number.isFinite(value)
    : typeof value === 'string' && value.length > 0;
}
