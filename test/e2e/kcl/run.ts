import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { startDynamoDbLocal } from '../../engines/dynamodb-local.ts';
import { createReport } from '../report.ts';
import { retailFile } from '../workspace.ts';
import { buildProcessor, installDaemon, installDynamoDbLocal } from './engines.ts';
import { startKinesisGateway } from './kinesis-gateway.ts';
import { checkRange } from './range-check.ts';
import { runScenario } from './scenario.ts';
import { checkStops } from './stops.ts';

const checks = ['faults', 'range', 'stops'];

const usage = `Real MultiLangDaemons of Amazon's, on kinesalite and DynamoDB Local.

  npx tsx test/e2e/kcl/run.ts [NAME...]      needs Java 17 and Maven; 10 to 20 minutes on 2 busy cores

  faults   two daemons share a stream: one is killed, a shard is split, two are merged, and the end equals a pure fold
  range    KCL drops aggregated records with keys of another shard, and does not with our properties
  stops    a daemon whose processor dies ends, and its batch is processed by the next

  VICTIM=other   kills the daemon that does not assign the leases (default: leader, the slower take-over)
  KCL_WORK=DIR   keeps the daemons' logs there`;

async function main(names: readonly string[]): Promise<number> {
  if (names.some((name) => !checks.includes(name))) {
    console.log(usage);
    return 2;
  }
  const chosen = names.length === 0 ? checks : names;
  const retail = retailFile();
  let interrupted = false;
  // Once more ends it at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true;
    });
  }
  const startedMs = Date.now();
  const report = createReport((line) => console.log(line));
  const jars = await installDaemon();
  await installDynamoDbLocal();
  const processor = await buildProcessor();
  const named = process.env.KCL_WORK;
  const folder = named ?? (await mkdtemp(join(tmpdir(), 'tidemark-kcl-')));
  await mkdir(folder, { recursive: true });
  const dynamo = await startDynamoDbLocal();
  if (dynamo.kind === 'absent') throw new Error(`DynamoDB Local: ${dynamo.reason}`);
  const emulators = await startEmulators({ dataDirectory: join(folder, `data-${process.pid}`) });
  const gateway = await startKinesisGateway(emulators.kinesisEndpoint);
  const endpoints = { kinesis: emulators.kinesisEndpoint, dynamo: dynamo.endpoints.dynamo };
  const clients = createAwsClients({ endpoints });
  try {
    const common = {
      ...{ report, folder, jars, processor, clients, gateway },
      dynamo: endpoints.dynamo,
      interrupted: () => interrupted,
    };
    if (chosen.includes('range')) await checkRange(common);
    if (chosen.includes('stops')) await checkStops(common);
    if (chosen.includes('faults')) {
      if (retail) await runScenario({ ...common, retail });
      else console.log('skip faults: ../shared/data/online-retail.csv.gz is absent');
    }
  } catch (error) {
    report.expectNone('ran to its end', [
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    ]);
  } finally {
    clients.close();
    await gateway.stop();
    await emulators.stop();
    await dynamo.stop();
    if (named === undefined && report.failures === 0) await rm(folder, { recursive: true, force: true });
    else console.log(`logs are in ${folder}`);
  }
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  console.log(report.failures === 0 ? `all passed after ${seconds} s` : `${report.failures} FAILED`);
  return report.failures === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
