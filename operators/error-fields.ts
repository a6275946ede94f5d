import { ConfigurationError, DependencyError, ThrottledError, TidemarkError } from './errors.ts';

/**
 * What a log line tells of an error. The messages of services and of settings are told; those of other errors may speak
 * of a customer or quote a record, so of them only the kind and the place are. Contexts and causes never are.
 * None of the names is one that a logger keeps for itself.
 */
export function errorFields(error: unknown): Record<string, string | boolean | readonly string[]> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = error instanceof TidemarkError ? { code: error.code, retryable: error.retryable } : {};
  if (
    error instanceof DependencyError ||
    error instanceof ThrottledError ||
    error instanceof ConfigurationError
  ) {
    return { error: error.name, ...code, detail: error.message };
  }
  return { error: error.name, ...code, at: framesOf(error) };
}

/** A stack begins with the message, whose own lines may look like places. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const found = stack.indexOf(message);
  if (found < 0) return [];
  const lines = stack.slice(found + message.length).split('\n');
  const frames = lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
  return frames.slice(0, 8);
}
