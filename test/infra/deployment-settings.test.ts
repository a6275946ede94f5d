import { expect, test } from 'vitest';
import { ContextError, readDeploymentSettings, recordAgeHours } from '../../infra/deployment-settings.ts';

const needed = { jwtIssuer: 'https://id.example.com/', jwtAudience: 'tidemark' };

function problemsOf(context: Record<string, unknown>, nowMs?: number): readonly string[] {
  try {
    readDeploymentSettings(context, nowMs);
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
    tracing: 'yes',
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
      'tracing',
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

test('a record may get as old as the stream lets it, up to the longest limit there is; then there is none', () => {
  const hours = (given: Record<string, unknown>) =>
    recordAgeHours(readDeploymentSettings({ ...needed, ...given }));
  expect([1, 7, 8, 365].map((streamRetentionDays) => hours({ streamRetentionDays }))).toEqual([
    24,
    168,
    undefined,
    undefined,
  ]);
  expect(hours({ streamRetentionDays: 365, recordAgeHoursMax: 168 })).toBe(168);
  expect(hours({ recordAgeHoursMax: '1' })).toBe(1);
});

test('a start is refused when a limit of age would give up what it asks for', () => {
  const nowMs = Date.UTC(2026, 0, 3);
  const start = (hoursAgo: number, given: Record<string, unknown> = {}) =>
    problemsOf(
      { ...needed, startingPosition: new Date(nowMs - hoursAgo * 3_600_000).toISOString(), ...given },
      nowMs,
    );
  expect(start(12, { recordAgeHoursMax: 12 })).toEqual([]);
  expect(start(13, { recordAgeHoursMax: 12 })).toEqual([
    'startingPosition: 2026-01-02T11:00:00.000Z is 13 hours ago, but records older than recordAgeHoursMax=12 go to the ' +
      'failure queue unread; take a later start, or leave recordAgeHoursMax out',
  ]);
  // Without a limit of its own everything the stream still holds is read, so a start that stays in cdk.json does no harm.
  expect(start(1_000)).toEqual([]);
  expect(start(1_000, { recordAgeHoursMax: 168 })).toEqual([]);
  expect(start(1_000, { streamRetentionDays: 30 })).toEqual([]);
  expect(start(1_000, { streamRetentionDays: 30, recordAgeHoursMax: 168 })).toHaveLength(1);
  const kcl = { host: 'kcl', kclRepository: 'tidemark-kcl', kclTag: '1' };
  expect(start(13, { recordAgeHoursMax: 12, ...kcl })).toEqual([]);
});

test('keys of CDK itself are left alone', () => {
  expect(problemsOf({ ...needed, 'aws:cdk:bundling-stacks': ['**'], '@aws-cdk/core:x': true })).toEqual([]);
});

test('a replica may not lie in the region of the deployment', () => {
  expect(
    problemsOf({ ...needed, tableKey: 'aws', region: 'eu-west-1', replicaRegions: 'eu-west-1' }),
  ).toEqual(["replicaRegions: must not hold the deployment's own region eu-west-1"]);
});

test('keys are for tables that are somebody else’s, and for regions that have a replica', () => {
  const key = 'arn:aws:kms:eu-west-1:111111111111:key/a';
  expect(problemsOf({ ...needed, tableKeyArn: key })).toEqual([
    expect.stringMatching(/^tableKeyArn: only with/),
  ]);
  expect(problemsOf({ ...needed, replicaKeyArns: `us-east-1=${key}` })).toEqual([
    'replicaKeyArns: names us-east-1, not among replicaRegions',
  ]);
});
