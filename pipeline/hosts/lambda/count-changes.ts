import type { RejectReason } from '../../../operators/event/purchase-event.ts';
import type { WriteMeter } from '../../../sinks/write-meter.ts';
import type { CommittedBatch } from '../../commit-updates.ts';
import type { PipelineCounters } from '../../pipeline-counters.ts';
import type { InvocationMetrics } from './invocation-metrics.ts';

/** What an invocation adds to the counters that its environment keeps. */
export interface CountedChanges {
  /** Counts a part of a batch that has taken effect. */
  committed(batch: CommittedBatch): void;
  /** Counts a record that was quarantined outside the chain. */
  quarantined(reason: RejectReason): void;
  /** Hands what has been added since the start to the metrics. */
  tell(): void;
}

/** Remembers where the counters stand; one invocation at a time. */
export function countChanges(
  counters: PipelineCounters,
  meter: WriteMeter,
  metrics: InvocationMetrics,
): CountedChanges {
  const before = snapshot(counters, meter);
  const aside = new Map<string, number>();
  let eventsRead = 0;
  return {
    committed({ events, updates }) {
      eventsRead += events.length;
      const written = updates.filter((update) => update.after.version > update.before.version);
      metrics.count('CustomersWritten', written.length);
    },
    quarantined(reason) {
      aside.set(reason, (aside.get(reason) ?? 0) + 1);
    },
    tell() {
      const after = snapshot(counters, meter);
      const applied = after.eventsApplied - before.eventsApplied;
      if (eventsRead + applied > 0) {
        metrics.count('EventsRead', eventsRead);
        metrics.count('EventsApplied', applied);
        // What a part applied before it failed is not read until it succeeds.
        metrics.count('Duplicates', Math.max(0, eventsRead - applied));
        metrics.count('LateEvents', after.lateEvents - before.lateEvents);
      }
      metrics.count('WriteConflicts', after.conflicts - before.conflicts);
      metrics.count('WriteUnits', after.writeUnits - before.writeUnits);
      metrics.countBy('Migrations', 'cause', difference(after.migrations, before.migrations));
      metrics.countBy('Quarantined', 'reason', difference(after.quarantined, before.quarantined));
      metrics.countBy('Quarantined', 'reason', aside);
    },
  };
}

function snapshot(counters: PipelineCounters, meter: WriteMeter) {
  const { eventsApplied, lateEvents, conflicts } = counters;
  return {
    eventsApplied,
    lateEvents,
    conflicts,
    writeUnits: Object.values(meter.usage()).reduce((sum, { writeUnits }) => sum + writeUnits, 0),
    migrations: new Map<string, number>(Object.entries(counters.migrationsByCause)),
    quarantined: new Map<string, number>(counters.quarantinedByReason),
  };
}

function difference(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>) {
  return [...after].map(([part, count]) => [part, count - (before.get(part) ?? 0)] as const);
}
