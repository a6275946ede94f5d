import { concatMap, type OperatorFunction } from 'rxjs';
import type { Stores } from '../sinks/stores.ts';
import type { CommittedBatch } from './commit-updates.ts';
import type { EventClock } from './event-clock.ts';
import type { PipelineCounters } from './pipeline-counters.ts';

export interface CheckpointDependencies {
  readonly stores: Pick<Stores, 'checkpoints'>;
  readonly counters: PipelineCounters;
  readonly clock: EventClock | undefined;
  /**
   * Told of each part of a batch in place of the checkpoint, where several work on one shard at once: then no one of
   * them knows a position up to which everything has taken effect.
   */
  readonly noteProgress?: ((batch: CommittedBatch) => Promise<void>) | undefined;
}

/**
 * Lets the clock catch up with the batch's tick, then stores how far the shard has come: only after everything up to
 * there has taken effect, so that a restart can only do things again, never miss them.
 */
export async function checkpointStep(
  batch: CommittedBatch,
  dependencies: CheckpointDependencies,
): Promise<CommittedBatch> {
  const { clock, counters, noteProgress } = dependencies;
  if (noteProgress) {
    await noteProgress(batch);
    return batch;
  }
  const progress = counters.shardAdvanced(batch);
  if (clock) {
    // A shard at its end still holds the clock: whoever starts its children takes it out once they are in.
    clock.observe(batch.shardId, {
      watermarkMs: progress.watermarkMs,
      atTip: batch.atTip && !batch.shardEnded,
    });
    if (batch.tick) await clock.arrive(batch.shardId, batch.tick.upToMs);
    else if (batch.atTip && !batch.shardEnded) await clock.idle();
  }
  if (batch.end || batch.shardEnded) {
    await dependencies.stores.checkpoints.putShard(progress);
  }
  return batch;
}

export function checkpointShard(
  dependencies: CheckpointDependencies,
): OperatorFunction<CommittedBatch, CommittedBatch> {
  return concatMap((batch) => checkpointStep(batch, dependencies));
}
