import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Emulators, startEmulators } from '../../pipeline/embedded/emulators.ts';
import { type AwsClients, createAwsClients } from '../../sinks/aws-clients.ts';
import { openStores } from '../../sinks/open-stores.ts';
import { provision } from '../../sinks/provision.ts';
import { tableNames } from '../../sinks/table-definitions.ts';
import { describeStores } from './store-contract.ts';

let directory: string;
let emulators: Emulators;
let clients: AwsClients;
let opened = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-stores-'));
  emulators = await startEmulators({ dataDirectory: directory });
  clients = createAwsClients({
    endpoints: { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint },
  });
});

afterAll(async () => {
  clients?.close();
  await emulators?.stop();
  await rm(directory, { recursive: true, force: true });
});

describeStores('dynalite', async (nowMs) => {
  opened += 1;
  const names = tableNames(`t${opened}`);
  await provision(clients, { streamName: 'events', shardCount: 1, tableNames: names });
  return openStores(clients.dynamo, names, { nowMs });
});
