import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DeploymentSettings } from './deployment-settings.ts';
import { functionDefinitions } from './function-definitions.ts';

/** Messages name records of the stream, and the stream keeps those for less long than this. */
const messageRetention = Duration.days(14);

/** Tries of one message by the redrive, before it goes to the dead letters. */
const receivesMax = 5;

/** What could not be done, kept until somebody has seen to it. */
export class FailureQueues extends Construct {
  /** Ranges of records the event source gave up on. Only with the Lambda host. */
  readonly failures: Queue | undefined;
  /** Daily fits that failed to the last try, and failures that could not be redriven. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, settings: DeploymentSettings, key: Key) {
    super(scope, id);
    const queue = (queueId: string, name: string, deadLetters?: Queue) =>
      new Queue(this, queueId, {
        queueName: `${settings.prefix}-${name}`,
        encryption: QueueEncryption.KMS,
        encryptionMasterKey: key,
        enforceSSL: true,
        retentionPeriod: messageRetention,
        removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
        // Longer than the redrive's longest run, so that it meets no message twice.
        visibilityTimeout: Duration.seconds(2 * functionDefinitions['redrive-failures'].timeoutSeconds),
        ...(deadLetters === undefined
          ? {}
          : { deadLetterQueue: { queue: deadLetters, maxReceiveCount: receivesMax } }),
      });
    this.deadLetters = queue('DeadLetters', 'dead-letters');
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue: of the failure queue and of the daily fit.',
    });
    this.failures = settings.host === 'lambda' ? queue('Failures', 'failures', this.deadLetters) : undefined;
  }
}
