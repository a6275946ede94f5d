import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { type AlarmDefinition, alarmDefinitions } from './alarm-definitions.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';

/** Makes every alarm; each tells one topic when it rings and when it is over. */
export function addAlarms(
  scope: Construct,
  settings: DeploymentSettings,
  metrics: PipelineMetrics,
  serviceKey: Key,
): Alarm[] {
  const topic = new Topic(scope, 'Alarms', {
    topicName: `${settings.prefix}-alarms`,
    displayName: `Alarms of ${settings.prefix}`,
    masterKey: serviceKey,
    enforceSSL: true,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
    }),
  );
  if (settings.alarmEmail !== undefined) {
    topic.addSubscription(new EmailSubscription(settings.alarmEmail));
  }
  const action = new SnsAction(topic);
  return alarmDefinitions(metrics).map((definition) => {
    const alarm = alarmOf(scope, settings, definition);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  });
}

function alarmOf(scope: Construct, { prefix }: DeploymentSettings, definition: AlarmDefinition): Alarm {
  return new Alarm(scope, `Alarm-${definition.id}`, {
    alarmName: `${prefix}-${definition.id}`,
    alarmDescription: `${definition.meaning} What to do: RUNBOOK.md, "${definition.runbook}".`,
    metric: definition.metric,
    threshold: definition.threshold,
    comparisonOperator: definition.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: definition.periods,
    datapointsToAlarm: definition.periodsBeyond ?? definition.periods,
    treatMissingData: definition.missing ?? TreatMissingData.NOT_BREACHING,
  });
}
