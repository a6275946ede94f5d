import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { configurationNames, properties, synthesised } from './synthesised.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

const policyTypes = {
  'AWS::IAM::Policy': 'PolicyDocument',
  'AWS::IAM::ManagedPolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
} as const;

function statements(template: Template, types: readonly (keyof typeof policyTypes)[]): Statement[] {
  return types.flatMap((type) =>
    Object.values(properties(template, type)).flatMap(
      (resource) => (resource[policyTypes[type]] as { Statement: Statement[] }).Statement,
    ),
  );
}

const templates = configurationNames.flatMap((name) => {
  const { data, pipeline } = synthesised(name);
  return [
    { name: `${name}, data`, template: data },
    { name: `${name}, pipeline`, template: pipeline },
  ];
});

const actions = ({ Action }: Statement) => [Action].flat();

test.each(templates)('$name: nothing is allowed by a wildcard action', ({ template }) => {
  const allowed = statements(template, Object.keys(policyTypes) as never).filter(
    ({ Effect }) => Effect === 'Allow',
  );
  expect(allowed.length).toBeGreaterThan(0);
  expect(allowed.flatMap(actions).filter((action) => action.includes('*'))).toEqual([]);
});

test.each(templates)('$name: a role names its resources, where AWS has names for them', ({ template }) => {
  const unnamed = statements(template, ['AWS::IAM::Policy']).filter(
    ({ Resource }) => JSON.stringify(Resource) === '"*"',
  );
  for (const action of unnamed.flatMap(actions)) {
    expect(['ecr:GetAuthorizationToken', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords']).toContain(
      action,
    );
  }
});

test.each(templates)(
  '$name: no role gets a ready-made policy, and none is shared by two functions',
  ({ template }) => {
    const roles = Object.values(properties(template, 'AWS::IAM::Role'));
    for (const role of roles) expect(role.ManagedPolicyArns).toBeUndefined();
    const used = Object.values(properties(template, 'AWS::Lambda::Function')).map(({ Role }) =>
      JSON.stringify(Role),
    );
    expect(new Set(used).size).toBe(used.length);
  },
);

test('a role that reads the models only can’t write them, and only the redrive takes from the failure queue', () => {
  const { pipeline } = synthesised('lambda');
  const byRole = Object.entries(properties(pipeline, 'AWS::IAM::Policy')).map(([id, { PolicyDocument }]) => ({
    id,
    actions: (PolicyDocument as { Statement: Statement[] }).Statement.flatMap(actions),
  }));
  const holders = (action: string) =>
    byRole.filter(({ actions: held }) => held.includes(action)).map(({ id }) => id.split('Role')[0]);
  expect(holders('sqs:ReceiveMessage')).toEqual(['RedriveFailures']);
  expect(holders('dynamodb:UpdateItem').sort()).toEqual(['ReplayQuarantine', 'ServeApi']);
  expect(holders('kinesis:PutRecords').sort()).toEqual(['RedriveFailures', 'ReplayQuarantine', 'ServeApi']);
  expect(holders('dynamodb:DeleteItem')).toEqual(['ServeApi']);
});

test.each(templates)('$name: whatever stores something is encrypted', ({ template }) => {
  for (const key of Object.values(properties(template, 'AWS::KMS::Key'))) {
    expect(key.EnableKeyRotation).toBe(true);
  }
  const keyed = {
    'AWS::SQS::Queue': 'KmsMasterKeyId',
    'AWS::SNS::Topic': 'KmsMasterKeyId',
    'AWS::Logs::LogGroup': 'KmsKeyId',
    'AWS::Kinesis::Stream': 'StreamEncryption',
    'AWS::DynamoDB::GlobalTable': 'SSESpecification',
  };
  for (const [type, attribute] of Object.entries(keyed)) {
    for (const [id, resource] of Object.entries(properties(template, type))) {
      expect(resource[attribute], id).toBeDefined();
    }
  }
});

test('alerts go to the topics and buses that the deployment names, and to no others', () => {
  const alerting = (name: 'lambda' | 'replicas') =>
    Object.entries(properties(synthesised(name).pipeline, 'AWS::IAM::Policy')).flatMap(
      ([id, { PolicyDocument }]) =>
        (PolicyDocument as { Statement: Statement[] }).Statement.filter((statement) =>
          actions(statement).some((action) => /^(sns|events):/.test(action)),
        ).map(({ Action, Resource }) => [id.split('Role')[0], Action, Resource]),
    );
  expect(alerting('lambda')).toEqual([]);
  expect(alerting('replicas')).toEqual([
    ['FireRules', 'sns:Publish', 'arn:aws:sns:eu-west-1:111111111111:alerts'],
    ['FireRules', 'events:PutEvents', 'arn:aws:events:eu-west-1:111111111111:event-bus/alerts'],
  ]);
});

test('queues and the topic refuse what does not come by TLS', () => {
  const { pipeline } = synthesised('lambda');
  for (const type of ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'] as const) {
    const policies = Object.values(properties(pipeline, type));
    expect(policies.length).toBeGreaterThan(0);
    for (const { PolicyDocument } of policies) {
      expect(PolicyDocument).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      });
    }
  }
});
