import { errorFields } from '../../../operators/error-fields.ts';
import type { RecordBatch } from '../../../operators/event/record.ts';
import type { Stores } from '../../../sinks/stores.ts';
import type { Log } from '../../log.ts';
import type { Worker } from '../../worker.ts';
import { processBatch } from '../process-batch.ts';
import { setAsideInto } from '../set-aside.ts';
import type { ShardWorker } from './record-processor.ts';

export interface ShardWorkerOptions {
  readonly worker: Pick<Worker, 'process' | 'counters'>;
  readonly stores: Pick<Stores, 'checkpoints' | 'quarantine'>;
  readonly log: Log;
  /** Aborted when the daemon is gone. */
  readonly closed: AbortSignal;
}

/**
 * The chain for one shard. Its progress is taken up where the tables have it, so that figures go on through a change of
 * the worker. A record that decodes but breaks its processing each time goes to quarantine, and holds nothing up.
 */
export function shardWorker({ worker, stores, log, closed }: ShardWorkerOptions): ShardWorker {
  return {
    async open(shardId) {
      const shards = await stores.checkpoints.shards();
      const stored = shards.find((shard) => shard.shardId === shardId);
      if (stored) worker.counters.shards.set(shardId, stored);
    },
    async process(batch) {
      // A shard's end has no record that could be to blame.
      if (batch.records.length === 0) return worker.process(batch);
      return processApart(batch);
    },
  };

  async function processApart(batch: RecordBatch): Promise<void> {
    await processBatch(batch, {
      process: worker.process,
      // The daemon waits for as long as it takes.
      guard: { signal: closed, leftMs: () => Number.POSITIVE_INFINITY },
      onRetry: (error, tries) => {
        log.warn({ tries, ...errorFields(error) }, 'a batch failed; trying again');
      },
      setAside: setAsideInto({
        quarantine: stores.quarantine,
        onQuarantined({ sequenceNumber, subSequence }, shardId, error) {
          log.error(
            { shardId, sequenceNumber, subSequence, ...errorFields(error) },
            'a record breaks its processing and is quarantined',
          );
        },
      }),
    });
  }
}
