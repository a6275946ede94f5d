#!/usr/bin/env node
import { Command } from 'commander';
import { apiKeyCommand } from './api-key-command.ts';
import { backfillCommand } from './backfill-command.ts';
import { backtestCommand } from './backtest-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { fitCommand } from './fit-command.ts';
import { quarantineCommand } from './quarantine-command.ts';
import { replayCommand } from './replay-command.ts';
import { reportFailure, watchForFailures } from './report-failure.ts';
import { startCommand } from './start-command.ts';

watchForFailures();

const program = new Command('tidemark')
  .description('Live customer segments and consumption predictions from a stream of purchases')
  .version('0.1.0')
  .showHelpAfterError('(--help shows what is possible)')
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 the run failed, 2 called or configured wrongly.' +
      '\n\nExample:\n  tidemark start --input orders.csv.gz --exit\n\ntidemark <command> --help explains each command.',
  )
  // Throws in place of ending the process, so that the exit codes are ours; commands added below inherit it.
  .exitOverride();

startCommand(program);
program.commands.at(-1)?.addHelpText('after', '\nExample:\n  tidemark start --input orders.csv.gz --exit');
backfillCommand(program);
replayCommand(program);
fitCommand(program);
backtestCommand(program);
quarantineCommand(program);
doctorCommand(program);
apiKeyCommand(program);

program.parseAsync().catch(reportFailure);
