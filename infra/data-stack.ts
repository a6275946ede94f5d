import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  type GlobalSecondaryIndexPropsV2,
  type ITableV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import {
  keyAttributeType,
  type TableDefinition,
  type TableRole,
  tableDefinitions,
  tableNames,
} from '../sinks/table-definitions.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { encryptionKey } from './encryption-key.ts';

/** Everything that holds data: the stream, the tables and their key. Deployed first, changed rarely, never deleted. */
export class DataStack extends Stack {
  readonly key: Key;
  readonly stream: Stream;
  readonly tables: Readonly<Record<TableRole, ITableV2>>;
  /** The key the tables are encrypted with, where that is not DynamoDB's own. */
  readonly tableKeyArn: string;

  constructor(scope: Construct, id: string, settings: DeploymentSettings, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: settings.retainData });
    this.key = encryptionKey(this, 'DataKey', {
      name: `${settings.prefix}-data`,
      description: 'Encrypts the purchase stream and the tables of Tidemark.',
      retain: settings.retainData,
    });
    this.stream = purchaseStream(this, this.key, settings);
    const names = tableNames(settings.prefix);
    const roles = Object.keys(tableDefinitions) as TableRole[];
    this.tables = Object.fromEntries(
      roles.map((role) => [
        role,
        settings.ownTables
          ? table(this, role, names[role], this.key, settings)
          : TableV2.fromTableName(this, constructId(role), names[role]),
      ]),
    ) as Record<TableRole, ITableV2>;
    this.tableKeyArn = settings.tableKeyArn ?? this.key.keyArn;
  }
}

/** Physical name of the stream. */
export function streamName(settings: DeploymentSettings): string {
  return `${settings.prefix}-purchases`;
}

function purchaseStream(scope: Construct, key: Key, settings: DeploymentSettings): Stream {
  const stream = new Stream(scope, 'PurchaseStream', {
    streamName: streamName(settings),
    ...(settings.shards === 0
      ? { streamMode: StreamMode.ON_DEMAND }
      : { streamMode: StreamMode.PROVISIONED, shardCount: settings.shards }),
    retentionPeriod: Duration.days(settings.streamRetentionDays),
    encryption: StreamEncryption.KMS,
    encryptionKey: key,
    removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(stream).acknowledge({
    id: 'AwsSolutions-KDS3',
    reason: 'A key of our own, rotated each year, whose use is limited to the roles of this deployment.',
  });
  return stream;
}

function table(
  scope: Construct,
  role: TableRole,
  tableName: string,
  key: Key,
  settings: DeploymentSettings,
): TableV2 {
  const definition: TableDefinition = tableDefinitions[role];
  const recovery = { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } };
  const created = new TableV2(scope, constructId(role), {
    tableName,
    partitionKey: attribute(definition.partitionKey),
    ...(definition.sortKey === undefined ? {} : { sortKey: attribute(definition.sortKey) }),
    globalSecondaryIndexes: (definition.indexes ?? []).map(
      (index): GlobalSecondaryIndexPropsV2 => ({
        indexName: index.name,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        projectionType: ProjectionType[index.projection],
      }),
    ),
    ...(definition.expiryAttribute === undefined ? {} : { timeToLiveAttribute: definition.expiryAttribute }),
    billing: Billing.onDemand(),
    encryption:
      settings.tableKey === 'aws' || settings.region === undefined
        ? TableEncryptionV2.awsManagedKey()
        : TableEncryptionV2.customerManagedKey(key, settings.replicaKeyArns),
    ...recovery,
    deletionProtection: settings.retainData,
    removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    replicas: settings.replicaRegions.map((region) => ({ region, ...recovery })),
  });
  if (settings.tableKey === 'customer' && settings.region === undefined) {
    // The construct takes a key of ours only where it knows the region; the service does not mind.
    const resource = created.node.defaultChild as CfnGlobalTable;
    resource.addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', key.keyArn);
  }
  return created;
}

function constructId(role: TableRole): string {
  return `${role[0]?.toUpperCase()}${role.slice(1)}Table`;
}

function attribute(name: string) {
  return { name, type: keyAttributeType(name) === 'N' ? AttributeType.NUMBER : AttributeType.STRING };
}
