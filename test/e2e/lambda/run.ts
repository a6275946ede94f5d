import type { Migration } from '../../../operators/segments/segment-model.ts';
import { startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { createRandom, type Random } from '../../../pipeline/ingest/random.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import { type AwsClients, createAwsClients } from '../../../sinks/aws-clients.ts';
import { createEventProducer } from '../../../sinks/event-producer.ts';
import { provision } from '../../../sinks/provision.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import type { FailureMessage } from '../../fixtures/event-source-options.ts';
import { type EventSource, startEventSource } from '../../fixtures/event-source-poller.ts';
import { RecordedMetrics } from '../../fixtures/event-source-warm-start.ts';
import { integrityProblems } from '../end-state.ts';
import { createReport, type Report } from '../report.ts';
import { openWorkspace, retailFile } from '../workspace.ts';
import {
  allCustomers,
  allMigrations,
  allQuarantined,
  digestOf,
  foldInOrder,
  quarantineDifferences,
  stateDifferences,
} from './compare.ts';
import { type Deployment, environment, passTime, redrive } from './deployment.ts';
import { faultyEnvironment } from './faulty-environment.ts';
import { putTraffic, readTraffic, type TrafficRecord } from './retail-traffic.ts';

const usage = `Runs the Lambda host behind an emulated event source on a year of real purchases, with faults, and compares the
end with one pass in order of the pure fold.

  npx tsx test/e2e/lambda/run.ts

  SEED=N     of every random choice (default: 20111209)
  MONTHS=N   only the first twelfths of the file (default: 12)`;

const poisonShare = 0.02;
const shards = 4;
const parallelizationFactor = 4;
/** Twelfths of the file after which models are fitted, the clock advances, or a broken version is deployed. */
const fitAfter = [3, 8];
const brokenIn = 5;

async function main(): Promise<number> {
  const path = retailFile();
  if (path === undefined) {
    console.log('skip: ../shared/data/online-retail.csv.gz is absent');
    return 0;
  }
  const seed = Number(process.env.SEED ?? 20_111_209);
  const months = Number(process.env.MONTHS ?? 12);
  console.log(`seed ${seed}, ${months} of 12 parts, factor ${parallelizationFactor}, ${shards} shards`);
  const traffic = await readTraffic(path, { random: createRandom(seed, 1), poisonShare, seed });
  const part = Math.ceil(traffic.length / 12);
  const parts = Array.from({ length: months }, (_, index) => traffic.slice(index * part, (index + 1) * part));
  const workspace = await openWorkspace();
  const emulators = await startEmulators({ dataDirectory: await workspace.fresh('lambda') });
  const clients = createAwsClients({
    endpoints: { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint },
  });
  const report = createReport((line) => console.log(line));
  try {
    await runDeployment(clients, parts, createRandom(seed, 2), report);
  } finally {
    clients.close();
    await emulators.stop();
    await workspace.close();
  }
  console.log(report.failures === 0 ? 'all passed' : `${report.failures} comparisons failed`);
  return report.failures === 0 ? 0 : 1;
}

async function runDeployment(
  clients: AwsClients,
  parts: readonly (readonly TrafficRecord[])[],
  random: Random,
  report: Report,
): Promise<void> {
  const settings = readSettings({ stack: 'aws' }, {});
  const streamName = settings.stream;
  await provision(clients, { streamName, shardCount: shards, tableNames: tableNames(settings.tablePrefix) });
  const deployment: Deployment = {
    clients,
    recorded: new RecordedMetrics(),
    clockMs: 0,
  };
  const faults = new Map<string, number>();
  const messages: FailureMessage[] = [];
  let broken = false;
  const source = consumeWithFaults(deployment, random, { faults, messages, broken: () => broken });
  const producers = {
    plain: createEventProducer({ kinesis: clients.kinesis, streamName }),
    aggregating: createEventProducer({ kinesis: clients.kinesis, streamName, aggregate: true }),
  };
  const poison = new Map<string, string>();
  const startedMs = performance.now();
  let redriven = 0;
  for (const [index, part] of parts.entries()) {
    // Broken for a stretch of the part: what comes then is halved down to single records and given up.
    broken = index === brokenIn;
    const head = broken ? part.slice(0, 300) : [];
    for (const [position, mark] of await putTraffic(head, producers)) poison.set(position, mark);
    if (broken) await source.drained();
    broken = false;
    for (const [position, mark] of await putTraffic(part.slice(head.length), producers)) {
      poison.set(position, mark);
    }
    await source.drained();
    redriven += await redrive(deployment, messages, poison, source, report);
    deployment.clockMs = newestMs(part, deployment.clockMs);
    await passTime(deployment, fitAfter.includes(index + 1));
    report.note(`part ${index + 1} after ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  }
  await source.stop();
  await Promise.all([producers.plain.close(), producers.aggregating.close()]);
  const seconds = (performance.now() - startedMs) / 1_000;
  await compare(deployment, parts.flat(), { poison, redriven }, report);
  const { tally } = source;
  report.note(`${seconds.toFixed(0)} s, ${JSON.stringify(tally)}`);
  report.note(`${source.environments()} environments, ${redriven} records redriven`);
  report.note(`faults: ${JSON.stringify(Object.fromEntries(faults))}`);
  report.note(`metrics: ${JSON.stringify(Object.fromEntries([...deployment.recorded.totals].sort()))}`);
  if (parts.length === 12)
    report.expect('faults of every kind were met', faults.size === 9, [...faults.keys()]);
}

interface Watched {
  readonly faults: Map<string, number>;
  readonly messages: FailureMessage[];
  readonly broken: () => boolean;
}

/** The event source with the settings of the deployment, over environments that fail. */
function consumeWithFaults(
  deployment: Deployment,
  random: Random,
  { faults, messages, broken }: Watched,
): EventSource {
  return startEventSource({
    kinesis: deployment.clients.kinesis,
    streamName: readSettings({}, {}).stream,
    environment: () =>
      faultyEnvironment((wrap) => environment(deployment, wrap), {
        random,
        broken,
        onFault: (name) => faults.set(name, (faults.get(name) ?? 0) + 1),
      }),
    batchSize: 200,
    maximumBatchingWindowMs: 20,
    parallelizationFactor,
    bisectBatchOnFunctionError: true,
    reportBatchItemFailures: true,
    maximumRetryAttempts: 6,
    // Reads of a shard at its tip are what most of the machine would be busy with.
    pollMs: 200,
    retryDelayMs: 1,
    functionTimeoutMs: 8_000,
    onFailure: async (message) => void messages.push(message),
  });
}

function newestMs(part: readonly TrafficRecord[], beforeMs: number): number {
  return part.reduce(
    (max, { content }) => ('event' in content ? Math.max(max, content.event.occurredAtMs) : max),
    beforeMs,
  );
}

async function compare(
  deployment: Deployment,
  traffic: readonly TrafficRecord[],
  { poison, redriven }: { readonly poison: ReadonlyMap<string, string>; readonly redriven: number },
  report: Report,
): Promise<void> {
  const { stores } = environment(deployment);
  const events = traffic.flatMap(({ content }) => ('event' in content ? [content.event] : []));
  const expected = foldInOrder(events);
  const customers = await allCustomers(stores);
  report.note(`${events.length} events, ${poison.size} poison records, ${expected.size} customers`);
  report.expectNone(
    'every customer’s state equals the fold, byte by byte',
    stateDifferences(expected, customers),
  );
  report.note(`states ${digestOf(expected)}`);
  const quarantined = await allQuarantined(stores);
  report.expectNone(
    'quarantine holds exactly the poison',
    quarantineDifferences(poison, quarantined, redriven > 0),
  );
  const migrations = await allMigrations(stores);
  const ids = new Set(migrations.map(({ id }: Migration) => id));
  const byCause = await stores.migrations.countByCause();
  report.note(`${ids.size} moves: ${JSON.stringify(byCause)}`);
  // The models come only after the third twelfth.
  if (traffic.length > 20_000) {
    report.expect('there were moves of each cause', Object.values(byCause).every(Boolean), byCause);
  }
  report.expect('every move is there once', ids.size === migrations.length, migrations.length - ids.size);
  const end = {
    customers: new Map(customers.map((record) => [record.customerId, record])),
    migrations,
    feedRepeats: [],
    migrationsByCause: byCause,
    models: [],
    segmentModels: [],
    shards: [],
  };
  report.expectNone(
    'moves follow from one another and end where the customers stand',
    integrityProblems(end),
  );
}

if (process.argv.includes('--help')) console.log(usage);
else process.exitCode = await main();
