import { TidemarkError } from '../operators/errors.ts';

const limitMax = 1_000;

/** @throws TidemarkError `invalid-limit` unless `limit` is an integer of 1..1000. */
export function checkLimit(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) {
    throw new TidemarkError(
      'invalid-limit',
      `A page holds 1 to ${limitMax} items; ${limit} were asked for.`,
      {
        context: { limit },
      },
    );
  }
  return limit;
}
