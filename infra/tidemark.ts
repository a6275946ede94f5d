import { type App, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { DataStack } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { FunctionName } from './function-definitions.ts';
import { PipelineStack } from './pipeline-stack.ts';

/** Adds the two stacks of one deployment: what holds data, and what runs. */
export function addTidemark(
  app: App,
  settings: DeploymentSettings,
  code: (name: FunctionName) => Code,
): { readonly data: DataStack; readonly pipeline: PipelineStack } {
  const env = {
    ...(settings.account === undefined ? {} : { account: settings.account }),
    ...(settings.region === undefined ? {} : { region: settings.region }),
  };
  const data = new DataStack(app, `${settings.prefix}-data`, settings, {
    env,
    description: 'Tidemark: the purchase stream and the tables.',
  });
  const pipeline = new PipelineStack(app, `${settings.prefix}-pipeline`, settings, {
    env,
    data,
    code,
    description: 'Tidemark: functions or workers, schedules, API, alarms and dashboard.',
  });
  Tags.of(app).add('application', settings.prefix);
  return { data, pipeline };
}
