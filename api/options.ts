import { ConfigurationError } from '../operators/errors.ts';

/** Limits of the API; every one has a default that fits one process beside its pipeline. */
export interface ApiOptions {
  /** Origins whose pages may ask from a browser. Default: none but the API's own. */
  readonly corsOrigins: readonly string[];
  /** Requests a minute of one caller, 0 counts nobody. Default 60,000; beyond it 429. */
  readonly requestsPerMinute: number;
  /** Requests being answered at a time. Default 1,000; beyond it 503. */
  readonly requestsInFlightMax: number;
  /** How late the process may be with what is due, milliseconds, over half a second. Default 2,000; beyond it 503. */
  readonly eventLoopLagMsMax: number;
  /** Level of the line logged for each request. Default `debug`. */
  readonly accessLog: 'off' | 'debug' | 'info';
  /** Largest request body, bytes. Default 5 MB; beyond it 413. */
  readonly bodyBytesMax: number;
  /** How old a cached active model may be, milliseconds, 0..5000. Default 5000. */
  readonly modelAgeMsMax: number;
  /** Pause between two reads of the alert feed for one open stream, milliseconds, at least 1. Default 300. */
  readonly streamPollMs: number;
  /** Silence after which an open stream gets a comment, milliseconds. Default 15,000. */
  readonly heartbeatMs: number;
  /** Open alert streams at a time. Default 100; beyond it 503. */
  readonly streamsMax: number;
  /** How long a client may leave a written message unread before its stream is ended, milliseconds. Default 30,000. */
  readonly stallMsMax: number;
}

const defaultApiOptions: ApiOptions = {
  corsOrigins: [],
  requestsPerMinute: 60_000,
  requestsInFlightMax: 1_000,
  eventLoopLagMsMax: 2_000,
  accessLog: 'debug',
  bodyBytesMax: 5_000_000,
  modelAgeMsMax: 5_000,
  streamPollMs: 300,
  heartbeatMs: 15_000,
  streamsMax: 100,
  stallMsMax: 30_000,
};

/** The options that are numbers. */
type NumericOption = {
  [Name in keyof ApiOptions]: ApiOptions[Name] extends number ? Name : never;
}[keyof ApiOptions];

/** @throws {ConfigurationError} with every value that is out of range. */
export function apiOptions(given: Partial<ApiOptions>): ApiOptions {
  const options = { ...defaultApiOptions, ...given };
  const problems: string[] = [];
  const range = (name: NumericOption, min: number, max: number) => {
    const value = options[name];
    if (!Number.isInteger(value) || value < min || value > max) {
      problems.push(`api.${name} must be an integer from ${min} to ${max}, not ${value}`);
    }
  };
  range('requestsPerMinute', 0, 10_000_000);
  range('requestsInFlightMax', 1, 100_000);
  range('eventLoopLagMsMax', 1, 60_000);
  range('bodyBytesMax', 1_000, 50_000_000);
  range('modelAgeMsMax', 0, 5_000);
  range('streamPollMs', 1, 10_000);
  range('heartbeatMs', 1, 60_000);
  range('streamsMax', 1, 10_000);
  range('stallMsMax', 1, 600_000);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return options;
}
