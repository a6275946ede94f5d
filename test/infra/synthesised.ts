import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { projectRoot } from '../../infra/bundle-entry.ts';
import { type DeploymentSettings, readDeploymentSettings } from '../../infra/deployment-settings.ts';
import { addTidemark } from '../../infra/tidemark.ts';

/** Checking the templates against CloudFormation's schemas takes most of a synthesis; `cdk synth` does it. */
process.env.CDK_VALIDATION = 'false';

export interface Synthesised {
  readonly app: App;
  readonly settings: DeploymentSettings;
  readonly data: Template;
  readonly pipeline: Template;
}

const configurations = {
  lambda: {},
  kcl: { host: 'kcl', kclRepository: 'tidemark-kcl', kclTag: '1.0.0', kclWorkers: 3, shards: 4 },
  replicas: {
    account: '111111111111',
    region: 'eu-west-1',
    replicaRegions: ['us-east-1', 'ap-southeast-2'],
    replicaKeyArns: {
      'us-east-1': 'arn:aws:kms:us-east-1:111111111111:key/a',
      'ap-southeast-2': 'arn:aws:kms:ap-southeast-2:111111111111:key/b',
    },
    tracing: true,
    alarmEmail: 'operator@example.com',
    startingPosition: '2026-01-01T00:00:00Z',
    alertTopicArns: ['arn:aws:sns:eu-west-1:111111111111:alerts'],
    alertBusArns: ['arn:aws:events:eu-west-1:111111111111:event-bus/alerts'],
  },
  foundTables: {
    ownTables: false,
    tableKeyArn: 'arn:aws:kms:eu-west-1:111111111111:key/old',
  },
  awsKey: { tableKey: 'aws', retainData: false },
  /** Beside another deployment in the same account. */
  second: {
    prefix: 'second',
    streamRetentionDays: 30,
    jwtScopeClaim: 'permissions',
    jwtScopePrefix: 'second/',
  },
  shortAge: { recordAgeHoursMax: 12 },
} as const satisfies Record<string, Record<string, unknown>>;

export type ConfigurationName = keyof typeof configurations;
export const configurationNames = Object.keys(configurations) as ConfigurationName[];

/** Two days after the start that one of the configurations asks for. */
const synthesisedAtMs = Date.UTC(2026, 0, 3);

const done = new Map<ConfigurationName, Synthesised>();

/** The stacks of a configuration, with the context of cdk.json below it; made once a process. */
export function synthesised(name: ConfigurationName): Synthesised {
  const known = done.get(name);
  if (known) return known;
  const { app, settings, stacks } = newDeployment(name);
  const made = {
    app,
    settings,
    data: Template.fromStack(stacks.data),
    pipeline: Template.fromStack(stacks.pipeline),
  };
  done.set(name, made);
  return made;
}

/** The stacks before they are synthesised, for a test that adds to them. */
export function newDeployment(name: ConfigurationName) {
  const file = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8'));
  const outdir = mkdtempSync(join(tmpdir(), 'tidemark-infra-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  const app = new App({ context: { ...file.context, ...configurations[name] }, outdir });
  const settings = readDeploymentSettings(app.node.getAllContext(), synthesisedAtMs);
  const stacks = addTidemark(app, settings, () => Code.fromInline('export const handler = () => {};'));
  return { app, settings, stacks };
}

/** Resources of a type by their logical ids, with their properties. */
export function properties(template: Template, type: string): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(template.findResources(type)).map(([id, resource]) => [id, resource.Properties ?? {}]),
  );
}
