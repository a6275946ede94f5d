import { afterAll, beforeAll, inject } from 'vitest';
import { describeEngine } from '../engines/describe-engine.ts';
import { startKinesisEndpoint } from '../engines/kinesis-endpoint.ts';
import { describePipeline } from './pipeline-contract.ts';

describeEngine('DynamoDB Local', inject('dynamoDbLocal'), ({ dynamo }) => {
  let emulators: Awaited<ReturnType<typeof startKinesisEndpoint>>;

  beforeAll(async () => {
    emulators = await startKinesisEndpoint();
  });
  afterAll(() => emulators?.stop());

  describePipeline('kinesalite and DynamoDB Local', () => ({ kinesis: emulators.kinesis, dynamo }));
});
