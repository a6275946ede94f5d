import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { functionDefinitions } from '../../infra/function-definitions.ts';
import {
  keyAttributeType,
  type TableDefinition,
  tableDefinitions,
  tableNames,
} from '../../sinks/table-definitions.ts';
import { type ConfigurationName, configurationNames, properties, synthesised } from './synthesised.ts';

test('each table has the keys, indexes and expiry of its definition, recovery and our key', () => {
  const { data, settings } = synthesised('lambda');
  const tables = properties(data, 'AWS::DynamoDB::GlobalTable');
  const names = tableNames(settings.prefix);
  expect(Object.values(tables).map(({ TableName }) => TableName)).toEqual(
    expect.arrayContaining(Object.values(names)),
  );
  for (const [role, definition] of Object.entries<TableDefinition>(tableDefinitions)) {
    const indexes = definition.indexes ?? [];
    const keys = (partitionKey: string, sortKey: string | undefined) => [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' }]),
    ];
    const attributes = [definition, ...indexes].flatMap(({ partitionKey, sortKey }) =>
      sortKey === undefined ? [partitionKey] : [partitionKey, sortKey],
    );
    const table = Object.values(tables).find(
      ({ TableName }) => TableName === names[role as keyof typeof names],
    );
    expect(table, role).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys(definition.partitionKey, definition.sortKey),
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    expect(table?.AttributeDefinitions).toHaveLength(new Set(attributes).size);
    expect(table?.AttributeDefinitions).toEqual(
      expect.arrayContaining(
        attributes.map((name) => ({ AttributeName: name, AttributeType: keyAttributeType(name) })),
      ),
    );
    expect(table?.GlobalSecondaryIndexes ?? []).toEqual(
      indexes.map((index) =>
        expect.objectContaining({
          IndexName: index.name,
          KeySchema: keys(index.partitionKey, index.sortKey),
          Projection: { ProjectionType: index.projection },
        }),
      ),
    );
    const expiry = definition.expiryAttribute;
    expect(table?.TimeToLiveSpecification).toEqual(
      expiry === undefined ? undefined : { AttributeName: expiry, Enabled: true },
    );
    expect(table?.Replicas).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: expect.objectContaining({ PointInTimeRecoveryEnabled: true }),
        SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^DataKey/), 'Arn'] } },
      }),
    ]);
  }
});

test('replicas stand in every region asked for, each with recovery and its own key', () => {
  const { data } = synthesised('replicas');
  for (const table of Object.values(properties(data, 'AWS::DynamoDB::GlobalTable'))) {
    const replicas = table.Replicas as {
      Region: string;
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: boolean };
      SSESpecification: { KMSMasterKeyId: unknown };
    }[];
    expect(replicas.map(({ Region }) => Region).sort()).toEqual(['ap-southeast-2', 'eu-west-1', 'us-east-1']);
    for (const replica of replicas) {
      expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
    }
    expect(new Set(replicas.map(({ SSESpecification }) => JSON.stringify(SSESpecification))).size).toBe(3);
  }
});

test('tables that are there already are used under their own key and not made again', () => {
  const { data, pipeline } = synthesised('foundTables');
  data.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  data.resourceCountIs('AWS::Kinesis::Stream', 1);
  const policies = JSON.stringify(properties(pipeline, 'AWS::IAM::Policy'));
  expect(policies).toContain(':table/tidemark-customers');
  expect(policies).toContain('arn:aws:kms:eu-west-1:111111111111:key/old');
});

test('data outlives the stacks, unless the deployment is a trial', () => {
  for (const [name, policy] of [
    ['lambda', 'Retain'],
    ['awsKey', 'Delete'],
  ] as const) {
    const { data } = synthesised(name);
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::Kinesis::Stream', 'AWS::KMS::Key']) {
      const found = Object.values(data.findResources(type));
      expect(found.length).toBeGreaterThan(0);
      for (const resource of found) expect(resource.DeletionPolicy).toBe(policy);
    }
  }
});

test('the stream is on demand, or has the shards asked for; it keeps records for seven days, encrypted', () => {
  const encrypted = { StreamEncryption: { EncryptionType: 'KMS' }, RetentionPeriodHours: 168 };
  synthesised('lambda').data.hasResourceProperties('AWS::Kinesis::Stream', {
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    ShardCount: Match.absent(),
    ...encrypted,
  });
  synthesised('kcl').data.hasResourceProperties('AWS::Kinesis::Stream', {
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    ShardCount: 4,
    ...encrypted,
  });
});

test('the consumer halves failing batches, tries them so often and no more, and names what it gives up', () => {
  const { pipeline } = synthesised('lambda');
  pipeline.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: Match.objectLike({ 'Fn::ImportValue': Match.stringLikeRegexp('PurchaseStream') }),
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: 1_000,
    ParallelizationFactor: 4,
    BatchSize: 500,
    MaximumBatchingWindowInSeconds: 1,
    StartingPosition: 'TRIM_HORIZON',
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^QueuesFailures'), 'Arn'] } },
    },
  });
  synthesised('replicas').pipeline.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    StartingPosition: 'AT_TIMESTAMP',
    StartingPositionTimestamp: Date.UTC(2026, 0, 1) / 1_000,
  });
});

test('records are handed over for as long as the stream holds them, unless a shorter time is asked for', () => {
  const mapping = (name: ConfigurationName) =>
    Object.values(properties(synthesised(name).pipeline, 'AWS::Lambda::EventSourceMapping'))[0];
  expect(mapping('lambda')).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    MaximumRecordAgeInSeconds: 7 * 86_400,
  });
  expect(mapping('replicas')).toMatchObject({
    StartingPosition: 'AT_TIMESTAMP',
    MaximumRecordAgeInSeconds: 7 * 86_400,
  });
  // Longer than the longest limit of the service: no limit, and said so.
  expect(mapping('second')).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    MaximumRecordAgeInSeconds: -1,
  });
  synthesised('second').data.hasResourceProperties('AWS::Kinesis::Stream', {
    RetentionPeriodHours: 30 * 24,
  });
  expect(mapping('shortAge')).toMatchObject({ MaximumRecordAgeInSeconds: 12 * 3_600 });
});

test('failures wait for an operator: nothing reads their queue by itself', () => {
  for (const name of configurationNames) {
    const mappings = Object.values(properties(synthesised(name).pipeline, 'AWS::Lambda::EventSourceMapping'));
    expect(mappings, name).toHaveLength(name === 'kcl' ? 0 : 1);
    expect(JSON.stringify(mappings.map(({ EventSourceArn }) => EventSourceArn))).not.toContain('Queues');
  }
});

test('two deployments of one account share no name and no metrics', () => {
  const { pipeline } = synthesised('second');
  for (const { FunctionName, Environment } of Object.values(properties(pipeline, 'AWS::Lambda::Function'))) {
    expect(FunctionName).toMatch(/^second-/);
    expect(Environment).toMatchObject({
      Variables: {
        TIDEMARK_STREAM: 'second-purchases',
        TIDEMARK_TABLE_PREFIX: 'second',
        TIDEMARK_JWT_SCOPE_CLAIM: 'permissions',
        TIDEMARK_JWT_SCOPE_PREFIX: 'second/',
        POWERTOOLS_SERVICE_NAME: 'second',
      },
    });
  }
});

test('every function is the newest Node on arm64, with its memory, its log and the settings it reads', () => {
  const { pipeline } = synthesised('lambda');
  const functions = properties(pipeline, 'AWS::Lambda::Function');
  expect(Object.values(functions).map(({ FunctionName }) => FunctionName)).toEqual(
    expect.arrayContaining(Object.keys(functionDefinitions).map((name) => `tidemark-${name}`)),
  );
  expect(Object.keys(functions)).toHaveLength(Object.keys(functionDefinitions).length);
  for (const lambda of Object.values(functions)) {
    const name = String(lambda.FunctionName).replace('tidemark-', '') as keyof typeof functionDefinitions;
    expect(lambda).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: functionDefinitions[name].memoryMb,
      Timeout: functionDefinitions[name].timeoutSeconds,
      LoggingConfig: { LogGroup: expect.anything() },
      Environment: {
        Variables: {
          TIDEMARK_STACK: 'aws',
          TIDEMARK_STREAM: 'tidemark-purchases',
          TIDEMARK_TABLE_PREFIX: 'tidemark',
          TIDEMARK_CURRENCY: 'GBP',
          TIDEMARK_RATES: '',
          TIDEMARK_FAILURE_QUEUE_URL: expect.anything(),
          POWERTOOLS_SERVICE_NAME: 'tidemark',
          POWERTOOLS_METRICS_NAMESPACE: 'Tidemark',
        },
      },
    });
  }
});

test('the clock, the rules and the fit run alone, on schedule', () => {
  const { pipeline } = synthesised('lambda');
  for (const [name, schedule] of [
    ['advance-clock', 'rate(1 minute)'],
    ['fire-rules', 'rate(1 minute)'],
    ['fit-models', 'cron(17 3 * * ? *)'],
  ]) {
    pipeline.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: `tidemark-${name}`,
      ReservedConcurrentExecutions: 1,
    });
    pipeline.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: schedule, State: 'ENABLED' });
  }
});

test('a fit that failed to its last try goes to the dead letters; a minute of the clock that gave way does not', () => {
  const { pipeline } = synthesised('lambda');
  const asynchronous = Object.values(properties(pipeline, 'AWS::Lambda::EventInvokeConfig'));
  const of = (id: RegExp) =>
    asynchronous.find(({ FunctionName }) => id.test((FunctionName as { Ref: string }).Ref));
  expect(asynchronous).toHaveLength(3);
  expect(of(/^FitModels/)).toMatchObject({
    MaximumRetryAttempts: 1,
    MaximumEventAgeInSeconds: 6 * 3_600,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^QueuesDeadLetters/), 'Arn'] } },
    },
  });
  for (const minutely of [/^AdvanceClock/, /^FireRules/]) {
    expect(of(minutely)).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 120 });
    expect(of(minutely)).not.toHaveProperty('DestinationConfig');
  }
});

test('every route but those without data asks for a token of the issuer, and calls are limited and logged', () => {
  const { pipeline } = synthesised('lambda');
  const routes = Object.values(properties(pipeline, 'AWS::ApiGatewayV2::Route'));
  const withoutData = [
    'GET /',
    'GET /board',
    'GET /board/{proxy+}',
    'GET /docs',
    'GET /health',
    'GET /openapi.json',
    'GET /problems/{kind}',
  ].flatMap((route) => [route, route.replace('GET', 'HEAD')]);
  expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(['ANY /{proxy+}', ...withoutData].sort());
  for (const { RouteKey, AuthorizationType, AuthorizerId } of routes) {
    const open = withoutData.includes(String(RouteKey));
    expect(AuthorizationType).toBe(open ? 'NONE' : 'JWT');
    expect(AuthorizerId !== undefined).toBe(!open);
  }
  pipeline.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'JWT',
    JwtConfiguration: { Issuer: 'https://id.example.com/', Audience: ['tidemark'] },
  });
  pipeline.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    AccessLogSettings: { DestinationArn: Match.anyValue(), Format: Match.stringLikeRegexp('routeKey') },
  });
});
