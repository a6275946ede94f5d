import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What the account's administrators may do, by their own IAM policies; listed one by one, so that nothing is `kms:*`. */
const administration = [
  'CreateAlias',
  'UpdateAlias',
  'DeleteAlias',
  'DescribeKey',
  'GetKeyPolicy',
  'PutKeyPolicy',
  'ListKeyPolicies',
  'UpdateKeyDescription',
  'EnableKey',
  'DisableKey',
  'EnableKeyRotation',
  'DisableKeyRotation',
  'GetKeyRotationStatus',
  'RotateKeyOnDemand',
  'ListKeyRotations',
  'ScheduleKeyDeletion',
  'CancelKeyDeletion',
  'TagResource',
  'UntagResource',
  'ListResourceTags',
  'CreateGrant',
  'ListGrants',
  'RevokeGrant',
];

/** What the functions' roles and the services on their behalf do with it, as far as the role's policy allows. */
const use = [
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
];

export interface EncryptionKeyProps {
  /** Alias without `alias/`. */
  readonly name: string;
  readonly description: string;
  /** True keeps the key when the stack is deleted: without it nothing encrypted with it can be read. */
  readonly retain: boolean;
}

/** A symmetric key that is rotated every year and used only through the roles of this account. */
export function encryptionKey(scope: Construct, id: string, props: EncryptionKeyProps): Key {
  return new Key(scope, id, {
    alias: props.name,
    description: props.description,
    enableKeyRotation: true,
    removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'AccountByItsOwnPolicies',
          principals: [new AccountRootPrincipal()],
          actions: [...administration, ...use].map((action) => `kms:${action}`),
          // In a key's policy the star means this key.
          resources: ['*'],
        }),
      ],
    }),
  });
}

/** Lets CloudWatch Logs use the key, for log groups of this account and region whose names begin with `prefix`. */
export function letLogsUse(key: Key, ...prefixes: string[]): void {
  const stack = Stack.of(key);
  const arns = prefixes.map(
    (prefix) => `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:${prefix}*`,
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogGroups',
      principals: [new ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`)],
      actions: [...use, 'DescribeKey'].map((action) => `kms:${action}`),
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arns } },
    }),
  );
}

/** Lets alarms publish to a topic that is encrypted with the key. */
export function letAlarmsUse(key: Key): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsToTopic',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(key).account } },
    }),
  );
}
