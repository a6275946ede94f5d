import { DependencyError, TidemarkError } from '../../operators/errors.ts';
import type { RecordBatch, StreamRecord } from '../../operators/event/record.ts';
import { expandRecord } from '../../sinks/kinesis-aggregation.ts';
import { pause } from '../pause.ts';

/** How long a batch may take. */
export interface TimeLimit {
  /** Aborts when there is no time left. */
  readonly signal: AbortSignal;
  /** Milliseconds until then, 0 at the least. */
  leftMs(): number;
}

export interface ProcessDependencies {
  /** Takes a batch through the chain; see `Worker.process`. */
  readonly process: (batch: RecordBatch) => Promise<unknown>;
  /** Puts aside a record that can't be processed whatever one does. */
  readonly setAside: (record: StreamRecord, shardId: string, error: unknown) => Promise<void>;
  readonly guard: TimeLimit;
  readonly onRetry: (error: TidemarkError, attempt: number) => void;
  /** Waits between two tries, ms; a test passes its own. */
  readonly pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** Waits between two tries, ms: doubled each time up to the longest, which goes on for as long as there is time. */
const firstDelayMs = 100;
const delayMsMax = 5_000;

/**
 * Takes one batch through the chain. A failure that may pass is tried again, with growing waits, until the time limit:
 * an event source gives up after a number of tries, so each of them has to outlast what it can of an outage. One that the records themselves cause is narrowed down by halving, each half in order, until a single record is
 * left: that one is set aside, and everything else takes effect. Work done twice on the way changes nothing.
 *
 * @throws TidemarkError what failed, when trying again does not help or there is no time left;
 * then some of the batch may have taken effect, and all of it is to be given again
 */
export async function processBatch(batch: RecordBatch, dependencies: ProcessDependencies): Promise<void> {
  const broken = await attempt(batch, dependencies);
  if (broken === undefined) return;
  const parts = halves(batch.records);
  if (parts.length === 0) {
    for (const record of batch.records) await dependencies.setAside(record, batch.shardId, broken.error);
    return;
  }
  for (const records of parts) await processBatch({ ...batch, records }, dependencies);
}

/** Undefined when done; else what the records break, again and again. */
async function attempt(
  batch: RecordBatch,
  { process, guard, onRetry, pause: wait = pause }: ProcessDependencies,
): Promise<{ readonly error: unknown } | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      await withinTime(() => process(batch), guard);
      return undefined;
    } catch (error) {
      if (isOfTheRecords(error)) return { error };
      const again = error instanceof TidemarkError && error.retryable && !guard.signal.aborted;
      const delayMs = Math.min(delayMsMax, firstDelayMs * 2 ** (tries - 1));
      if (!again || guard.leftMs() <= delayMs) throw error;
      onRetry(error, tries);
      await wait(delayMs, guard.signal);
    }
  }
}

/**
 * True for what a service or the settings are not to blame for: the same records would fail again, anywhere. A service
 * that refuses (no permission, no such table) fails all records alike, and none of them must be set aside for it.
 */
function isOfTheRecords(error: unknown): boolean {
  if (!(error instanceof TidemarkError)) return true;
  return !error.retryable && !(error instanceof DependencyError) && error.code !== 'configuration';
}

/** Leaves a call that does not come back in time to itself: under version conditions, late writes do no harm. */
async function withinTime<T>(call: () => Promise<T>, { signal, leftMs }: TimeLimit): Promise<T> {
  const late = () =>
    new DependencyError('out-of-time', 'there is no time left for the batch', { retryable: true });
  if (signal.aborted || leftMs() === 0) throw late();
  let stop: () => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(late());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([call(), stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Two halves in order; of a single aggregated record its user records. Nothing when it can't be divided. */
function halves(records: readonly StreamRecord[]): readonly (readonly StreamRecord[])[] {
  let divided = records;
  const [only] = records;
  if (records.length === 1 && only !== undefined) {
    const users = expandRecord(only);
    if (users === 'damaged') return [];
    // Under the stream's own key: whether a customer's records come in order goes by that.
    divided = users.map((user) => ({ ...user, partitionKey: only.partitionKey }));
  }
  if (divided.length < 2) return [];
  const middle = Math.ceil(divided.length / 2);
  return [divided.slice(0, middle), divided.slice(middle)];
}
