import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Emulators, startEmulators } from '../../pipeline/embedded/emulators.ts';
import { type AwsClients, createAwsClients } from '../../sinks/aws-clients.ts';
import { openFreshStores } from './store-bench.ts';
import { describeStores } from './store-contract.ts';

let directory: string;
let emulators: Emulators;
let clients: AwsClients;

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

describeStores('dynalite', (nowMs) => openFreshStores(clients, nowMs), ['key-limits', 'index-units']);
