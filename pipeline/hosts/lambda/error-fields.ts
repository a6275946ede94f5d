import { DependencyError, ThrottledError, TidemarkError } from '../../../operators/errors.ts';

/**
 * What a log line tells of an error. The messages of services are told; those of other errors may speak of a customer,
 * so of them only the kind and the place are.
 */
export function errorFields(error: unknown): Record<string, string | boolean | readonly string[]> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = error instanceof TidemarkError ? { code: error.code, retryable: error.retryable } : {};
  if (error instanceof DependencyError || error instanceof ThrottledError) {
    return { error: error.name, ...code, message: error.message };
  }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, ...code, at: frames.slice(0, 8).map((line) => line.trim()) };
}
