import { createHash } from 'node:crypto';
import { HttpProblem } from './problems.ts';

const markLength = 12;
const cursorLengthMax = 4_096;

/**
 * Binds a position to the listing it came from, so that one customer's cursor is refused for another customer
 * or another filter, and a damaged one never reaches a table. It guards against mistakes; it is no secret.
 * @param scope names the listing with its filters
 */
export function encodeCursor(scope: string, position: string): string {
  return mark(scope, position) + Buffer.from(position, 'utf8').toString('base64url');
}

/** @throws {HttpProblem} `invalid-cursor` for what `encodeCursor` did not make for this scope. */
export function decodeCursor(scope: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  if (cursor.length > markLength && cursor.length <= cursorLengthMax) {
    const position = Buffer.from(cursor.slice(markLength), 'base64url').toString('utf8');
    if (encodeCursor(scope, position) === cursor) return position;
  }
  throw new HttpProblem('invalid-cursor');
}

function mark(scope: string, position: string): string {
  return createHash('sha256').update(`${scope}\n${position}`).digest('base64url').slice(0, markLength);
}
