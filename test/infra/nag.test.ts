import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { configurationNames, newDeployment, synthesised } from './synthesised.ts';

function findings(app: ReturnType<typeof newDeployment>['app']): string[] {
  const { violations } = new AwsSolutionsChecks().validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

test.each(configurationNames)('%s: the AWS Solutions rules find nothing', (name) => {
  expect(findings(synthesised(name).app)).toEqual([]);
});

test('the rules bite: a queue in the clear, open to plain HTTP and without dead letters, is found', () => {
  const { app, stacks } = newDeployment('lambda');
  new Queue(stacks.pipeline, 'Careless', { encryption: QueueEncryption.UNENCRYPTED });
  expect(findings(app).sort()).toEqual([
    'AwsSolutions-SQS2 tidemark-pipeline/Careless/Resource',
    'AwsSolutions-SQS3 tidemark-pipeline/Careless/Resource',
    'AwsSolutions-SQS4 tidemark-pipeline/Careless/Resource',
  ]);
});

test('what is acknowledged stands on single constructs, each with its reason', () => {
  const acknowledged = configurationNames.flatMap((name) =>
    synthesised(name)
      .app.node.findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
          .flatMap(({ data }) =>
            Object.entries(data as Record<string, string>).map(([rule, reason]) => ({
              at: node.path,
              rule,
              reason,
            })),
          ),
      ),
  );
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const { at, rule, reason } of acknowledged) {
    expect(at.split('/').length, `${rule} on ${at}`).toBeGreaterThan(1);
    expect(reason.length, `${rule} on ${at}`).toBeGreaterThan(40);
  }
});
