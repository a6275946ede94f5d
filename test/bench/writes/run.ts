import { existsSync } from 'node:fs';
import type { TableUsage } from '../../../sinks/write-meter.ts';
import { fitBenchModels, toRecord } from '../bench-models.ts';
import { type BenchEngine, startBenchEngine } from './bench-engine.ts';
import { benchDocuments, type KeyLaw } from './bench-events.ts';
import { measureItems } from './item-sizes.ts';
import { runPlain } from './plain-path.ts';
import { type PathCost, runTidemark } from './tidemark-path.ts';

/**
 * Prints what an event costs in writes, reads and capacity units, by the service's own count, and how large the items are.
 * EVENTS, CUSTOMERS and SEED in the environment change the run.
 */
const events = Number(process.env.EVENTS ?? 600);
const customers = Number(process.env.CUSTOMERS ?? 120);
const seed = Number(process.env.SEED ?? 1);
const real = new URL('../../../../shared/data/online-retail.csv.gz', import.meta.url).pathname;

const engine = await startBenchEngine();
try {
  print(
    'The timer index counts with the customers; moves, with their feed, are what the plain design does not have.',
  );
  print(`${events} events of ${customers} customers, seed ${seed}, on ${engine.name}. All per event.\n`);
  print(
    '| keys | design | customers written | all items written | units, customers | units, purchases | units, moves | units, all | items read | read units | calls | CPU ms | events/s |',
  );
  print('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const law of ['uniform', 'zipf'] as const) {
    for await (const cost of costs(law, engine)) printCost(law, cost);
  }
} finally {
  await engine.stop();
}
if (existsSync(real)) await printSizes();
else print(`\nNo item sizes: ${real} is not there.`);

async function* costs(law: KeyLaw, { dynamo, singleWrites, tables }: BenchEngine): AsyncGenerator<PathCost> {
  const records = benchDocuments(law, { events, customers, seed }).map(toRecord);
  const models = fitBenchModels(records);
  const shared = { records, models };
  const label = 'plain: one read, two writes an event';
  yield await runPlain({ ...shared, label, dynamo, tables: await tables() });
  const tidemark = async (flushEvents: number, cacheCustomers: number, batched: boolean) =>
    runTidemark({
      ...shared,
      label: `Tidemark, flushes of ${flushEvents}, cache of ${cacheCustomers}, ${batched ? 'statements batched' : 'single writes'}`,
      dynamo: batched ? dynamo : singleWrites,
      tables: await tables(),
      flushEvents,
      cacheCustomers,
    });
  yield await tidemark(20, customers, false);
  yield await tidemark(200, customers, false);
  yield await tidemark(200, Math.ceil(customers / 10), false);
  yield await tidemark(200, customers, true);
  yield await tidemark(1_000, customers, true);
}

function printCost(law: KeyLaw, { label, events: count, usage, elapsedMs, cpuMs }: PathCost): void {
  const total = (key: keyof TableUsage) =>
    Object.values(usage).reduce((sum, table) => sum + table[key], 0) / count;
  const customersOnly = usage.customers;
  // Units of a batch are told by AWS, not by DynamoDB Local; they are those of the same writes made singly.
  const customerUnits = customersOnly.itemsUnreported > 0 ? undefined : customersOnly.writeUnits / count;
  const cells = [
    law,
    label,
    (customersOnly.itemsWritten / count).toFixed(2),
    total('itemsWritten').toFixed(2),
    customerUnits?.toFixed(2) ?? 'not told',
    (usage.purchases.writeUnits / count).toFixed(2),
    (usage.migrations.writeUnits / count).toFixed(2),
    customerUnits === undefined ? 'not told' : total('writeUnits').toFixed(2),
    total('itemsRead').toFixed(2),
    total('readUnits').toFixed(2),
    total('requests').toFixed(2),
    (cpuMs / count).toFixed(2),
    Math.round(count / (elapsedMs / 1_000)),
  ];
  print(`| ${cells.join(' | ')} |`);
}

async function printSizes(): Promise<void> {
  const sizes = await measureItems(real);
  print(`\nItems of the ${sizes.customers} customers of ${real.split('/').at(-1)} after the whole file:\n`);
  print('| p50 | p95 | max | above 1 KB | write units, mean |');
  print('| ---: | ---: | ---: | ---: | ---: |');
  const share = `${(sizes.shareAboveUnit * 100).toFixed(1)} %`;
  print(`| ${sizes.p50} B | ${sizes.p95} B | ${sizes.max} B | ${share} | ${sizes.unitsMean.toFixed(3)} |`);
  print('\nThose above 1 KB hold, on average:\n');
  for (const [what, mean] of Object.entries(sizes.large)) print(`- ${what}: ${mean.toFixed(0)}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
