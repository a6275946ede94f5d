import { concatMap, type OperatorFunction } from 'rxjs';
import type { Stores } from '../sinks/stores.ts';
import type { CommittedBatch } from './commit-updates.ts';
import type { EventClock } from './event-clock.ts';
import type { PipelineCounters } from './pipeline-counters.ts';

export interface CheckpointDependencies {
  readonly stores: Pick<Stores, 'checkpoints'>;
  readonly counters: PipelineCounters;
  readonly clock: EventClock | undefined;
}

/**
 * Lets the clock catch up with the batch's tick, then stores how far the shard has come: only after everything up to
 * there has taken effect, so that a restart can only do things again, never miss them.
 */
export async function checkpointStep(
  batch: CommittedBatch,
  dependencies: CheckpointDependencies,
): Promise<CommittedBatch> {
  const { clock, counters } = dependencies;
  const progress = counters.shardAdvanced(batch);
  if (clock) {
    clock.observe(batch.shardId, { watermarkMs: progress.watermarkMs, atTip: batch.atTip });
    if (batch.tick) await clock.arrive(batch.shardId, batch.tick.upToMs);
    else if (batch.atTip) await clock.idle();
    if (batch.shardEnded) clock.remove(batch.shardId);
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
