import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type TableRole, tableDefinitions } from '../sinks/table-definitions.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';

/** One page for whoever is called: the alarms on top, then the way of an event from the stream to the API. */
export function addDashboard(
  scope: Construct,
  settings: DeploymentSettings,
  metrics: PipelineMetrics,
  alarms: readonly Alarm[],
): void {
  const dashboard = new Dashboard(scope, 'Dashboard', {
    dashboardName: `${settings.prefix}-operations`,
    defaultInterval: Duration.hours(6),
    periodOverride: PeriodOverride.AUTO,
  });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 5 }));
  dashboard.addWidgets(
    graph('How far behind', [metrics.iteratorAgeMs(), metrics.own('BatchAgeMs', Stats.p(95))], 'ms'),
    graph('On the stream', [metrics.stream('IncomingRecords'), metrics.stream('IncomingBytes')], 'a minute'),
    graph(
      'Producers turned away',
      [metrics.stream('WriteProvisionedThroughputExceeded'), metrics.stream('PutRecords.ThrottledRecords')],
      'records a minute',
    ),
  );
  dashboard.addWidgets(
    graph(
      'Events',
      [metrics.own('EventsRead'), metrics.own('EventsApplied'), metrics.own('Duplicates')],
      'a minute',
    ),
    graph(
      'Set aside, late, lost',
      [
        metrics.own('Quarantined'),
        metrics.own('LateEvents'),
        metrics.own('RecordsRedriven'),
        metrics.own('RecordsLost'),
      ],
      'a minute',
    ),
    graph('Batches to be tried again', [metrics.own('UnfinishedBatches')], 'a minute'),
    graph('Moves and timers', [metrics.own('Migrations'), metrics.own('TimersFired')], 'a minute'),
  );
  dashboard.addWidgets(
    graph('Timers late by', [metrics.own('TimerLagMs', Stats.MAXIMUM)], 'ms'),
    graph(
      'Writing',
      [metrics.own('CustomersWritten'), metrics.own('WriteUnits'), metrics.own('WriteConflicts')],
      'a minute',
    ),
    graph('Write units by table', tables(metrics, 'Write'), 'units a minute'),
  );
  dashboard.addWidgets(
    graph('Read units by table', tables(metrics, 'Read'), 'units a minute'),
    graph(
      'Throttled by DynamoDB',
      roles.map((role) => metrics.tableThrottles(role)),
      'a minute',
    ),
    graph('Waiting for an operator', queueDepths(metrics), 'messages'),
  );
  const names = [...metrics.functions.keys()];
  const { api } = metrics.api;
  const period = Duration.minutes(1);
  dashboard.addWidgets(
    graph(
      'Function errors',
      names.map((name) => metrics.functionErrors(name, period)),
      'a minute',
    ),
    graph(
      'Function duration p99',
      names.map((name) => metrics.functionDuration(name)),
      'ms',
    ),
    graph(
      'API',
      [api.metricCount({ period }), api.metricClientError({ period }), api.metricServerError({ period })],
      'a minute',
    ),
    graph(
      'API latency',
      ['p50', 'p95', 'p99'].map((statistic) => api.metricLatency({ statistic, period, label: statistic })),
      'ms',
    ),
  );
}

const roles = Object.keys(tableDefinitions) as TableRole[];

function tables(metrics: PipelineMetrics, kind: 'Read' | 'Write'): IMetric[] {
  return roles.map((role) => metrics.consumedUnits(role, kind));
}

function queueDepths({ queues }: PipelineMetrics): IMetric[] {
  const depth = { statistic: Stats.MAXIMUM, period: Duration.minutes(1) };
  return [
    ...(queues.failures
      ? [
          queues.failures.metricApproximateNumberOfMessagesVisible({ ...depth, label: 'failures' }),
          queues.failures.metricApproximateAgeOfOldestMessage({ ...depth, label: 'oldest, s' }),
        ]
      : []),
    queues.deadLetters.metricApproximateNumberOfMessagesVisible({ ...depth, label: 'dead letters' }),
  ];
}

function graph(title: string, left: IMetric[], label: string): GraphWidget {
  return new GraphWidget({
    title,
    left,
    leftYAxis: { label, min: 0, showUnits: false },
    width: title === 'API latency' ? 24 : 8,
    height: 6,
  });
}
