import { Duration } from 'aws-cdk-lib';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import { type CfnEventSourceMapping, EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { type DeploymentSettings, recordAgeHours } from './deployment-settings.ts';
import type { PipelineFunction } from './pipeline-function.ts';

/** What the service takes for a limit of age that is none. */
const noAgeLimit = -1;

/**
 * Hands the stream to the consumer. By itself Lambda would try a failing batch without end and so stop its shard; here a
 * batch is halved, tried a set number of times, and what still fails is named in the failure queue. So is, without a
 * try, what is older than the limit of age: hence that is as long as the stream keeps its records.
 */
export function addStreamEventSource(
  consumer: PipelineFunction,
  stream: Stream,
  failures: Queue,
  settings: DeploymentSettings,
): EventSourceMapping {
  const ageHours = recordAgeHours(settings);
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
    ...(ageHours === undefined ? {} : { maxRecordAge: Duration.hours(ageHours) }),
    onFailure: new SqsDlq(failures),
  });
  if (ageHours === undefined) {
    // Said aloud, so that an earlier limit of a mapping that is there does not stay.
    const resource = mapping.node.defaultChild as CfnEventSourceMapping;
    resource.addPropertyOverride('MaximumRecordAgeInSeconds', noAgeLimit);
  }
  // Lambda looks at the role's permissions when the mapping is made.
  mapping.node.addDependency(consumer.role);
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
