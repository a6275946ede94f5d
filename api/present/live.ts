import type { z } from '@hono/zod-openapi';
import { segmentNames } from '../../operators/segments/segment-model.ts';
import type { PipelineStatus } from '../dependencies.ts';
import type { LiveBody } from '../schemas/live.ts';
import { instant, instantOrNull } from './amounts.ts';

/** The figures that move while events come, all of one moment. */
export function presentLive(
  status: PipelineStatus,
  at: { readonly nowMs: number; readonly modelVersion: string | undefined },
): z.infer<typeof LiveBody> {
  const counts = status.segmentCounts;
  return {
    asOf: instant(at.nowMs),
    watermark: instantOrNull(status.watermarkMs),
    clock: status.clock,
    eventsApplied: status.eventsApplied,
    countedAt: instantOrNull(status.countedAtMs),
    eventsPerSecond: status.eventsPerSecond === undefined ? null : Number(status.eventsPerSecond.toFixed(1)),
    lagMs: status.shards.length === 0 ? null : Math.max(...status.shards.map((shard) => shard.lagMs)),
    customers: status.customers,
    unassigned: counts.unassigned ?? 0,
    quarantined: Object.values(status.quarantinedByReason).reduce((sum, count) => sum + count, 0),
    segments: Object.fromEntries(segmentNames.map((name) => [name, counts[name] ?? 0])),
    migrationsByCause: { event: 0, time: 0, model: 0, ...status.migrationsByCause },
    modelVersion: at.modelVersion ?? null,
  };
}
