import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { WriteMeter } from '../sinks/write-meter.ts';
import type { CommittedBatch } from './commit-updates.ts';
import type { PipelineCounters } from './pipeline-counters.ts';

export interface PipelineMetrics {
  readonly registry: Registry;
  batchDone(batch: CommittedBatch): void;
}

/** Prometheus metrics of one pipeline process; figures that the counters hold are read when scraped. */
export function createMetrics(counters: PipelineCounters, meter: WriteMeter): PipelineMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tidemark_' });
  const registers = [registry];
  const events = new Counter({
    name: 'tidemark_events_total',
    help: 'Valid events read by this process, duplicates included',
    labelNames: ['shard'],
    registers,
  });
  const batchEvents = new Histogram({
    name: 'tidemark_batch_events',
    help: 'Events in one batch',
    buckets: [0, 1, 10, 50, 100, 500, 1000, 5000],
    registers,
  });
  const readAge = new Histogram({
    name: 'tidemark_read_age_seconds',
    help: 'Age of a batch’s last record when it was read from the stream',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  });
  gauge('tidemark_customers', 'Customers known', [], (set) => set({}, counters.customers));
  gauge('tidemark_events_applied', 'Distinct events applied to customers', [], (set) =>
    set({}, counters.eventsApplied),
  );
  gauge('tidemark_duplicates', 'Events read that had been applied before', [], (set) =>
    set({}, counters.duplicates),
  );
  gauge('tidemark_late_events', 'Events older than the allowed lateness, seen by this process', [], (set) =>
    set({}, counters.lateEvents),
  );
  gauge('tidemark_write_conflicts', 'Customer writes that another writer came before', [], (set) =>
    set({}, counters.conflicts),
  );
  gauge(
    'tidemark_shard_lag_seconds',
    'Age of the last record read from the shard, 0 at its tip',
    ['shard'],
    (set) => {
      for (const [shard, lagMs] of counters.lagMsByShard) set({ shard }, lagMs / 1000);
    },
  );
  gauge('tidemark_segment_customers', 'Customers by segment', ['segment'], (set) => {
    for (const [segment, count] of counters.segmentCounts) set({ segment }, count);
  });
  gauge('tidemark_migrations', 'Moves between segments by cause', ['cause'], (set) => {
    for (const [cause, count] of Object.entries(counters.migrationsByCause)) set({ cause }, count);
  });
  gauge('tidemark_quarantined', 'Records quarantined by reason', ['reason'], (set) => {
    for (const [reason, count] of counters.quarantinedByReason) set({ reason }, count);
  });
  gauge('tidemark_table_write_units', 'Write units consumed by this process', ['table'], (set) => {
    for (const [table, usage] of Object.entries(meter.usage())) set({ table }, usage.writeUnits);
  });
  gauge('tidemark_table_read_units', 'Read units consumed by this process', ['table'], (set) => {
    for (const [table, usage] of Object.entries(meter.usage())) set({ table }, usage.readUnits);
  });

  function gauge(
    name: string,
    help: string,
    labelNames: string[],
    read: (set: (labels: Record<string, string>, value: number) => void) => void,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        read((labels, value) => this.set(labels, value));
      },
    });
  }

  return {
    registry,
    batchDone(batch) {
      if (batch.events.length === 0) return;
      events.inc({ shard: batch.shardId }, batch.events.length);
      batchEvents.observe(batch.events.length);
      readAge.observe(batch.behindMs / 1000);
    },
  };
}
