import { setTimeout as sleepFor } from 'node:timers/promises';
import { type KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import type { TidemarkError } from '../operators/errors.ts';
import { callAws } from './aws-errors.ts';
import type { PutResult } from './put-lanes.ts';

export interface BackOffOptions {
  /** Waits between attempts and returns early when `signal` aborts; a test passes its own. */
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** Jitter, [0, 1); a test passes its own. */
  readonly random?: () => number;
}

const backOffBaseMs = 50;
const backOffMsMax = 5_000;

/**
 * One PutRecords call, with one result per entry in their order; never rejects. An entry the service answers with an
 * error can be tried again: throttling and internal failures are the only errors it documents there.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsResultEntry.html
 */
export async function putRecords(
  kinesis: KinesisClient,
  streamName: string,
  entries: PutRecordsRequestEntry[],
  signal: AbortSignal,
): Promise<readonly PutResult[]> {
  if (signal.aborted) return entries.map(() => refused('the producer is closed', false));
  try {
    const answer = await callAws('PutRecords', { streamName, records: entries.length }, () =>
      kinesis.send(new PutRecordsCommand({ StreamName: streamName, Records: entries }), {
        abortSignal: signal,
      }),
    );
    return entries.map((_, index): PutResult => {
      const { ErrorCode, ErrorMessage, SequenceNumber, ShardId } = answer.Records?.[index] ?? {};
      if (SequenceNumber !== undefined && ShardId !== undefined && !ErrorCode) {
        return { ok: true, shardId: ShardId, sequenceNumber: SequenceNumber };
      }
      return refused(`${ErrorCode ?? 'no answer for the record'}: ${ErrorMessage ?? ''}`, true);
    });
  } catch (error) {
    const failure = error as TidemarkError;
    return entries.map(() => refused(failure.message, failure.retryable));
  }
}

export function refused(error: string, retryable: boolean): PutResult & { ok: false } {
  return { ok: false, error, retryable };
}

/** Waits a uniformly random time up to 50 ms doubled per attempt, at most 5 s. */
export async function backOff(attempt: number, signal: AbortSignal, options: BackOffOptions): Promise<void> {
  const { random = Math.random, sleep = sleepUntilAborted } = options;
  await sleep(random() * Math.min(backOffMsMax, backOffBaseMs * 2 ** attempt), signal);
}

async function sleepUntilAborted(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleepFor(delayMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
