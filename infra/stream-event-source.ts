import { Duration } from 'aws-cdk-lib';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { PipelineFunction } from './pipeline-function.ts';

/**
 * Hands the stream to the consumer. By itself Lambda would try a failing batch without end and so stop its shard; here a
 * batch is halved, tried a set number of times, and what still fails is named in the failure queue.
 */
export function addStreamEventSource(
  consumer: PipelineFunction,
  stream: Stream,
  failures: Queue,
  settings: DeploymentSettings,
): EventSourceMapping {
  const mapping = new EventSourceMapping(consumer, 'Stream', {
    target: consumer.lambda,
    eventSourceArn: stream.streamArn,
    ...startingPosition(settings.startingPosition),
    batchSize: settings.batchRecords,
    maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
    parallelizationFactor: settings.parallelizationFactor,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: settings.retryAttempts,
    maxRecordAge: Duration.hours(settings.recordAgeHoursMax),
    onFailure: new SqsDlq(failures),
  });
  // Lambda looks at the role's permissions when the mapping is made.
  mapping.node.addDependency(consumer.role);
  return mapping;
}

/** The failure queue read by the redrive function: there, but off unless the deployment asks for it. */
export function addFailureEventSource(
  redrive: PipelineFunction,
  failures: Queue,
  settings: DeploymentSettings,
): EventSourceMapping {
  const mapping = new EventSourceMapping(redrive, 'Failures', {
    target: redrive.lambda,
    eventSourceArn: failures.queueArn,
    enabled: settings.redriveAutomatically,
    batchSize: 1,
    maxConcurrency: 2,
    reportBatchItemFailures: true,
  });
  mapping.node.addDependency(redrive.role);
  return mapping;
}

function startingPosition(position: string) {
  if (position === 'TRIM_HORIZON') return { startingPosition: StartingPosition.TRIM_HORIZON };
  if (position === 'LATEST') return { startingPosition: StartingPosition.LATEST };
  return {
    startingPosition: StartingPosition.AT_TIMESTAMP,
    startingPositionTimestamp: Date.parse(position) / 1_000,
  };
}
