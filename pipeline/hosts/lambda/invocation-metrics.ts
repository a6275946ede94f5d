import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Counted, unit Count. Zeros are written as well where an alarm needs to see that nothing happened. */
const countNames = [
  'EventsRead',
  'EventsApplied',
  'Duplicates',
  'Quarantined',
  'LateEvents',
  'Migrations',
  'WriteConflicts',
  'WriteUnits',
  'CustomersWritten',
  'UnfinishedBatches',
  'TimersFired',
  'AlertsFired',
  'AlertsDelivered',
  'AlertsGivenUp',
  'ModelsFitted',
  'RecordsRedriven',
  'RecordsLost',
] as const;

const durationNames = ['BatchAgeMs', 'TimerLagMs'] as const;

export type CountName = (typeof countNames)[number];
export type DurationName = (typeof durationNames)[number];

/** Every metric the functions write; what the deployment's alarms and dashboard look at must be among them. */
export const metricNames: readonly string[] = [...countNames, ...durationNames];

/**
 * Metrics of one invocation in CloudWatch's embedded metric format. What is counted is held back until `flush`, which
 * belongs into a `finally`: a failed invocation tells what it did as well.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class InvocationMetrics {
  readonly #metrics: Metrics;
  readonly #counts = new Map<CountName, number>();
  readonly #durations = new Map<DurationName, number>();
  readonly #parts = new Map<string, { name: CountName; dimension: string; part: string; count: number }>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  count(name: CountName, count: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  /** Counts by the parts of one dimension, for instance `reason`, and their sum without it. */
  countBy(name: CountName, dimension: string, counts: Iterable<readonly [string, number]>): void {
    let sum = 0;
    for (const [part, count] of counts) {
      if (count === 0) continue;
      sum += count;
      const key = `${name}\n${dimension}\n${part}`;
      const known = this.#parts.get(key);
      this.#parts.set(key, { name, dimension, part, count: (known?.count ?? 0) + count });
    }
    this.count(name, sum);
  }

  /** Keeps the largest of the invocation, milliseconds. */
  duration(name: DurationName, durationMs: number): void {
    this.#durations.set(name, Math.max(this.#durations.get(name) ?? 0, durationMs));
  }

  /** Writes everything out and starts over. Without anything counted it writes nothing. */
  flush(): void {
    for (const [name, count] of this.#counts) this.#metrics.addMetric(name, MetricUnit.Count, count);
    for (const [name, durationMs] of this.#durations) {
      this.#metrics.addMetric(name, MetricUnit.Milliseconds, durationMs);
    }
    if (this.#counts.size + this.#durations.size > 0) this.#metrics.publishStoredMetrics();
    for (const { name, dimension, part, count } of this.#parts.values()) {
      const single = this.#metrics.singleMetric();
      single.addDimension(dimension, part);
      single.addMetric(name, MetricUnit.Count, count);
    }
    this.#counts.clear();
    this.#durations.clear();
    this.#parts.clear();
  }
}
