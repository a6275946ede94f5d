import { DescribeTableCommand, type KeySchemaElement, type TableDescription } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { DependencyError } from '../../../operators/errors.ts';
import type { AwsClients } from '../../../sinks/aws-clients.ts';
import { callAws } from '../../../sinks/aws-errors.ts';
import {
  type TableDefinition,
  type TableRole,
  tableDefinitions,
  tableNames,
} from '../../../sinks/table-definitions.ts';
import type { Settings } from '../../settings.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** The SDK asks the machine's own metadata service last, which may not answer at all. */
const credentialsTimeoutMs = 10_000;

/** Region and credentials as the SDK finds them; none of them is printed but the region. */
export async function checkAwsAccess({ kinesis }: AwsClients): Promise<readonly Check[]> {
  const checks: Check[] = [];
  try {
    checks.push(ok('region', await kinesis.config.region()));
  } catch {
    checks.push(fail('region', 'no region is set', 'set AWS_REGION, or a profile with AWS_PROFILE'));
  }
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the search took too long')), credentialsTimeoutMs);
    });
    const { expiration } = await Promise.race([kinesis.config.credentials(), timeout]);
    const until = expiration === undefined ? '' : `, valid until ${expiration.toISOString()}`;
    checks.push(ok('credentials', `found${until}`));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    checks.push(
      fail('credentials', `none found (${why})`, 'set AWS_PROFILE, or sign in, or give the machine a role'),
    );
  } finally {
    clearTimeout(timer);
  }
  return checks;
}

/** Whether the stream is there and active. */
export async function checkStream({ kinesis }: AwsClients, settings: Settings): Promise<Check> {
  const { stream } = settings;
  const answer = await present(() =>
    callAws('DescribeStreamSummary', { stream }, () =>
      kinesis.send(new DescribeStreamSummaryCommand({ StreamName: stream })),
    ),
  );
  const found = answer?.StreamDescriptionSummary;
  if (found === undefined) return absent('stream', stream, settings);
  const { StreamStatus: status, OpenShardCount: shards, RetentionPeriodHours: hours } = found;
  const message = `${stream} is ${status}, ${shards} open shards, keeps records for ${hours} hours`;
  if (status === 'ACTIVE' || status === 'UPDATING') return ok('stream', message);
  return warn('stream', message, 'wait until it is active');
}

/** Whether every table is there with its keys and indexes: one finding if all are, else one for each that is not. */
export async function checkTables({ dynamo }: AwsClients, settings: Settings): Promise<readonly Check[]> {
  const names = tableNames(settings.tablePrefix);
  const roles = Object.keys(tableDefinitions) as TableRole[];
  const found = await Promise.all(
    roles.map(async (role): Promise<Check | undefined> => {
      const table = names[role];
      const answer = await present(() =>
        callAws('DescribeTable', { table }, () =>
          dynamo.send(new DescribeTableCommand({ TableName: table })),
        ),
      );
      if (answer?.Table === undefined) return absent('tables', table, settings);
      return tableProblem(table, tableDefinitions[role], answer.Table);
    }),
  );
  const problems = found.filter((check) => check !== undefined);
  if (problems.length > 0) return problems;
  return [ok('tables', `${roles.length} of ${roles.length} are there, with their keys and indexes`)];
}

/** What is wrong with a table that exists; undefined when nothing is. */
export function tableProblem(
  table: string,
  definition: TableDefinition,
  found: TableDescription,
): Check | undefined {
  const remedy = 'choose another prefix with --table-prefix, or deploy the tables anew';
  const keys = [definition.partitionKey, definition.sortKey].filter((key) => key !== undefined);
  if (!hasKeys(found.KeySchema, keys)) {
    return fail('tables', `${table} has other keys than ${keys.join(', ')}`, remedy);
  }
  for (const index of definition.indexes ?? []) {
    const there = found.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.name);
    if (!hasKeys(there?.KeySchema, [index.partitionKey, index.sortKey])) {
      return fail('tables', `${table} lacks the index ${index.name}, or it has other keys`, remedy);
    }
    if (there?.IndexStatus !== undefined && there.IndexStatus !== 'ACTIVE') {
      return warn(
        'tables',
        `index ${index.name} of ${table} is ${there.IndexStatus}`,
        'wait until it is active',
      );
    }
  }
  const status = found.TableStatus;
  if (status === 'ACTIVE' || status === 'UPDATING') return undefined;
  return warn('tables', `${table} is ${status}`, 'wait until it is active');
}

function hasKeys(schema: readonly KeySchemaElement[] | undefined, names: readonly string[]): boolean {
  const nameOf = (type: 'HASH' | 'RANGE') => schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return nameOf('HASH') === names[0] && nameOf('RANGE') === names[1];
}

function absent(name: string, what: string, { stack, stream, tablePrefix }: Settings): Check {
  if (stack === 'embedded') return warn(name, `${what} does not exist`, 'tidemark start makes it');
  const remedy = `deploy it, or name another with --stream (now ${stream}) and --table-prefix (now ${tablePrefix})`;
  return fail(name, `${what} does not exist`, remedy);
}

async function present<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DependencyError && error.code === 'not-provisioned') return undefined;
    throw error;
  }
}
