import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { projectRoot, writeBundle } from '../../infra/bundle-entry.ts';
import { properties, synthesised } from './synthesised.ts';

const { pipeline } = synthesised('kcl');

test('with the KCL host there are workers instead of the consumer, its failure queue and its redrive', () => {
  const names = Object.values(properties(pipeline, 'AWS::Lambda::Function')).map(
    ({ FunctionName }) => FunctionName,
  );
  expect(names.sort()).toEqual(
    ['advance-clock', 'fire-rules', 'fit-models', 'replay-quarantine', 'serve-api'].map(
      (name) => `tidemark-${name}`,
    ),
  );
  pipeline.resourceCountIs('AWS::Lambda::EventSourceMapping', 0);
  pipeline.resourceCountIs('AWS::SQS::Queue', 1);
  synthesised('lambda').pipeline.resourceCountIs('AWS::ECS::Service', 0);
});

test('the workers run on arm64 without a public address, under the settings of every host', () => {
  pipeline.hasResourceProperties('AWS::ECS::Service', {
    DesiredCount: 3,
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
  });
  const [task] = Object.values(properties(pipeline, 'AWS::ECS::TaskDefinition'));
  expect(task).toMatchObject({ RuntimePlatform: { CpuArchitecture: 'ARM64' } });
  const [container] = (task?.ContainerDefinitions ?? []) as {
    Image: unknown;
    Environment: { Name: string; Value: unknown }[];
  }[];
  expect(JSON.stringify(container?.Image)).toContain('/tidemark-kcl:1.0.0');
  expect(container?.Environment).toEqual(
    expect.arrayContaining([
      { Name: 'TIDEMARK_STACK', Value: 'aws' },
      { Name: 'TIDEMARK_KCL_APPLICATION', Value: 'tidemark-kcl' },
      { Name: 'TIDEMARK_KCL_START', Value: 'TRIM_HORIZON' },
    ]),
  );
});

test('the network has no way to the internet, and an endpoint for each service the workers use', () => {
  for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway']) pipeline.resourceCountIs(type, 0);
  const services = Object.values(properties(pipeline, 'AWS::EC2::VPCEndpoint')).map(({ ServiceName }) =>
    JSON.stringify(ServiceName).replace(/.*\.([a-z0-9.-]+)"[\]}]*$/, '$1'),
  );
  expect(services.sort()).toEqual(['dkr', 'dynamodb', 'kinesis-streams', 'logs', 's3', ...['api']].sort());
  pipeline.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL' });
});

test('the workers may make the tables of their own application and no others', () => {
  const policies = Object.values(properties(pipeline, 'AWS::IAM::Policy')).flatMap(
    ({ PolicyDocument }) =>
      (PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
  );
  const creating = policies.filter(({ Action }) => [Action].flat().includes('dynamodb:CreateTable'));
  expect(creating).toHaveLength(1);
  expect(
    JSON.stringify(creating[0]?.Resource)
      .match(/table\/[\w-]+/g)
      ?.sort(),
  ).toEqual([
    'table/tidemark-kcl',
    'table/tidemark-kcl-CoordinatorState',
    'table/tidemark-kcl-WorkerMetricStats',
  ]);
});

test('an alarm tells when workers are missing', () => {
  pipeline.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'tidemark-workers-missing',
    Threshold: 3,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
    Metrics: Match.absent(),
  });
});

test('the image is made of what the tests run: the bundled launcher, its processor, and the jars where it looks', () => {
  const dockerfile = readFileSync(join(projectRoot, 'infra/kcl/Dockerfile'), 'utf8');
  expect(dockerfile).toContain('infra/kcl/bundle-worker.ts /worker');
  expect(dockerfile).toContain('COPY --from=worker /worker /opt/kcl\n');
  expect(dockerfile).toContain('"/opt/kcl/daemon/index.mjs"');
  expect(dockerfile).toContain('COPY pipeline/hosts/kcl/pom.xml');
  expect(dockerfile).toContain('COPY --from=jars /jars /opt/kcl/jars');
});

test('the bundled launcher finds its processor, and says what is missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-kcl-'));
  try {
    for (const [name, entry] of [
      ['daemon', 'pipeline/hosts/kcl/launch.ts'],
      ['processor', 'pipeline/hosts/kcl/main.ts'],
    ] as const) {
      mkdirSync(join(folder, name));
      writeBundle(entry, join(folder, name));
    }
    const run = spawnSync(process.execPath, [join(folder, 'daemon', 'index.mjs')], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, AWS_REGION: 'eu-west-1', TIDEMARK_KCL_JARS: join(folder, 'jars') },
    });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(join(folder, 'jars'));
    expect(run.stderr).not.toContain('processor');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
