import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../infra/bundle-entry.ts';
import { entryPath, type FunctionName, functionDefinitions } from '../../infra/function-definitions.ts';
import { metricWriters } from '../../infra/metric-writers.ts';
import { newCustomer } from '../../operators/customer-record.ts';
import type { CommittedBatch } from '../../pipeline/commit-updates.ts';
import { countChanges } from '../../pipeline/hosts/lambda/count-changes.ts';
import { type InvocationMetrics, metricNames } from '../../pipeline/hosts/lambda/invocation-metrics.ts';
import { PipelineCounters } from '../../pipeline/pipeline-counters.ts';
import { WriteMeter } from '../../sinks/write-meter.ts';
import { customer, migration } from '../contracts/records.ts';

const names = Object.keys(functionDefinitions) as FunctionName[];

test('the deployment knows every metric the functions write, and no others', () => {
  expect(Object.keys(metricWriters).sort()).toEqual([...metricNames].sort());
});

test.each(names)('%s writes the metrics that are looked for from it', (name) => {
  const source = readFileSync(join(projectRoot, entryPath(name)), 'utf8');
  const own = [...source.matchAll(/metrics\.(?:count|duration)\('(\w+)'/g)].map(([, metric = '']) => metric);
  const counted = source.includes('countChanges(') ? countedChanges(source.includes('.committed(')) : [];
  const listed = Object.entries(metricWriters)
    .filter(([, writers]) => (writers as readonly FunctionName[]).includes(name))
    .map(([metric]) => metric);
  expect(listed.sort()).toEqual([...new Set([...own, ...counted])].sort());
});

/** Names under which a function tells more than zero of what it changes; `reads` when it takes events as well. */
function countedChanges(reads: boolean): string[] {
  const told = new Set<string>();
  const tell = (name: string, count: number) => {
    if (count > 0) told.add(name);
  };
  const metrics = {
    count: tell,
    countBy(name: string, _dimension: string, counts: Iterable<readonly [string, number]>) {
      for (const [, count] of counts) tell(name, count);
    },
  } as unknown as InvocationMetrics;
  const counters = new PipelineCounters();
  const meter = new WriteMeter();
  const counting = countChanges(counters, meter, metrics);
  counters.conflicts += 1;
  const known = customer({ outbox: [] });
  counters.recordChanged(known, { ...known, outbox: [migration({ cause: 'time' })] });
  meter.count('customers', { itemsWritten: 1, writeUnits: 1 });
  if (reads) {
    counting.quarantined('processing-failed');
    counters.recordChanged(newCustomer('c-2'), customer({ customerId: 'c-2', outbox: [] }));
    counters.lateEvents += 1;
    const before = { version: 0 };
    const updates = [{ before, after: { version: 1 } }];
    counting.committed({ events: [{}, {}], updates } as unknown as CommittedBatch);
  }
  counting.tell();
  return [...told];
}
