import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../infra/bundle-entry.ts';
import { configurationNames, properties, synthesised } from './synthesised.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
  readonly TreatMissingData: string;
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
    'api-errors',
    'api-latency',
    'clock-stopped',
    'dead-letters',
    'failure-queue-depth',
    'fit-failed',
    'fit-stale',
    'function-errors-advance-clock',
    'function-errors-consume-records',
    'function-errors-redrive-failures',
    'function-errors-replay-quarantine',
    'function-errors-serve-api',
    'function-throttles',
    'iterator-age',
    'quarantine-rate',
    'records-expiring',
    'records-lost',
    'stream-throttled',
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

test('metrics of the pipeline are looked for where its functions write them', () => {
  const own = metricsOf(properties(synthesised('lambda').pipeline, 'AWS::CloudWatch::Alarm')).filter(
    ({ Namespace }) => Namespace === 'Tidemark',
  );
  expect(own.map(({ MetricName }) => MetricName).sort()).toEqual([
    'EventsRead',
    'Quarantined',
    'RecordsLost',
    'TimerLagMs',
  ]);
  for (const { Dimensions } of own) expect(Dimensions).toEqual([{ Name: 'service', Value: 'tidemark' }]);
});

/** Every object with a MetricName, however deep. */
function metricsOf(value: unknown): { Namespace: string; MetricName: string; Dimensions: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(metricsOf);
  return 'MetricName' in value ? [value as never, ...inner] : inner;
}

test('the dashboard shows the alarms and what each metric of the pipeline says', () => {
  const [dashboard] = Object.values(properties(synthesised('lambda').pipeline, 'AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.DashboardBody);
  for (const metric of [
    'EventsRead',
    'EventsApplied',
    'Duplicates',
    'Quarantined',
    'LateEvents',
    'Migrations',
    'WriteConflicts',
    'BatchAgeMs',
    'WriteUnits',
    'CustomersWritten',
    'TimersFired',
    'TimerLagMs',
    'RecordsRedriven',
    'RecordsLost',
    'IteratorAge',
  ]) {
    expect(body, metric).toContain(metric);
  }
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
