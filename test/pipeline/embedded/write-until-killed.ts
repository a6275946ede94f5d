/** Child process: writes to both emulators for ever and prints what was acknowledged, one line each. */

import { writeSync } from 'node:fs';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { provision } from '../../../sinks/provision.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';

const emulators = await startEmulators({ dataDirectory: process.argv[2] as string });
const { kinesis, dynamo } = createAwsClients({
  endpoints: { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint },
});
const names = tableNames('t');
await provision({ kinesis, dynamo }, { streamName: 'events', shardCount: 1, tableNames: names });
for (let index = 0; ; index += 1) {
  const name = `write-${index}`;
  await Promise.all([
    kinesis.send(new PutRecordCommand({ StreamName: 'events', PartitionKey: name, Data: Buffer.from(name) })),
    dynamo.send(new PutCommand({ TableName: names.checkpoints, Item: { kind: 'test', name } })),
  ]);
  writeSync(1, `${name}\n`);
}
