import type { FunctionName } from './function-definitions.ts';

/** CloudWatch namespace of what the pipeline measures itself; the dimension `service` is the deployment's prefix. */
export const metricNamespace = 'Tidemark';

const consumer = ['consume-records'] as const;
const writers = ['consume-records', 'advance-clock', 'fit-models'] as const;
const alerts = ['fire-rules'] as const;
const redrive = ['redrive-failures'] as const;

/**
 * What the pipeline writes to its log in CloudWatch's embedded metric format, and which functions do. KCL workers write
 * none of it: with that host, what only the consumer measures is not to be had.
 */
export const metricWriters = {
  EventsRead: consumer,
  EventsApplied: consumer,
  Duplicates: consumer,
  Quarantined: consumer,
  LateEvents: consumer,
  BatchAgeMs: consumer,
  CustomersWritten: consumer,
  UnfinishedBatches: consumer,
  Migrations: writers,
  WriteConflicts: writers,
  WriteUnits: writers,
  TimersFired: ['advance-clock'],
  TimerLagMs: ['advance-clock'],
  AlertsFired: alerts,
  AlertsDelivered: alerts,
  AlertsGivenUp: alerts,
  ModelsFitted: ['fit-models'],
  RecordsRedriven: redrive,
  RecordsLost: redrive,
} as const satisfies Record<string, readonly FunctionName[]>;

export type PipelineMetricName = keyof typeof metricWriters;
