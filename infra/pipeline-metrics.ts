import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type TableDefinition,
  type TableRole,
  tableDefinitions,
  tableNames,
} from '../sinks/table-definitions.ts';
import { streamName } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { FailureQueues } from './failure-queues.ts';
import type { FunctionName } from './function-definitions.ts';
import type { PublicApi } from './http-api.ts';
import type { KclService } from './kcl-service.ts';
import { metricNamespace, metricWriters, type PipelineMetricName } from './metric-writers.ts';
import type { PipelineFunction } from './pipeline-function.ts';

const minute = Duration.minutes(1);

/** A second run of one of these is turned away. */
const oneAtATime: readonly FunctionName[] = ['advance-clock', 'fire-rules', 'fit-models'];

/** Every metric the alarms and the dashboard look at, by what it tells. */
export class PipelineMetrics {
  readonly settings: DeploymentSettings;
  readonly functions: ReadonlyMap<FunctionName, PipelineFunction>;
  readonly queues: FailureQueues;
  readonly api: PublicApi;
  readonly workers: KclService | undefined;

  constructor(sources: {
    readonly settings: DeploymentSettings;
    readonly functions: ReadonlyMap<FunctionName, PipelineFunction>;
    readonly queues: FailureQueues;
    readonly api: PublicApi;
    readonly workers: KclService | undefined;
  }) {
    this.settings = sources.settings;
    this.functions = sources.functions;
    this.queues = sources.queues;
    this.api = sources.api;
    this.workers = sources.workers;
  }

  /** Whether any function of this deployment writes the metric. */
  has(metricName: PipelineMetricName): boolean {
    return metricWriters[metricName].some((name) => this.functions.has(name));
  }

  /** @throws Error when nothing in this deployment writes the metric: an alarm on it could never ring. */
  own(metricName: PipelineMetricName, statistic: string = Stats.SUM, period: Duration = minute): Metric {
    if (!this.has(metricName)) throw new Error(`nothing in this deployment writes ${metricName}`);
    return new Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { service: this.settings.prefix },
      statistic,
      period,
    });
  }

  /** Sums a minute of those of the metrics that this deployment writes. */
  written(...metricNames: readonly PipelineMetricName[]): Metric[] {
    return metricNames.filter((name) => this.has(name)).map((name) => this.own(name));
  }

  /** Age of the oldest record of the last batch read, milliseconds, over all shards. */
  iteratorAgeMs(): Metric {
    const consumer = this.functions.get('consume-records');
    if (consumer) return consumer.lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: minute });
    return this.stream('GetRecords.IteratorAgeMilliseconds', Stats.MAXIMUM);
  }

  stream(metricName: string, statistic: string = Stats.SUM): Metric {
    return new Metric({
      namespace: 'AWS/Kinesis',
      metricName,
      dimensionsMap: { StreamName: streamName(this.settings) },
      statistic,
      period: minute,
    });
  }

  /** Records that could not be used, percent of all read; 0 below `countMin` of them. */
  quarantinedPercent(countMin: number, period: Duration): IMetric {
    return new MathExpression({
      // Where nothing but bad records came, nobody counted any that were read.
      expression: `IF(quarantined >= ${countMin}, 100 * quarantined / (FILL(read, 0) + quarantined), 0)`,
      usingMetrics: {
        quarantined: this.own('Quarantined', Stats.SUM, period),
        read: this.own('EventsRead', Stats.SUM, period),
      },
      label: 'quarantined, % of records',
      period,
    });
  }

  /** 1 for a period in which records came onto the stream and the consumer was not called once, else 0. */
  consumerStopped(period: Duration): IMetric {
    const incoming = this.stream('IncomingRecords').with({ period });
    const invocations = this.#lambda('consume-records').metricInvocations({ period });
    return new MathExpression({
      // Neither service writes a zero when nothing happens.
      expression: 'IF(FILL(incoming, 0) > 0 AND FILL(invocations, 0) == 0, 1, 0)',
      usingMetrics: { incoming, invocations },
      label: 'records came, and nobody took them',
      period,
    });
  }

  /** Reads and writes of a table and its indexes that were throttled. */
  tableThrottles(role: TableRole): IMetric {
    const TableName = tableNames(this.settings.prefix)[role];
    const { indexes = [] }: TableDefinition = tableDefinitions[role];
    const targets = [
      { TableName },
      ...indexes.map(({ name }) => ({ TableName, GlobalSecondaryIndexName: name })),
    ];
    const metrics = targets.flatMap((dimensionsMap) =>
      ['ReadThrottleEvents', 'WriteThrottleEvents'].map(
        (metricName) =>
          new Metric({
            namespace: 'AWS/DynamoDB',
            metricName,
            dimensionsMap,
            statistic: Stats.SUM,
            period: minute,
          }),
      ),
    );
    return sum(role, metrics, `${role} throttled`, minute);
  }

  consumedUnits(role: TableRole, kind: 'Read' | 'Write'): Metric {
    return new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: `Consumed${kind}CapacityUnits`,
      dimensionsMap: { TableName: tableNames(this.settings.prefix)[role] },
      statistic: Stats.SUM,
      period: minute,
      label: role,
    });
  }

  functionErrors(name: FunctionName, period: Duration = Duration.minutes(5)): Metric {
    return this.#lambda(name).metricErrors({ period, label: name });
  }

  functionDuration(name: FunctionName): Metric {
    return this.#lambda(name).metricDuration({ statistic: 'p99', period: minute, label: name });
  }

  /**
   * Throttled invocations of all functions but the clock, the rules and the fit: those run one at a time, so a second run
   * that is turned away is what is wanted.
   */
  functionThrottles(): IMetric {
    const period = Duration.minutes(5);
    const metrics = [...this.functions]
      .filter(([name]) => !oneAtATime.includes(name))
      .map(([, { lambda }]) => lambda.metricThrottles({ period }));
    return sum('throttled', metrics, 'throttled invocations', period);
  }

  /** Runs of a function that ended well. No data when it did not run at all. */
  successes(name: FunctionName, period: Duration): IMetric {
    const lambda = this.#lambda(name);
    return new MathExpression({
      expression: 'runs - errors',
      usingMetrics: { runs: lambda.metricInvocations({ period }), errors: lambda.metricErrors({ period }) },
      label: `${name} runs that ended well`,
      period,
    });
  }

  /** Tasks of the workers' service, from Container Insights. */
  runningWorkers({ cluster, service }: KclService): Metric {
    return new Metric({
      namespace: 'ECS/ContainerInsights',
      metricName: 'RunningTaskCount',
      dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: service.serviceName },
      statistic: Stats.MINIMUM,
      period: minute,
    });
  }

  #lambda(name: FunctionName) {
    const found = this.functions.get(name);
    if (!found) throw new Error(`this deployment has no function ${name}`);
    return found.lambda;
  }
}

/** @param id begins the names of the parts, which must differ from those of other sums on the same graph. */
function sum(id: string, metrics: readonly IMetric[], label: string, period: Duration): IMetric {
  const named = metrics.map((metric, index) => [`${id}${index}`, metric] as const);
  return new MathExpression({
    // Where one of them has no data point, the others still count.
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
    label,
    period,
  });
}
