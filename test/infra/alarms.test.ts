import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { projectRoot } from '../../infra/bundle-entry.ts';
import { metricNamespace, metricWriters } from '../../infra/metric-writers.ts';
import { type ConfigurationName, configurationNames, properties, synthesised } from './synthesised.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
  readonly TreatMissingData: string;
  readonly Threshold: number;
}

function alarms(name: (typeof configurationNames)[number]): AlarmProperties[] {
  return Object.values(
    properties(synthesised(name).pipeline, 'AWS::CloudWatch::Alarm'),
  ) as unknown as AlarmProperties[];
}

const runbookSection = /RUNBOOK\.md, "([\w-]+)"/;

test('every condition that somebody must act on has its alarm', () => {
  const names = alarms('lambda').map(({ AlarmName }) => AlarmName.replace('tidemark-', ''));
  expect(names.sort()).toEqual([
    'alerts-given-up',
    'api-errors',
    'api-latency',
    'clock-stopped',
    'consumer-stopped',
    'dead-letters',
    'failure-queue-depth',
    'fit-failed',
    'fit-stale',
    'function-errors-advance-clock',
    'function-errors-consume-records',
    'function-errors-fire-rules',
    'function-errors-redrive-failures',
    'function-errors-replay-quarantine',
    'function-errors-serve-api',
    'function-throttles',
    'iterator-age',
    'quarantine-rate',
    'records-expiring',
    'records-lost',
    'stream-throttled',
    'table-throttled-alerting',
    'table-throttled-answers',
    'table-throttled-checkpoints',
    'table-throttled-customers',
    'table-throttled-migrations',
    'table-throttled-models',
    'table-throttled-purchases',
    'table-throttled-quarantine',
    'timer-lag',
  ]);
});

test.each(configurationNames)('%s: each alarm tells the topic when it rings and when it is over', (name) => {
  const topics = Object.keys(properties(synthesised(name).pipeline, 'AWS::SNS::Topic'));
  expect(topics).toHaveLength(1);
  for (const { AlarmActions, OKActions } of alarms(name)) {
    expect(AlarmActions).toEqual([{ Ref: topics[0] }]);
    expect(OKActions).toEqual([{ Ref: topics[0] }]);
  }
});

test('what must run rings when nothing is heard of it; the rest does not', () => {
  const breaching = alarms('lambda').filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
  expect(breaching.map(({ AlarmName }) => AlarmName).sort()).toEqual([
    'tidemark-clock-stopped',
    'tidemark-fit-stale',
  ]);
});

test.each(configurationNames)('%s: alarms look only at what a function of this deployment writes', (name) => {
  const { pipeline, settings } = synthesised(name);
  const functions = new Set(
    Object.values(properties(pipeline, 'AWS::Lambda::Function')).map(({ FunctionName }) =>
      String(FunctionName).replace(`${settings.prefix}-`, ''),
    ),
  );
  const written = Object.entries(metricWriters)
    .filter(([, writers]) => writers.some((writer) => functions.has(writer)))
    .map(([metric]) => metric);
  const own = metricsOf(properties(pipeline, 'AWS::CloudWatch::Alarm')).filter(
    ({ Namespace }) => Namespace === metricNamespace,
  );
  expect(own.map(({ MetricName }) => MetricName).sort()).toEqual(
    name === 'kcl'
      ? ['AlertsGivenUp', 'TimerLagMs']
      : ['AlertsGivenUp', 'EventsRead', 'Quarantined', 'RecordsLost', 'TimerLagMs'],
  );
  for (const { MetricName, Dimensions } of own) {
    expect(written).toContain(MetricName);
    expect(Dimensions).toEqual([{ Name: 'service', Value: settings.prefix }]);
  }
  const shown = dashboardMetrics(pipeline);
  expect([...shown.keys()].sort()).toEqual(written.sort());
  expect(new Set(shown.values())).toEqual(new Set([settings.prefix]));
});

/** Metrics of the pipeline on the dashboard, each with its service. */
function dashboardMetrics(pipeline: Template): Map<string, string> {
  const [dashboard] = Object.values(properties(pipeline, 'AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.DashboardBody).replaceAll('\\', '');
  const metrics = body.matchAll(/\["Tidemark","(\w+)","service","([\w-]+)"/g);
  return new Map([...metrics].map(([, metric = '', service = '']) => [metric, service]));
}

test('records that expire ring while half the time is left, however long it is', () => {
  const threshold = (name: ConfigurationName) =>
    alarms(name).find(({ AlarmName }) => AlarmName.endsWith('-records-expiring'))?.Threshold;
  const hourMs = 3_600_000;
  expect(threshold('lambda')).toBe(84 * hourMs);
  expect(threshold('kcl')).toBe(84 * hourMs);
  expect(threshold('second')).toBe(15 * 24 * hourMs);
  // Records that are given up at twelve hours never get older.
  expect(threshold('shortAge')).toBe(6 * hourMs);
});

test('a consumer that is not called while records come is told of after ten minutes; KCL’s has its own alarm', () => {
  const { pipeline } = synthesised('lambda');
  pipeline.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'tidemark-consumer-stopped',
    Threshold: 0,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    ComparisonOperator: 'GreaterThanThreshold',
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'IF(FILL(incoming, 0) > 0 AND FILL(invocations, 0) == 0, 1, 0)' }),
      Match.objectLike({
        Id: 'incoming',
        MetricStat: Match.objectLike({
          Metric: Match.objectLike({ Namespace: 'AWS/Kinesis', MetricName: 'IncomingRecords' }),
          Period: 300,
          Stat: 'Sum',
        }),
      }),
      Match.objectLike({
        Id: 'invocations',
        MetricStat: Match.objectLike({
          Metric: Match.objectLike({
            MetricName: 'Invocations',
            Dimensions: [{ Name: 'FunctionName', Value: { Ref: Match.stringLikeRegexp('^ConsumeRecords') } }],
          }),
          Period: 300,
          Stat: 'Sum',
        }),
      }),
    ]),
  });
  const names = alarms('kcl').map(({ AlarmName }) => AlarmName);
  expect(names).toContain('tidemark-workers-missing');
  for (const absent of ['consumer-stopped', 'quarantine-rate', 'records-lost', 'failure-queue-depth']) {
    expect(names).not.toContain(`tidemark-${absent}`);
  }
});

/** Every object with a MetricName, however deep. */
function metricsOf(value: unknown): { Namespace: string; MetricName: string; Dimensions: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(metricsOf);
  return 'MetricName' in value ? [value as never, ...inner] : inner;
}

test('the dashboard shows how old the records are that the consumer is handed', () => {
  const [dashboard] = Object.values(properties(synthesised('lambda').pipeline, 'AWS::CloudWatch::Dashboard'));
  expect(JSON.stringify(dashboard?.DashboardBody)).toContain('IteratorAge');
});

test('the runbook has a section for each alarm, and none for an alarm there is not', () => {
  const wanted = new Set(
    configurationNames.flatMap((name) =>
      alarms(name).map(
        ({ AlarmDescription }) => runbookSection.exec(AlarmDescription)?.[1] ?? AlarmDescription,
      ),
    ),
  );
  const runbook = readFileSync(join(projectRoot, 'RUNBOOK.md'), 'utf8');
  const [, alarmPart = ''] = runbook.split(/^## Alarms$/m);
  const [ofAlarms = ''] = alarmPart.split(/^## /m);
  const sections = [...ofAlarms.matchAll(/^### ([\w-]+)$/gm)].map(([, heading]) => heading);
  expect(sections.sort()).toEqual([...wanted].sort());
  for (const section of ofAlarms.split(/^### /m).slice(1)) {
    const title = section.split('\n')[0];
    for (const part of ['**Means**', '**Felt**', '**Look**', '**Do**', '**Over**']) {
      expect(section, `${title} lacks ${part}`).toContain(part);
    }
  }
});
