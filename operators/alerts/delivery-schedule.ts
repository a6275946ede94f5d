/** When a delivery that failed is tried again. */
export interface DeliverySchedule {
  /** Tries in all, 1... Default 12, over about a day and a half; after the last the delivery is dead. */
  readonly attemptsMax: number;
  /** Longest wait after the first failure. Default 5,000. */
  readonly firstDelayMs: number;
  /** What each further failure multiplies the wait by, > 1. Default 4. */
  readonly factor: number;
  /** Default six hours. */
  readonly delayMsMax: number;
}

export const defaultDeliverySchedule: DeliverySchedule = {
  attemptsMax: 12,
  firstDelayMs: 5_000,
  factor: 4,
  delayMsMax: 6 * 3_600_000,
};

/**
 * How long to wait after so many failed attempts; undefined after the last. Between half of the wait and all of it, so
 * that what failed together is not tried together again.
 *
 * @param attempts so far, 1...
 * @param random 0..1, 1 excluded
 * @param askedMs how long the receiver asked to be left alone; heeded up to `delayMsMax`
 */
export function retryDelayMs(
  { attemptsMax, firstDelayMs, factor, delayMsMax }: DeliverySchedule,
  attempts: number,
  random: number,
  askedMs = 0,
): number | undefined {
  if (attempts >= attemptsMax) return undefined;
  const longestMs = Math.min(delayMsMax, firstDelayMs * factor ** (attempts - 1));
  const delayMs = longestMs * (0.5 + random / 2);
  return Math.round(Math.max(delayMs, Math.min(askedMs, delayMsMax)));
}
