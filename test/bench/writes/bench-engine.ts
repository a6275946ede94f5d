import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { provision } from '../../../sinks/provision.ts';
import { type TableNames, tableNames } from '../../../sinks/table-definitions.ts';
import { startDynamoDbLocal } from '../../engines/dynamodb-local.ts';

export interface BenchEngine {
  /** What the figures were measured on. */
  readonly name: string;
  readonly dynamo: DynamoDBDocumentClient;
  /** The same without BatchExecuteStatement: single writes, for which DynamoDB Local tells the units it charges. */
  readonly singleWrites: DynamoDBDocumentClient;
  /** Fresh tables. */
  tables(): Promise<TableNames>;
  stop(): Promise<void>;
}

/** DynamoDB Local where it is installed and Java answers, else dynalite. */
export async function startBenchEngine(): Promise<BenchEngine> {
  const data = await mkdtemp(join(tmpdir(), 'tidemark-bench-writes-'));
  const emulators = await startEmulators({ dataDirectory: data });
  const local = await startDynamoDbLocal();
  const clients = createAwsClients({
    endpoints: {
      kinesis: emulators.kinesisEndpoint,
      dynamo: local.kind === 'running' ? local.endpoints.dynamo : emulators.dynamoEndpoint,
    },
  });
  let opened = 0;
  return {
    name: local.kind === 'running' ? 'DynamoDB Local' : `dynalite (no DynamoDB Local: ${local.reason})`,
    dynamo: clients.dynamo,
    singleWrites: withoutStatements(clients.dynamo),
    async tables() {
      opened += 1;
      const names = tableNames(`bench-${opened}`);
      await provision(clients, { streamName: 'bench', shardCount: 1, tableNames: names });
      return names;
    },
    async stop() {
      clients.close();
      if (local.kind === 'running') await local.stop();
      await emulators.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

function withoutStatements(dynamo: DynamoDBDocumentClient): DynamoDBDocumentClient {
  const send = (command: { constructor: { name: string } }, ...rest: never[]) =>
    command.constructor.name === 'BatchExecuteStatementCommand'
      ? Promise.reject(Object.assign(new Error('not in this run'), { name: 'UnknownOperationException' }))
      : dynamo.send(command as never, ...rest);
  return Object.create(dynamo, { send: { value: send } }) as DynamoDBDocumentClient;
}
