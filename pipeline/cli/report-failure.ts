import { CommanderError } from 'commander';
import { ConfigurationError, InvariantError, TidemarkError } from '../../operators/errors.ts';
import { printableLines } from './printable.ts';

/** 0: nothing failed, as when help was asked for. 1: the run failed. 2: it was called or configured wrongly. */
type ExitCode = 0 | 1 | 2;

export interface Failure {
  /** For stderr, without a line feed at the end; empty when it has been printed already. */
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** How long connections and threads may take to end after a failure before the process is ended, ms. */
const lingerMs = 3_000;

/** One clear message for what was foreseen; the stack as well for what was not. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CommanderError) return { text: '', exitCode: error.exitCode === 0 ? 0 : 2 };
  if (error instanceof ConfigurationError) {
    const lines = error.problems.map((problem) => `error: ${problem}`);
    return { text: printableLines(lines.join('\n')), exitCode: 2 };
  }
  if (error instanceof TidemarkError && !(error instanceof InvariantError)) {
    const advice = error.retryable
      ? 'Trying again may help.'
      : 'Trying again will not help until the cause is mended.';
    return { text: printableLines(`error: ${error.message} (${error.code})\n${advice}`), exitCode: 1 };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: printableLines(`error: something that was not foreseen\n${stack}`), exitCode: 1 };
}

/** Prints the failure to stderr and lets the process end with its exit code, at the latest after three seconds. */
export function reportFailure(error: unknown): void {
  const { text, exitCode } = describeFailure(error);
  if (text !== '') process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), lingerMs).unref();
}

/**
 * Reports what no one caught, and ends the process: nothing is known of its state then. A reader of our output that goes
 * away, as `head` does, is no failure: the rest is not printed, and the work goes on.
 */
export function watchForFailures(): void {
  const reportAndEnd = (error: unknown) => {
    reportFailure(error);
    process.exit(1);
  };
  process.on('uncaughtException', reportAndEnd);
  process.on('unhandledRejection', reportAndEnd);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
