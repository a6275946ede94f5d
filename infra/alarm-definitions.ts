import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type TableRole, tableDefinitions } from '../sinks/table-definitions.ts';
import { type DeploymentSettings, recordAgeHours } from './deployment-settings.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';

export interface AlarmDefinition {
  /** The alarm's name is the deployment's prefix and this. */
  readonly id: string;
  /** Heading in RUNBOOK.md; several alarms may share one. */
  readonly runbook: string;
  /** One sentence: what is the case when it rings. */
  readonly meaning: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Default: greater than the threshold. */
  readonly comparison?: ComparisonOperator;
  /** Periods looked at, and how many of them must be beyond the threshold. */
  readonly periods: number;
  readonly periodsBeyond?: number;
  /** Default: no data is no alarm. */
  readonly missing?: TreatMissingData;
}

const belowThreshold = ComparisonOperator.LESS_THAN_THRESHOLD;

/** How much of the time for which a record can be read may be used up before the page says that records will be lost. */
const readableShareMax = 0.5;

/** Every alarm of a deployment. */
export function alarmDefinitions(metrics: PipelineMetrics): AlarmDefinition[] {
  return [
    ...streamAlarms(metrics),
    ...consumerAlarms(metrics),
    ...timeAlarms(metrics),
    ...tableAlarms(metrics),
    ...functionAlarms(metrics),
    ...queueAlarms(metrics),
    ...apiAlarms(metrics),
    ...ruleAlarms(metrics),
    ...workerAlarms(metrics),
  ];
}

function streamAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  return [
    {
      id: 'iterator-age',
      runbook: 'iterator-age',
      meaning: 'The pipeline has been more than a minute behind the stream for five minutes.',
      metric: metrics.iteratorAgeMs(),
      threshold: 60_000,
      periods: 5,
    },
    {
      id: 'records-expiring',
      runbook: 'records-expiring',
      meaning: 'Half of the time for which records can be read is used up: unread ones will be lost.',
      metric: metrics.iteratorAgeMs(),
      threshold: readableMs(metrics.settings) * readableShareMax,
      periods: 1,
    },
    {
      id: 'stream-throttled',
      runbook: 'stream-throttled',
      meaning: 'Producers are turned away by the stream.',
      metric: metrics.stream('WriteProvisionedThroughputExceeded'),
      threshold: 0,
      periods: 5,
      periodsBeyond: 3,
    },
  ];
}

/** How long after its arrival a record can be handed to the consumer, milliseconds. */
function readableMs(settings: DeploymentSettings): number {
  const retentionMs = Duration.days(settings.streamRetentionDays).toMilliseconds();
  const ageHours = settings.host === 'lambda' ? recordAgeHours(settings) : undefined;
  return ageHours === undefined
    ? retentionMs
    : Math.min(retentionMs, Duration.hours(ageHours).toMilliseconds());
}

/**
 * What only the Lambda consumer's metrics tell. Batches that the event source is to hand over again have no alarm of
 * their own: their shard falls behind, and `iterator-age` rings.
 */
function consumerAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  if (!metrics.functions.has('consume-records')) return [];
  return [
    {
      id: 'consumer-stopped',
      runbook: 'consumer-stopped',
      meaning: 'For ten minutes records have come onto the stream and the consumer has not been called.',
      metric: metrics.consumerStopped(Duration.minutes(5)),
      threshold: 0,
      periods: 2,
    },
    {
      id: 'quarantine-rate',
      runbook: 'quarantine-rate',
      meaning: 'More than 2 % of the records, and at least 20 in 15 minutes, could not be used.',
      metric: metrics.quarantinedPercent(20, Duration.minutes(15)),
      threshold: 2,
      periods: 1,
    },
  ];
}

function timeAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  return [
    {
      id: 'clock-stopped',
      runbook: 'clock-stopped',
      meaning: 'The clock function has not ended well once in ten minutes.',
      metric: metrics.successes('advance-clock', Duration.minutes(5)),
      threshold: 1,
      comparison: belowThreshold,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    },
    {
      id: 'timer-lag',
      runbook: 'timer-lag',
      meaning: 'Timers fire more than 15 minutes late.',
      metric: metrics.own('TimerLagMs', Stats.MAXIMUM, Duration.minutes(5)),
      threshold: Duration.minutes(15).toMilliseconds(),
      periods: 2,
    },
    {
      id: 'fit-stale',
      runbook: 'fit-stale',
      meaning: 'The daily fit has not ended well for two days.',
      metric: metrics.successes('fit-models', Duration.days(1)),
      threshold: 1,
      comparison: belowThreshold,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    },
    {
      id: 'fit-failed',
      runbook: 'fit-failed',
      meaning: 'A fit of the models failed.',
      metric: metrics.functionErrors('fit-models'),
      threshold: 0,
      periods: 1,
    },
  ];
}

function tableAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  return (Object.keys(tableDefinitions) as TableRole[]).map((role) => ({
    id: `table-throttled-${role}`,
    runbook: 'table-throttled',
    meaning: `DynamoDB turns away reads or writes of the table ${role} or its indexes.`,
    metric: metrics.tableThrottles(role),
    threshold: 10,
    periods: 5,
    periodsBeyond: 3,
  }));
}

function functionAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  const errors = [...metrics.functions.keys()]
    .filter((name) => name !== 'fit-models')
    .map(
      (name): AlarmDefinition => ({
        id: `function-errors-${name}`,
        runbook: 'function-errors',
        meaning: `The function ${name} fails.`,
        metric: metrics.functionErrors(name),
        threshold: 0,
        periods: 3,
        periodsBeyond: 2,
      }),
    );
  return [
    ...errors,
    {
      id: 'function-throttles',
      runbook: 'function-throttles',
      meaning: 'Lambda turns away invocations: the account’s concurrency is used up.',
      metric: metrics.functionThrottles(),
      threshold: 0,
      periods: 3,
      periodsBeyond: 2,
    },
  ];
}

function queueAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  const { failures, deadLetters } = metrics.queues;
  const visible = { statistic: Stats.MAXIMUM, period: Duration.minutes(1) };
  const depth: AlarmDefinition[] = failures
    ? [
        {
          id: 'failure-queue-depth',
          runbook: 'failure-queue-depth',
          meaning: 'The event source gave up on records; the failure queue names them.',
          metric: failures.metricApproximateNumberOfMessagesVisible(visible),
          threshold: 0,
          periods: 1,
        },
        {
          id: 'records-lost',
          runbook: 'records-lost',
          meaning: 'The redrive found that records had left the stream before it came to them.',
          metric: metrics.own('RecordsLost', Stats.SUM, Duration.minutes(5)),
          threshold: 0,
          periods: 1,
        },
      ]
    : [];
  return [
    ...depth,
    {
      id: 'dead-letters',
      runbook: 'dead-letters',
      meaning: 'A daily fit failed to its last try, or a failure could not be redriven.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible(visible),
      threshold: 0,
      periods: 1,
    },
  ];
}

function apiAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  const { api } = metrics.api;
  return [
    {
      id: 'api-errors',
      runbook: 'api-errors',
      meaning: 'The API answers 5xx.',
      metric: api.metricServerError({ period: Duration.minutes(5) }),
      threshold: 5,
      periods: 2,
    },
    {
      id: 'api-latency',
      runbook: 'api-latency',
      meaning: 'One answer in a hundred takes longer than two seconds.',
      metric: api.metricLatency({ statistic: 'p99', period: Duration.minutes(5) }),
      threshold: 2_000,
      periods: 3,
    },
  ];
}

function ruleAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  return [
    {
      id: 'alerts-given-up',
      runbook: 'alerts-given-up',
      meaning: 'A receiver of alerts has refused one until it was given up.',
      metric: metrics.own('AlertsGivenUp', Stats.SUM, Duration.minutes(5)),
      threshold: 0,
      periods: 1,
    },
  ];
}

function workerAlarms(metrics: PipelineMetrics): AlarmDefinition[] {
  const { workers, settings } = metrics;
  if (!workers) return [];
  return [
    {
      id: 'workers-missing',
      runbook: 'workers-missing',
      meaning: 'Fewer KCL workers run than the deployment asks for.',
      metric: metrics.runningWorkers(workers),
      threshold: settings.kclWorkers,
      comparison: belowThreshold,
      periods: 10,
      missing: TreatMissingData.BREACHING,
    },
  ];
}
