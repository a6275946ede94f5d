import { Duration, Stack } from 'aws-cdk-lib';
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
    // Names of dashboards are an account's, over all its regions.
    dashboardName: `${settings.prefix}-operations-${Stack.of(scope).region}`,
    defaultInterval: Duration.hours(6),
    periodOverride: PeriodOverride.AUTO,
  });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 5 }));
  for (const row of [stream, events, writing, tableUse, functions, answers])
    dashboard.addWidgets(...row(metrics));
}

function stream(metrics: PipelineMetrics): GraphWidget[] {
  const batchAge = metrics.has('BatchAgeMs') ? [metrics.own('BatchAgeMs', Stats.p(95))] : [];
  return [
    graph('How far behind', [metrics.iteratorAgeMs(), ...batchAge], 'ms'),
    graph('On the stream', [metrics.stream('IncomingRecords'), metrics.stream('IncomingBytes')], 'a minute'),
    graph(
      'Producers turned away',
      [metrics.stream('WriteProvisionedThroughputExceeded'), metrics.stream('PutRecords.ThrottledRecords')],
      'records a minute',
    ),
  ];
}

/** Without the Lambda consumer nobody counts events, and there is nothing to show. */
function events(metrics: PipelineMetrics): GraphWidget[] {
  if (!metrics.has('EventsRead')) return [];
  const setAside = ['Quarantined', 'LateEvents', 'RecordsRedriven', 'RecordsLost'] as const;
  return [
    graph('Events', metrics.written('EventsRead', 'EventsApplied', 'Duplicates'), 'a minute'),
    graph('Set aside, late, lost', metrics.written(...setAside), 'a minute'),
    graph('Batches to be tried again', metrics.written('UnfinishedBatches'), 'a minute'),
  ];
}

function writing(metrics: PipelineMetrics): GraphWidget[] {
  return [
    graph('Moves and timers', metrics.written('Migrations', 'TimersFired', 'ModelsFitted'), 'a minute'),
    graph('Rule alerts', metrics.written('AlertsFired', 'AlertsDelivered', 'AlertsGivenUp'), 'a minute'),
    graph('Timers late by', [metrics.own('TimerLagMs', Stats.MAXIMUM)], 'ms'),
    graph('Writing', metrics.written('CustomersWritten', 'WriteUnits', 'WriteConflicts'), 'a minute'),
  ];
}

function tableUse(metrics: PipelineMetrics): GraphWidget[] {
  return [
    graph('Write units by table', tables(metrics, 'Write'), 'units a minute'),
    graph('Read units by table', tables(metrics, 'Read'), 'units a minute'),
    graph(
      'Throttled by DynamoDB',
      roles.map((role) => metrics.tableThrottles(role)),
      'a minute',
    ),
  ];
}

function functions(metrics: PipelineMetrics): GraphWidget[] {
  const names = [...metrics.functions.keys()];
  return [
    graph('Waiting for an operator', queueDepths(metrics), 'messages'),
    graph(
      'Function errors',
      names.map((name) => metrics.functionErrors(name, minute)),
      'a minute',
    ),
    graph(
      'Function duration p99',
      names.map((name) => metrics.functionDuration(name)),
      'ms',
    ),
  ];
}

function answers({ api: { api } }: PipelineMetrics): GraphWidget[] {
  const period = minute;
  return [
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
  ];
}

const minute = Duration.minutes(1);
const roles = Object.keys(tableDefinitions) as TableRole[];

function tables(metrics: PipelineMetrics, kind: 'Read' | 'Write'): IMetric[] {
  return roles.map((role) => metrics.consumedUnits(role, kind));
}

function queueDepths({ queues }: PipelineMetrics): IMetric[] {
  const depth = { statistic: Stats.MAXIMUM, period: minute };
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
    width: 8,
    height: 6,
  });
}
