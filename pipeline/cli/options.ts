import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ConfigurationError } from '../../operators/errors.ts';
import { checkOrderFile } from '../ingest/check-order-file.ts';
import { createLog, type Log } from '../log.ts';
import { type GivenSettings, readSettings, type Settings } from '../settings.ts';
import { settleCurrency } from './currency.ts';

const settingOptions = {
  data: ['--data <folder>', 'folder of the embedded stack’s data (default: .tidemark)'],
  port: ['--port <number>', 'of the API, 0 takes any free one (default: 8787)'],
  host: ['--host <address>', 'the API listens on (default: 127.0.0.1)'],
  apiKeysFile: [
    '--api-keys-file <file>',
    'with a line for each key of the API, as `tidemark api-key create` prints it; read again when it changes (default: none)',
  ],
  jwtIssuer: [
    '--jwt-issuer <url>',
    'whose tokens the API takes, as their claim iss names it (default: none)',
  ],
  jwtAudience: ['--jwt-audience <names>', 'that those tokens must be for, one of these (default: none)'],
  corsOrigins: [
    '--cors-origins <origins>',
    'whose pages may ask the API from a browser (default: none but its own)',
  ],
  stack: [
    '--stack <embedded|aws>',
    'emulators in this process, or what the AWS environment points to (default: embedded)',
  ],
  stream: ['--stream <name>', 'name of the Kinesis stream (default: tidemark-purchases)'],
  shards: ['--shards <number>', 'of a stream that is created, 1 to 64 (default: 4)'],
  tablePrefix: ['--table-prefix <text>', 'prefix of the DynamoDB tables (default: tidemark)'],
  currency: [
    '--currency <code>',
    'that all money is reported in (default: what the data is in, else the file’s first, else GBP)',
  ],
  rates: ['--rates <table>', 'worth of other currencies, for instance EUR=0.86,USD=0.79 (default: none)'],
  kinesisPort: ['--kinesis-port <number>', 'of the Kinesis emulator (default: 0, any free one)'],
  dynamodbPort: ['--dynamodb-port <number>', 'of the DynamoDB emulator (default: 0, any free one)'],
  fitCustomersMin: [
    '--fit-customers-min <number>',
    'customers from which on models are first fitted by themselves, from 8 (default: 500)',
  ],
  refitDays: ['--refit-days <number>', 'between refits, 0 fits once (default: 56)'],
  purchaseHistory: ['--no-purchase-history', 'keep no purchase history: one write an event less'],
  logLevel: ['--log-level <level>', 'trace, debug, info, warn, error or silent (default: info)'],
  logFormat: ['--log-format <format>', 'pretty or json (default: pretty on a terminal)'],
} as const satisfies Partial<Record<keyof GivenSettings, readonly [flags: string, description: string]>>;

export type SettingName = keyof typeof settingOptions;

const allSettings = Object.keys(settingOptions) as SettingName[];

/** What a command needs that works on stored data and runs no pipeline. */
export const storeSettings: readonly SettingName[] = [
  'data',
  'stack',
  'stream',
  'tablePrefix',
  'currency',
  'rates',
  'kinesisPort',
  'dynamodbPort',
  'logLevel',
  'logFormat',
];

/** Adds settings as flags, all of them unless some are named; each can be given in the environment as TIDEMARK_<NAME>. */
export function addSettings(command: Command, names: readonly SettingName[] = allSettings): Command {
  for (const name of names) {
    const [flags, description] = settingOptions[name];
    command.option(flags, description);
  }
  return command.addHelpText(
    'after',
    '\nEach setting can also be given in the environment, for instance TIDEMARK_PORT=8080 or TIDEMARK_DATA=/var/tidemark.' +
      '\nOnly there: TIDEMARK_CACHE_CUSTOMERS (20000 kept in memory), TIDEMARK_WRITES_IN_FLIGHT (128 over all shards),' +
      '\nTIDEMARK_BATCH_RECORDS (2000 a read), TIDEMARK_POLL_MS (20, on AWS 200), TIDEMARK_FUTURE_SKEW_MINUTES (60),' +
      '\nTIDEMARK_COALESCE_MS (0: how long reading goes on so that several events of a customer become one write),' +
      '\nTIDEMARK_CANDIDATE_HALF_LIFE_DAYS (28: how fast candidate segments forget), TIDEMARK_ACTIVATE_CANDIDATES (false).' +
      '\nOf the API: TIDEMARK_API_KEYS (lines as in --api-keys-file), TIDEMARK_JWKS_URL (default: by the issuer’s discovery),' +
      '\nTIDEMARK_JWT_ALGORITHMS (RS256,PS256,ES256,EdDSA), TIDEMARK_JWT_SCOPE_CLAIM (scope, scp or permissions),' +
      '\nTIDEMARK_JWT_SCOPE_PREFIX (none), TIDEMARK_JWT_CLOCK_TOLERANCE_SECONDS (30), TIDEMARK_RATE_LIMIT (60000 requests a' +
      '\nminute and caller, 0 counts nobody), TIDEMARK_TRUSTED_PROXIES (none), TIDEMARK_REQUESTS_IN_FLIGHT (1000),' +
      '\nTIDEMARK_EVENT_LOOP_LAG_MS (2000: later than that, requests get a 503), TIDEMARK_LOOKUP_CACHE_MS (1000: how old a' +
      '\nrecord may be that an answer rests on), TIDEMARK_ACCESS_LOG (debug, info or off).' +
      '\nAWS credentials, region and endpoints come from the usual AWS_* variables.',
  );
}

/** Reads flags and environment; touches no file. */
export function settingsOf(flags: Record<string, unknown>): { settings: Settings; given: GivenSettings } {
  const given: GivenSettings = { ...flags };
  // Commander gives --no-purchase-history as true by default, which would hide the environment's word.
  if (given.purchaseHistory === true) delete given.purchaseHistory;
  return { settings: readSettings(given, process.env), given };
}

export interface OpenSettingsOptions {
  /** File of orders: its header is checked, and its first currency is reported in when nothing else says. */
  readonly input?: string | undefined;
  /** True for a command that is of no use without data: an absent folder is then an error, and stays absent. */
  readonly existingData?: boolean;
}

/**
 * Reads flags and environment, and opens the log.
 * @throws ConfigurationError for settings that can't work, all at once.
 */
export async function openSettings(
  flags: Record<string, unknown>,
  options: OpenSettingsOptions = {},
): Promise<{ settings: Settings; log: Log }> {
  const read = settingsOf(flags);
  if (options.existingData && read.settings.stack === 'embedded' && !hasData(read.settings.data)) {
    throw new ConfigurationError([
      `there is no data in ${read.settings.data} yet; name the folder with --data, or run tidemark start first`,
    ]);
  }
  if (options.input !== undefined) await checkOrderFile(options.input);
  const settings = await settleCurrency(read.settings, read.given, options.input);
  const format = settings.logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json');
  return { settings, log: createLog({ level: settings.logLevel, format }) };
}

/** True once emulators have stored something in the folder. */
export function hasData(folder: string): boolean {
  return ['kinesis', 'dynamodb'].some((name) => {
    const part = join(folder, name);
    return existsSync(part) && readdirSync(part).length > 0;
  });
}

/** Reads an option's value as a whole number of that range; anything else is a mistake in how the command was called. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}
