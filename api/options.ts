import { ConfigurationError } from '../operators/errors.ts';

/** Limits of the API; every one has a default that fits one process beside its pipeline. */
export interface ApiOptions {
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
  bodyBytesMax: 5_000_000,
  modelAgeMsMax: 5_000,
  streamPollMs: 300,
  heartbeatMs: 15_000,
  streamsMax: 100,
  stallMsMax: 30_000,
};

/** @throws {ConfigurationError} with every value that is out of range. */
export function apiOptions(given: Partial<ApiOptions>): ApiOptions {
  const options = { ...defaultApiOptions, ...given };
  const problems: string[] = [];
  const range = (name: keyof ApiOptions, min: number, max: number) => {
    const value = options[name];
    if (!Number.isInteger(value) || value < min || value > max) {
      problems.push(`api.${name} must be an integer from ${min} to ${max}, not ${value}`);
    }
  };
  range('bodyBytesMax', 1_000, 50_000_000);
  range('modelAgeMsMax', 0, 5_000);
  range('streamPollMs', 1, 10_000);
  range('heartbeatMs', 1, 60_000);
  range('streamsMax', 1, 10_000);
  range('stallMsMax', 1, 600_000);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return options;
}
