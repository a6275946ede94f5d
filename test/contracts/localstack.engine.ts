import { afterAll, beforeAll, inject } from 'vitest';
import { type AwsClients, createAwsClients } from '../../sinks/aws-clients.ts';
import { describeEngine } from '../engines/describe-engine.ts';
import { openFreshStores } from './store-bench.ts';
import { describeStores } from './store-contract.ts';

describeEngine('LocalStack', inject('localStack'), (endpoints) => {
  let clients: AwsClients;

  beforeAll(() => {
    clients = createAwsClients({ endpoints });
  });
  afterAll(() => clients?.close());

  describeStores('LocalStack', (nowMs) => openFreshStores(clients, nowMs));
});
