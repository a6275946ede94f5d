#!/usr/bin/env node
import { Command } from 'commander';
import { startCommand } from './start-command.ts';

const program = new Command('tidemark')
  .description('Live customer segments and consumption predictions from a stream of purchases')
  .version('0.1.0')
  .showHelpAfterError('(--help shows what is possible)');

startCommand(program);

program.parseAsync().catch(reportFailure);

/** One clear message for what was foreseen; the stack as well for what was not. */
function reportFailure(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
