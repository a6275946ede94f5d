import type { Command } from 'commander';
import { createLog, type Log } from '../log.ts';
import { type GivenSettings, readSettings, type Settings } from '../settings.ts';
import { settleCurrency } from './currency.ts';

/** The settings that any command takes as flags; all of them can be given in the environment as TIDEMARK_<NAME>. */
export function addSettings(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the embedded stack’s data (default: .tidemark)')
    .option('--port <number>', 'of the API (default: 8787)')
    .option('--host <address>', 'the API listens on (default: 127.0.0.1)')
    .option('--stack <embedded|aws>', 'emulators in this process, or what the AWS environment points to')
    .option('--stream <name>', 'name of the Kinesis stream (default: tidemark-purchases)')
    .option('--shards <number>', 'of a stream that is created (default: 4)')
    .option('--table-prefix <text>', 'prefix of the DynamoDB tables (default: tidemark)')
    .option('--currency <code>', 'that all money is reported in (default: the file’s first, else GBP)')
    .option('--rates <table>', 'worth of other currencies, for instance EUR=0.86,USD=0.79')
    .option('--kinesis-port <number>', 'of the Kinesis emulator (default: any free one)')
    .option('--dynamodb-port <number>', 'of the DynamoDB emulator (default: any free one)')
    .option('--fit-customers-min <number>', 'customers from which on models are first fitted (default: 500)')
    .option('--refit-days <number>', 'between refits, 0 fits once (default: 28)')
    .option('--no-purchase-history', 'keep no purchase history: one write an event less')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent (default: info)')
    .option('--log-format <format>', 'pretty or json (default: pretty on a terminal)')
    .addHelpText(
      'after',
      '\nEach setting can also be given in the environment, for instance TIDEMARK_PORT=8080.\n' +
        'AWS credentials, region and endpoints come from the usual AWS_* variables.',
    );
}

/** Reads flags and environment, and opens the log. */
export async function openSettings(
  flags: Record<string, unknown>,
  options: { readonly input?: string | undefined } = {},
): Promise<{ settings: Settings; log: Log }> {
  const given: GivenSettings = { ...flags };
  // Commander gives --no-purchase-history as true by default, which would hide the environment's word.
  if (given.purchaseHistory === true) delete given.purchaseHistory;
  const settings = await settleCurrency(readSettings(given, process.env), given, options.input);
  const format = settings.logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json');
  return { settings, log: createLog({ level: settings.logLevel, format }) };
}
