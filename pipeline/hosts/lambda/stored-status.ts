import type { PipelineStatus } from '../../../api/dependencies.ts';
import type { Census, ShardCheckpoint, ShardWatermark } from '../../../sinks/checkpoint-store.ts';
import type { Stores } from '../../../sinks/stores.ts';

/** Older than this it is read again, ms. */
const ageMsMax = 5_000;

/**
 * Where the pipeline stands, by what it has stored: the watermarks of the shards, and for counts the last census. Nothing
 * is counted here, so counts are as old as that, and zero before the first.
 */
export class StoredStatus {
  readonly #checkpoints: Stores['checkpoints'];
  readonly #nowMs: () => number;
  #held: { readonly readAtMs: number; readonly status: PipelineStatus } | undefined;

  constructor(checkpoints: Stores['checkpoints'], nowMs: () => number) {
    this.#checkpoints = checkpoints;
    this.#nowMs = nowMs;
  }

  /** As last read by `current`; undefined before that or before the first event. */
  watermarkMs(): number | undefined {
    return this.#held?.status.watermarkMs;
  }

  async current(): Promise<PipelineStatus> {
    const nowMs = this.#nowMs();
    if (this.#held && nowMs - this.#held.readAtMs < ageMsMax) return this.#held.status;
    const [shards, watermarks, census] = await Promise.all([
      this.#checkpoints.shards(),
      this.#checkpoints.watermarks(),
      this.#checkpoints.census(),
    ]);
    this.#held = { readAtMs: nowMs, status: statusOf(shards, watermarks, census) };
    return this.#held.status;
  }
}

/** Exact checkpoints are there where a host in order wrote them; a shard's watermark may be in both. */
function statusOf(
  checkpoints: readonly ShardCheckpoint[],
  watermarks: readonly ShardWatermark[],
  census: Census | undefined,
): PipelineStatus {
  const exact = new Map(checkpoints.map((checkpoint) => [checkpoint.shardId, checkpoint]));
  const noted = new Map(watermarks.map((watermark) => [watermark.shardId, watermark]));
  const shards = [...new Set([...exact.keys(), ...noted.keys()])].sort().map((shardId) => {
    const checkpoint = exact.get(shardId);
    const watermark = noted.get(shardId);
    return {
      shardId,
      sequenceNumber: checkpoint?.sequenceNumber === '0' ? undefined : checkpoint?.sequenceNumber,
      watermarkMs: later(checkpoint?.watermarkMs, watermark?.watermarkMs),
      lagMs: watermark?.lagMs ?? 0,
      events: checkpoint?.events ?? 0,
      quarantined: checkpoint?.quarantined ?? 0,
    };
  });
  return {
    clock: 'wall',
    shards,
    watermarkMs: shards.reduce<number | undefined>(
      (newest, shard) => later(newest, shard.watermarkMs),
      undefined,
    ),
    customers: census?.customers ?? 0,
    eventsApplied: census?.eventsApplied ?? 0,
    segmentCounts: census?.segmentCounts ?? {},
    migrationsByCause: census?.migrationsByCause ?? {},
    quarantinedByReason: census?.quarantinedByReason ?? {},
    // Each environment counts its own; CloudWatch has their sum.
    duplicates: 0,
    eventsPerSecond: undefined,
    countedAtMs: census?.takenAtMs,
  };
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
