import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ContextError, readDeploymentSettings } from './deployment-settings.ts';
import { functionCode } from './function-code.ts';
import { addTidemark } from './tidemark.ts';

const app = new App();
try {
  addTidemark(app, readDeploymentSettings(app.node.getAllContext()), functionCode);
} catch (error) {
  if (!(error instanceof ContextError)) throw error;
  console.error(error.message);
  process.exit(1);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }));
app.synth();
