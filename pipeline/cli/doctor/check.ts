import { ConfigurationError, TidemarkError } from '../../../operators/errors.ts';
import { printableText } from '../printable.ts';

/** One finding: `fail` means that the pipeline can't run like this, `warn` that it may not do what is expected. */
export interface Check {
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do about it; undefined where there is nothing to do. */
  readonly remedy: string | undefined;
}

export function ok(name: string, message: string): Check {
  return { name, level: 'ok', message, remedy: undefined };
}

export function warn(name: string, message: string, remedy: string): Check {
  return { name, level: 'warn', message, remedy };
}

export function fail(name: string, message: string, remedy: string): Check {
  return { name, level: 'fail', message, remedy };
}

/** Runs one examination; what it throws becomes its finding, so that the others are still made. */
export async function examine(
  name: string,
  examination: () => Promise<Check | readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    const found = await examination();
    return 'level' in found ? [found] : found;
  } catch (error) {
    return [failureOf(name, error)];
  }
}

function failureOf(name: string, error: unknown): Check {
  if (error instanceof ConfigurationError) return fail(name, error.problems.join(' '), 'mend the settings');
  if (error instanceof TidemarkError) {
    const remedy = error.retryable ? 'try again; if it stays, mend what it names' : 'mend what it names';
    return fail(name, `${error.message} (${error.code})`, remedy);
  }
  return fail(name, error instanceof Error ? error.message : String(error), 'mend what it names');
}

/** One line a finding, and a last one that counts them. */
export function printChecks(checks: readonly Check[]): string {
  const lines = checks.map(({ name, level, message, remedy }) => {
    const advice = remedy === undefined ? '' : ` -> ${remedy}`;
    return printableText(`${level.toUpperCase().padEnd(4)}  ${name.padEnd(11)}  ${message}${advice}`);
  });
  const count = (level: Check['level']) => checks.filter((check) => check.level === level).length;
  return [...lines, `${count('ok')} OK, ${count('warn')} WARN, ${count('fail')} FAIL`].join('\n');
}
