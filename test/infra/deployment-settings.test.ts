import { expect, test } from 'vitest';
import { ContextError, readDeploymentSettings } from '../../infra/deployment-settings.ts';

const needed = { jwtIssuer: 'https://id.example.com/', jwtAudience: 'tidemark' };

function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    readDeploymentSettings(context);
  } catch (error) {
    if (error instanceof ContextError) return error.problems;
    throw error;
  }
  return [];
}

test('only the token issuer and the audience have no default', () => {
  expect(readDeploymentSettings(needed)).toMatchObject({
    prefix: 'tidemark',
    host: 'lambda',
    shards: 0,
    streamRetentionDays: 7,
    retainData: true,
    jwtAudience: ['tidemark'],
    replicaRegions: [],
  });
  expect(problemsOf({})).toEqual([
    expect.stringMatching(/^jwtIssuer: must be an https URL; nothing/),
    expect.stringMatching(/^jwtAudience: /),
  ]);
});

test('text from the command line gives the same settings as typed values', () => {
  const text = {
    ...needed,
    shards: '4',
    retainData: 'false',
    region: 'eu-west-1',
    replicaRegions: 'us-east-1, us-west-2',
    replicaKeyArns: 'us-east-1=arn:aws:kms:us-east-1:1:key/a,us-west-2=arn:aws:kms:us-west-2:1:key/b',
    jwtAudience: 'web,app',
  };
  const typed = {
    ...needed,
    shards: 4,
    retainData: false,
    region: 'eu-west-1',
    replicaRegions: ['us-east-1', 'us-west-2'],
    replicaKeyArns: {
      'us-east-1': 'arn:aws:kms:us-east-1:1:key/a',
      'us-west-2': 'arn:aws:kms:us-west-2:1:key/b',
    },
    jwtAudience: ['web', 'app'],
  };
  expect(readDeploymentSettings(text)).toEqual(readDeploymentSettings(typed));
});

test('every problem is named at once: unknown keys, bad values and what does not go together', () => {
  const problems = problemsOf({
    ...needed,
    shard: 4,
    host: 'kcl',
    parallelizationFactor: 11,
    redriveAutomatically: 'yes',
    logRetentionDays: 2,
    startingPosition: 'yesterday',
    replicaRegions: 'us-east-1,us-east-1',
    currency: 'pounds',
    rates: 'EUR',
  });
  const named = problems.map((problem) => problem.split(/[ :.]/)[0]);
  expect(new Set(named)).toEqual(
    new Set([
      'shard',
      'parallelizationFactor',
      'redriveAutomatically',
      'logRetentionDays',
      'startingPosition',
      'currency',
      'rates',
      'kclRepository',
      'kclTag',
      'replicaRegions',
      'replicaKeyArns',
      'region',
    ]),
  );
  expect(problems).toContain('shard is no setting; did you mean shards?');
  expect(new ContextError(problems).message.split('\n')).toHaveLength(problems.length + 1);
});

test('both sides of the limits', () => {
  const accepted = (given: Record<string, unknown>) => problemsOf({ ...needed, ...given }).length === 0;
  expect([0, 500, -1, 501, 1.5].map((shards) => accepted({ shards }))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect([1, 10, 0, 11].map((parallelizationFactor) => accepted({ parallelizationFactor }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(accepted({ streamRetentionDays: 1, recordAgeHoursMax: 24 })).toBe(true);
  expect(accepted({ streamRetentionDays: 1, recordAgeHoursMax: 25 })).toBe(false);
  expect(accepted({ jwtIssuer: 'http://id.example.com/' })).toBe(false);
});

test('keys of CDK itself are left alone', () => {
  expect(problemsOf({ ...needed, 'aws:cdk:bundling-stacks': ['**'], '@aws-cdk/core:x': true })).toEqual([]);
});

test('a replica may not lie in the region of the deployment', () => {
  expect(
    problemsOf({ ...needed, tableKey: 'aws', region: 'eu-west-1', replicaRegions: 'eu-west-1' }),
  ).toEqual(["replicaRegions: must not hold the deployment's own region eu-west-1"]);
});
