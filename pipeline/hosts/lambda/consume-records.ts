import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { errorFields } from '../../../operators/error-fields.ts';
import type { RecordBatch, StreamRecord } from '../../../operators/event/record.ts';
import type { CommittedBatch } from '../../commit-updates.ts';
import { createWorker } from '../../worker.ts';
import { workerModelAgeMsMax } from '../model-age.ts';
import { type ProcessDependencies, processBatch } from '../process-batch.ts';
import { setAsideInto } from '../set-aside.ts';
import { type CountedChanges, countChanges } from './count-changes.ts';
import { ShardWatermarks } from './shard-watermarks.ts';
import { toBatches } from './stream-event.ts';
import { guardTime, type InvocationContext } from './time-guard.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

export type RecordConsumer = (
  event: KinesisStreamEvent,
  context: InvocationContext,
) => Promise<KinesisStreamBatchResponse>;

/** Records whose progress is kept together: a failure gives back at most so many that had taken effect. */
const chunkRecords = 500;
/** Time kept for the answer and the metrics, ms. */
const reserveMs = 2_000;

/**
 * Consumes what a Kinesis event source mapping hands over, chunk by chunk. The answer names the first record that has
 * not taken effect, so that the event source goes on from there: after a service was away, or when time runs short.
 * Records that can't be used end in quarantine, and so does one that decodes but breaks its processing, however often
 * it is tried; neither holds its shard up.
 * @param options.pause the wait between two tries; a test passes its own
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function recordConsumer(
  warm: WarmStart,
  options: Pick<ProcessDependencies, 'pause'> = {},
): RecordConsumer {
  const { stores, logger, metrics, nowMs, settings } = warm;
  const watermarks = new ShardWatermarks(stores.checkpoints, nowMs);
  let counted: CountedChanges | undefined;
  const noteProgress = async (batch: CommittedBatch) => {
    counted?.committed(batch);
    try {
      await watermarks.note(batch);
    } catch (error) {
      // Only the API's status goes by it, and the next batch says more.
      logger.warn('the watermark could not be stored', errorFields(error));
    }
  };
  const worker = createWorker({
    settings,
    stores,
    nowMs,
    modelAgeMsMax: workerModelAgeMsMax,
    noteProgress,
  });

  return async (event, context) => {
    const guard = guardTime(context, reserveMs);
    const counting = countChanges(worker.counters, warm.meter, metrics);
    counted = counting;
    const dependencies: ProcessDependencies = {
      ...options,
      process: worker.process,
      guard,
      onRetry: (error, tries) => {
        logger.warn('a batch failed; trying again', { tries, ...errorFields(error) });
      },
      setAside: setAsideInto({
        quarantine: stores.quarantine,
        onQuarantined({ sequenceNumber, subSequence }, shardId, error) {
          const where = { shardId, sequenceNumber, subSequence };
          logger.error('a record breaks its processing and is quarantined', {
            ...where,
            ...errorFields(error),
          });
          counting.quarantined('processing-failed');
        },
      }),
    };
    try {
      const batches = toBatches(event, chunkRecords, nowMs());
      tellAge(batches, warm);
      const unfinished = await firstUnfinished(batches, dependencies, warm);
      return { batchItemFailures: unfinished === undefined ? [] : [{ itemIdentifier: unfinished }] };
    } finally {
      guard.release();
      counting.tell();
      metrics.flush();
    }
  };
}

/** What Lambda calls. */
export const handler: RecordConsumer = onFirstCall((warm) => recordConsumer(warm));

function tellAge(batches: readonly RecordBatch[], { metrics, nowMs }: WarmStart): void {
  const first = batches[0]?.records[0];
  if (first) metrics.duration('BatchAgeMs', Math.max(0, nowMs() - first.arrivedAtMs));
}

/** Takes batch after batch; gives the sequence number to go on from when one does not succeed. */
async function firstUnfinished(
  batches: readonly RecordBatch[],
  dependencies: ProcessDependencies,
  { logger, metrics }: WarmStart,
): Promise<string | undefined> {
  for (const batch of batches) {
    try {
      await processBatch(batch, dependencies);
    } catch (error) {
      const { shardId, records } = batch;
      const { sequenceNumber } = records[0] as StreamRecord;
      metrics.count('UnfinishedBatches', 1);
      logger.error('the event source is to go on from an earlier record', {
        shardId,
        sequenceNumber,
        ...errorFields(error),
      });
      return sequenceNumber;
    }
  }
  return undefined;
}
