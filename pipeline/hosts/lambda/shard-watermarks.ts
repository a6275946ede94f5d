import type { CheckpointStore } from '../../../sinks/checkpoint-store.ts';
import type { CommittedBatch } from '../../commit-updates.ts';

/** Time between two writes of one shard's watermark by one execution environment, ms. */
const writeEveryMs = 10_000;

/**
 * Notes how far each shard's event time has come, for the API's answers. Several invocations work on one shard at once
 * under a parallelisation factor, so there is no position up to which all is done, and the event source keeps its own;
 * what is stored is the maximum, at most once in ten seconds for a shard and environment.
 */
export class ShardWatermarks {
  readonly #checkpoints: Pick<CheckpointStore, 'raiseWatermark'>;
  readonly #nowMs: () => number;
  /** By shard; a reshard adds a few entries a year. */
  readonly #shards = new Map<string, { watermarkMs: number; writtenMs: number; writtenAtMs: number }>();

  constructor(checkpoints: Pick<CheckpointStore, 'raiseWatermark'>, nowMs: () => number) {
    this.#checkpoints = checkpoints;
    this.#nowMs = nowMs;
  }

  async note({ shardId, events, behindMs }: CommittedBatch): Promise<void> {
    const shard = this.#shards.get(shardId) ?? {
      watermarkMs: Number.NEGATIVE_INFINITY,
      writtenMs: Number.NEGATIVE_INFINITY,
      writtenAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#shards.set(shardId, shard);
    for (const { event } of events) shard.watermarkMs = Math.max(shard.watermarkMs, event.occurredAtMs);
    const nowMs = this.#nowMs();
    if (shard.watermarkMs <= shard.writtenMs || nowMs - shard.writtenAtMs < writeEveryMs) return;
    const { watermarkMs } = shard;
    await this.#checkpoints.raiseWatermark({ shardId, watermarkMs, lagMs: behindMs });
    shard.writtenMs = watermarkMs;
    shard.writtenAtMs = nowMs;
  }
}
