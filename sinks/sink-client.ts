import type { SendOutcome } from './alert-sink.ts';

export interface SinkClientOptions {
  /** Instead of the region's own; a loopback one gets made-up credentials. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Longest attempt, ms. Default 10,000. */
  readonly timeoutMs?: number;
}

/** One try each: trying again is the schedule's, which survives the process. */
export function sinkClientSettings({ endpoint, region }: SinkClientOptions) {
  const emulated = endpoint !== undefined && /^http:\/\/(127\.|localhost|\[::1\])/.test(endpoint);
  return {
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(emulated ? { credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' } } : {}),
  };
}

/** Every failure is tried again: a missing topic may be made, a missing permission given. The error's name says which it is. */
export function failedCall(error: unknown, ending: AbortSignal, given: AbortSignal): SendOutcome {
  if (given.aborted) return { ok: false, error: 'given up: the process stopped', retryable: true };
  if (ending.aborted) return { ok: false, error: 'gave no answer in time', retryable: true };
  const name = error instanceof Error ? error.name : typeof error;
  return { ok: false, error: `the service answered ${name}`, retryable: true };
}
