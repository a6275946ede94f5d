import type { z } from '@hono/zod-openapi';
import type { ActiveModels } from '../../operators/batch.ts';
import { segmentNames } from '../../operators/segments/segment-model.ts';
import type { PipelineStatus } from '../dependencies.ts';
import type { StatusAnswer } from '../schemas/status.ts';
import { instant, instantOrNull } from './amounts.ts';

/** Where the pipeline stands. */
export function presentStatus(
  status: PipelineStatus,
  models: ActiveModels,
  at: { readonly nowMs: number; readonly currency: string },
): z.infer<typeof StatusAnswer> {
  return {
    clock: status.clock,
    now: instant(at.nowMs),
    watermark: instantOrNull(status.watermarkMs),
    lagMs: status.shards.length === 0 ? null : Math.max(...status.shards.map((shard) => shard.lagMs)),
    currency: at.currency,
    countedAt: instantOrNull(status.countedAtMs),
    customers: status.customers,
    eventsApplied: status.eventsApplied,
    duplicates: status.duplicates,
    segmentCounts: Object.fromEntries(segmentNames.map((name) => [name, status.segmentCounts[name] ?? 0])),
    migrationsByCause: { event: 0, time: 0, model: 0, ...status.migrationsByCause },
    quarantinedByReason: { ...status.quarantinedByReason },
    models: { segments: presentModel(models.segments), consumption: presentModel(models.consumption) },
    shards: status.shards.map((shard) => ({
      shardId: shard.shardId,
      sequenceNumber: shard.sequenceNumber ?? null,
      watermark: instantOrNull(shard.watermarkMs),
      lagMs: shard.lagMs,
      events: shard.events,
      quarantined: shard.quarantined,
    })),
  };
}

function presentModel(model: { readonly version: string; readonly fittedAtMs: number } | undefined) {
  return model === undefined ? null : { version: model.version, fittedAt: instant(model.fittedAtMs) };
}
