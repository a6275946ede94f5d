import { TidemarkError } from '../../../operators/errors.ts';

/** True for what long work ends with between two pages when its invocation has to end. */
export function isOutOfTime(error: unknown): boolean {
  return error instanceof TidemarkError && error.code === 'stopping';
}
