import * as z from 'zod';
import { ConfigurationError } from '../operators/errors.ts';
import { type CurrencyRates, parseCurrencyRates } from '../operators/event/money.ts';
import { defaultStateOptions, type StateOptions } from '../operators/state/customer-state.ts';
import { apiSettings } from './api-settings.ts';
import { logLevels } from './log-levels.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((value) => [true, 'true', '1'].includes(value as never));

/** Every setting, its default and its range. A flag of the command line wins over `TIDEMARK_<NAME>` in the environment. */
const settingsSchema = z.object({
  /** `embedded` starts emulators in this process; `aws` uses whatever the AWS SDK's environment points to. */
  stack: z.enum(['embedded', 'aws']).default('embedded'),
  /** Folder of the emulators' data. */
  data: z.string().min(1).default('.tidemark'),
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(8787),
  /** Ports of the emulators; 0 takes any free one. */
  kinesisPort: port.default(0),
  dynamodbPort: port.default(0),
  stream: z
    .string()
    .regex(/^[a-zA-Z0-9_.-]{1,128}$/)
    .default('tidemark-purchases'),
  /** Shards of a stream that is created. */
  shards: z.coerce.number().int().min(1).max(64).default(4),
  tablePrefix: z
    .string()
    .regex(/^[a-zA-Z0-9_.-]{1,64}$/)
    .default('tidemark'),
  /** ISO 4217 code that all money is reported in. */
  currency: z.string().default('GBP'),
  /** Worth of other currencies in the reporting one, for instance `EUR=0.86,USD=0.79`. */
  rates: z.string().default(''),
  /** Customers whose records are kept in memory. */
  cacheCustomers: z.coerce.number().int().min(1).max(1_000_000).default(20_000),
  /** Items of one table written at once, over all shards of a process; while the service throttles fewer, down to 1. */
  writesInFlight: z.coerce.number().int().min(1).max(256).default(128),
  /** Records asked for in one read of a shard. */
  batchRecords: z.coerce.number().int().min(1).max(10_000).default(2_000),
  /** Wait between reads of a shard at its tip, ms. Default 20 embedded, 200 on AWS (five reads a second are allowed). */
  pollMs: z.coerce.number().int().min(1).max(60_000).optional(),
  /**
   * How long a read that did not fill its batch is added to, ms: several events of a customer then cost one write. What
   * it saves is what comes in twice within it; what it costs is that answers are as much later. 0 adds nothing.
   */
  coalesceMs: z.coerce.number().int().min(0).max(60_000).default(0),
  /** False keeps no purchase history: one write an event less, and no `/purchases`. */
  purchaseHistory: flag.default(true),
  /** Customers from which on the first models are fitted by themselves. */
  fitCustomersMin: z.coerce.number().int().min(8).default(500),
  /** Days of clock time between refits; 0 fits once. */
  refitDays: z.coerce.number().min(0).max(3_650).default(56),
  /** Days after which a customer seen by the candidate segment model counts half. */
  candidateHalfLifeDays: z.coerce.number().min(1).max(365).default(28),
  /**
   * True makes a candidate the active segment model whenever its gates hold. Each time every customer is reviewed under
   * it; between refits it gains so little that by default candidates only tell when a refit is due.
   */
  activateCandidates: flag.default(false),
  /** How far event time may run ahead of arrival, minutes. */
  futureSkewMinutes: z.coerce.number().min(0).max(1_440).default(60),
  ...apiSettings,
  /** ARNs of the SNS topics that alert rules may deliver to, separated by commas. */
  alertTopics: z.string().default(''),
  /** Names or ARNs of the EventBridge buses that alert rules may deliver to, separated by commas. */
  alertBuses: z.string().default(''),
  logLevel: z.enum(logLevels).default('info'),
  logFormat: z.enum(['pretty', 'json']).optional(),
});

export type Settings = Readonly<z.output<typeof settingsSchema>> & {
  readonly currencies: CurrencyRates;
  readonly state: StateOptions;
};

/** Settings by their names as in `settingsSchema`; undefined ones fall back to the environment, then to defaults. */
export type GivenSettings = Partial<Record<keyof z.input<typeof settingsSchema>, unknown>>;

/**
 * Puts together flags, environment and defaults.
 * @throws ConfigurationError that lists every setting out of range at once.
 */
export function readSettings(given: GivenSettings, environment: NodeJS.ProcessEnv): Settings {
  const merged: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = given[name as keyof GivenSettings] ?? environment[environmentName(name)];
    if (value !== undefined && value !== '') merged[name] = value;
  }
  const parsed = settingsSchema.safeParse(merged);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    problems.push(
      `${flagName(name)} (${environmentName(name)}): ${issue.message}, got ${JSON.stringify(merged[name])}`,
    );
  }
  let currencies: CurrencyRates | undefined;
  try {
    currencies = parseCurrencyRates(String(merged.currency ?? 'GBP'), String(merged.rates ?? ''));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
  }
  if (!parsed.success || !currencies) throw new ConfigurationError(problems);
  return { ...parsed.data, currencies, state: defaultStateOptions };
}

function environmentName(name: string): string {
  return `TIDEMARK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
