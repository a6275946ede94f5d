import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { type TableDefinition, type TableRole, tableDefinitions } from '../sinks/table-definitions.ts';
import type { DataStack } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { FunctionDefinition } from './function-definitions.ts';

type Access = Pick<FunctionDefinition, 'tables' | 'stream'>;

/** One statement a table; a table's indexes are named too where a Query is allowed. */
export function tableStatements({ tables }: Access, data: DataStack): PolicyStatement[] {
  return (Object.keys(tables) as TableRole[]).map((role) => {
    const actions = tables[role] ?? [];
    const { tableArn } = data.tables[role];
    const indexes = (tableDefinitions[role] as TableDefinition).indexes ?? [];
    return new PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [
        tableArn,
        ...(actions.includes('Query') ? indexes.map(({ name }) => `${tableArn}/index/${name}`) : []),
      ],
    });
  });
}

export function streamStatements(actions: Access['stream'], streamArn: string): PolicyStatement[] {
  if (actions.length === 0) return [];
  return [
    new PolicyStatement({
      actions: actions.map((action) => `kinesis:${action}`),
      resources: [streamArn],
    }),
  ];
}

/** Use of the data key, through the two services only: the key opens nothing that was copied elsewhere. */
export function keyStatements(
  { tables, stream }: Access,
  { data, settings }: { readonly data: DataStack; readonly settings: DeploymentSettings },
): PolicyStatement[] {
  const { region, urlSuffix } = Stack.of(data);
  const statement = (service: string, actions: string[], keyArn = data.key.keyArn) =>
    new PolicyStatement({
      actions,
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } },
    });
  const statements: PolicyStatement[] = [];
  if (settings.tableKey === 'customer' && Object.keys(tables).length > 0) {
    statements.push(
      statement(
        'dynamodb',
        [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        data.tableKeyArn,
      ),
    );
  }
  if (stream.includes('GetRecords')) statements.push(statement('kinesis', ['kms:Decrypt']));
  if (stream.includes('PutRecords')) statements.push(statement('kinesis', ['kms:GenerateDataKey']));
  return statements;
}

/** Use of a queue, and of its key as far as those actions need it. */
export function queueStatement(
  actions: FunctionDefinition['failureQueue'],
  queue: Queue,
  key: Key,
): PolicyStatement[] {
  const sends = actions.includes('SendMessage');
  return [
    new PolicyStatement({
      actions: actions.map((action) => `sqs:${action}`),
      resources: [queue.queueArn],
    }),
    new PolicyStatement({
      actions: sends ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'],
      resources: [key.keyArn],
    }),
  ];
}

/** Publishing to the topics and buses that rules may deliver to; without any there is no statement. */
export function alertStatements({ alertTopicArns, alertBusArns }: DeploymentSettings): PolicyStatement[] {
  const statement = (action: string, resources: readonly string[]) =>
    resources.length === 0 ? [] : [new PolicyStatement({ actions: [action], resources: [...resources] })];
  return [...statement('sns:Publish', alertTopicArns), ...statement('events:PutEvents', alertBusArns)];
}
