import { afterAll, beforeAll, inject } from 'vitest';
import { type AwsClients, createAwsClients } from '../../sinks/aws-clients.ts';
import { describeEngine } from '../engines/describe-engine.ts';
import { startKinesisEndpoint } from '../engines/kinesis-endpoint.ts';
import { openFreshStores } from './store-bench.ts';
import { describeStores } from './store-contract.ts';

describeEngine('DynamoDB Local', inject('dynamoDbLocal'), ({ dynamo }) => {
  let clients: AwsClients;
  let emulators: Awaited<ReturnType<typeof startKinesisEndpoint>>;

  beforeAll(async () => {
    emulators = await startKinesisEndpoint();
    clients = createAwsClients({ endpoints: { kinesis: emulators.kinesis, dynamo } });
  });
  afterAll(async () => {
    clients?.close();
    await emulators?.stop();
  });

  describeStores('DynamoDB Local', (nowMs) => openFreshStores(clients, nowMs));
});
