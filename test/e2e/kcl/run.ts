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
import { runScenario } from './scenario.ts';

const usage = `Two real MultiLangDaemons of Amazon's share a stream; one is killed, shards are split and merged.

  npx tsx test/e2e/kcl/run.ts      needs Java 17 and Maven; about 5 minutes

  VICTIM=other   kills the daemon that does not assign the leases (default: leader, the slower take-over)
  KCL_WORK=DIR   keeps the daemons' logs there`;

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    console.log(usage);
    return 2;
  }
  const retail = retailFile();
  if (retail === undefined) {
    console.log('skip: ../shared/data/online-retail.csv.gz is absent');
    return 0;
  }
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
    await runScenario({
      ...{ report, retail, folder, jars, processor, clients, gateway },
      dynamo: endpoints.dynamo,
      interrupted: () => interrupted,
    });
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
