import type { DeliveryTarget, TargetKind } from '../operators/alerts/rule.ts';

/** What is sent, the same for every kind of target. */
export interface AlertMessage {
  /** The same for every attempt, also after a replay: what a receiver tells repeats by. */
  readonly id: string;
  readonly customerId: string;
  /** JSON. */
  readonly body: string;
  /** When this attempt is made, wall clock, UTC milliseconds. */
  readonly sentAtMs: number;
}

/** A failure is a value: what it was in one sentence that holds nothing secret and nothing of what the receiver said. */
export type SendOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      /** False when the same can not succeed later: it is not tried again by itself. */
      readonly retryable: boolean;
      /** How long the receiver asked to be left alone. */
      readonly retryAfterMs?: number | undefined;
    };

/** Sends alerts to targets of one kind. */
export interface AlertSink<Kind extends TargetKind = TargetKind> {
  readonly kind: Kind;
  /**
   * Sends once, within `sendTimeoutMs`. What is not known to have arrived is a failure.
   * @param signal gives up on the attempt
   */
  send(
    message: AlertMessage,
    target: Extract<DeliveryTarget, { kind: Kind }>,
    signal: AbortSignal,
  ): Promise<SendOutcome>;
  close(): void;
}

/** Longest attempt, connecting included, milliseconds. */
export const sendTimeoutMs = 10_000;

/** A timer that comes later than this tells that the process stood still, ms. */
const standstillMs = 1_000;

/**
 * Aborts with `given`, or after a time in which the process was there to hear an answer: where it stood still meanwhile,
 * the time runs once more, for what has arrived is only seen afterwards.
 */
export function attemptSignal(
  given: AbortSignal,
  timeoutMs: number,
): { signal: AbortSignal; release(): void } {
  const ending = new AbortController();
  const end = () => ending.abort();
  if (given.aborted) end();
  given.addEventListener('abort', end, { once: true });
  let timer: NodeJS.Timeout;
  const arm = (again: boolean) => {
    const dueMs = performance.now() + timeoutMs;
    timer = setTimeout(() => {
      if (again && performance.now() - dueMs > standstillMs) arm(false);
      else end();
    }, timeoutMs);
  };
  arm(true);
  return {
    signal: ending.signal,
    release() {
      clearTimeout(timer);
      given.removeEventListener('abort', end);
    },
  };
}
