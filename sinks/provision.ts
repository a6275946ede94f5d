import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
} from '@aws-sdk/client-kinesis';
import { ConfigurationError, DependencyError } from '../operators/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { callAws } from './aws-errors.ts';
import {
  keyAttributeType,
  type TableDefinition,
  type TableNames,
  type TableRole,
  tableDefinitions,
} from './table-definitions.ts';

export interface ProvisionOptions {
  readonly streamName: string;
  /** Shards of a stream that is created, 1... A stream that is there keeps its own. */
  readonly shardCount: number;
  readonly tableNames: TableNames;
  /** How long a stream that is created keeps its records, hours, 24..8760. Default: the service's 24. */
  readonly retentionHours?: number;
  /** Told in one sentence about each thing that is created or found. */
  readonly onProgress?: (message: string) => void;
  /** How long to wait for everything to become active, milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

type Clients = Pick<AwsClients, 'kinesis' | 'dynamo'>;

/**
 * Creates the stream and all tables that are absent and returns once all are active; safe to repeat.
 * Tables are billed on demand and get all their indexes at once. Expiry (TTL) is the deployment's to switch on.
 * @throws ConfigurationError when a table of that name has other keys or lacks an index.
 * @throws DependencyError when something is not active within `timeoutMs`.
 */
export async function provision(clients: Clients, options: ProvisionOptions): Promise<void> {
  const deadlineMs = Date.now() + (options.timeoutMs ?? 120_000);
  const roles = Object.keys(tableDefinitions) as TableRole[];
  await Promise.all([
    provisionStream(clients, options, deadlineMs),
    ...roles.map((role) =>
      provisionTable(clients, tableDefinitions[role], options.tableNames[role], options, deadlineMs),
    ),
  ]);
}

async function provisionStream(
  { kinesis }: Clients,
  options: ProvisionOptions,
  deadlineMs: number,
): Promise<void> {
  const { streamName, shardCount } = options;
  const describe = async () => {
    const answer = await absentAs(undefined, () =>
      callAws('DescribeStreamSummary', { streamName }, () =>
        kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName })),
      ),
    );
    return answer?.StreamDescriptionSummary;
  };
  const found = await describe();
  if (found === undefined) {
    await presentAsDone(() =>
      callAws('CreateStream', { streamName }, () =>
        kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: shardCount })),
      ),
    );
    options.onProgress?.(`stream ${streamName} created with ${shardCount} shards`);
  } else if (found.OpenShardCount !== shardCount) {
    options.onProgress?.(`stream ${streamName} is there and keeps its ${found.OpenShardCount} shards`);
  }
  await waitUntil(`stream ${streamName}`, deadlineMs, async () => {
    const status = (await describe())?.StreamStatus;
    return status === 'ACTIVE' || status === 'UPDATING';
  });
  const { retentionHours } = options;
  if (found !== undefined || retentionHours === undefined || retentionHours <= 24) return;
  await callAws('IncreaseStreamRetentionPeriod', { streamName }, () =>
    kinesis.send(
      new IncreaseStreamRetentionPeriodCommand({
        StreamName: streamName,
        RetentionPeriodHours: retentionHours,
      }),
    ),
  );
}

async function provisionTable(
  { dynamo }: Clients,
  definition: TableDefinition,
  table: string,
  options: ProvisionOptions,
  deadlineMs: number,
): Promise<void> {
  const describe = async () => {
    const answer = await absentAs(undefined, () =>
      callAws('DescribeTable', { table }, () => dynamo.send(new DescribeTableCommand({ TableName: table }))),
    );
    return answer?.Table;
  };
  const found = await describe();
  if (found === undefined) {
    await presentAsDone(() =>
      callAws('CreateTable', { table }, () =>
        dynamo.send(new CreateTableCommand(createTableInput(definition, table))),
      ),
    );
    options.onProgress?.(`table ${table} created`);
  } else {
    checkSame(definition, table, found);
  }
  await waitUntil(`table ${table}`, deadlineMs, async () => {
    const status = (await describe())?.TableStatus;
    return status === 'ACTIVE' || status === 'UPDATING';
  });
}

function createTableInput(definition: TableDefinition, table: string) {
  const indexes = definition.indexes ?? [];
  const keys = new Set([
    ...keyNames(definition),
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]);
  const attributes: AttributeDefinition[] = [...keys].map((name) => ({
    AttributeName: name,
    AttributeType: keyAttributeType(name),
  }));
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: attributes,
    KeySchema: keySchema(keyNames(definition)),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema([index.partitionKey, index.sortKey]),
            Projection: { ProjectionType: index.projection },
          })),
        }),
  };
}

function keyNames(definition: TableDefinition): string[] {
  return definition.sortKey === undefined
    ? [definition.partitionKey]
    : [definition.partitionKey, definition.sortKey];
}

function keySchema(names: readonly string[]): KeySchemaElement[] {
  return names.map((name, position) => ({
    AttributeName: name,
    KeyType: position === 0 ? 'HASH' : 'RANGE',
  }));
}

function checkSame(definition: TableDefinition, table: string, found: TableDescription): void {
  const problems: string[] = [];
  const same = (schema: KeySchemaElement[] | undefined, names: readonly string[]) =>
    schema?.map((key) => key.AttributeName).join() === names.join();
  if (!same(found.KeySchema, keyNames(definition))) {
    problems.push(
      `Table ${table} exists with other keys than ${keyNames(definition).join(', ')}: choose another prefix.`,
    );
  }
  for (const index of definition.indexes ?? []) {
    const there = found.GlobalSecondaryIndexes?.find((candidate) => candidate.IndexName === index.name);
    if (!same(there?.KeySchema, [index.partitionKey, index.sortKey])) {
      problems.push(`Table ${table} exists without the index ${index.name}: choose another prefix.`);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems, { context: { table } });
}

async function absentAs<T>(value: undefined, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DependencyError && error.code === 'not-provisioned') return value;
    throw error;
  }
}

/** Two processes may provision at once: whoever comes second finds it there. */
async function presentAsDone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    const raced = error instanceof DependencyError && error.context.awsError === 'ResourceInUseException';
    if (!raced) throw error;
  }
}

async function waitUntil(what: string, deadlineMs: number, check: () => Promise<boolean>): Promise<void> {
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    if (await check()) return;
    if (Date.now() + waitMs > deadlineMs) {
      throw new DependencyError(
        'provision-timeout',
        `${what} is still not active; look at its status in AWS.`,
        {
          retryable: true,
          context: { what },
        },
      );
    }
    await sleep(waitMs);
  }
}
