import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DataStack } from './data-stack.ts';
import { streamName } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { type FunctionName, functionDefinitions } from './function-definitions.ts';
import { metricNamespace } from './metric-writers.ts';
import {
  alertStatements,
  keyStatements,
  queueStatement,
  streamStatements,
  tableStatements,
} from './permissions.ts';

export interface PipelineFunctionProps {
  readonly settings: DeploymentSettings;
  readonly data: DataStack;
  readonly code: (name: FunctionName) => Code;
  /** Encrypts logs and queues. */
  readonly serviceKey: Key;
  /** Named in the environment when the deployment has one. */
  readonly failureQueue?: Queue;
  /** Gets what an asynchronous invocation could not do; without it such an invocation is let go. */
  readonly deadLetterQueue?: Queue;
  /** What becomes of asynchronous invocations; the service's own ways when left out. */
  readonly asynchronous?: AsynchronousInvocation;
  readonly reservedConcurrency?: number;
}

export interface AsynchronousInvocation {
  /** Tries after the first, 0..2. */
  readonly retries: number;
  /** How long an invocation may wait for its turn. */
  readonly ageMax: Duration;
}

/** One Lambda function with its own role, which may do what its definition says and nothing else, and its own log. */
export class PipelineFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, name: FunctionName, props: PipelineFunctionProps) {
    super(scope, id);
    const { settings, deadLetterQueue, asynchronous } = props;
    const definition = functionDefinitions[name];
    const functionName = `${settings.prefix}-${name}`;
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: settings.logRetentionDays as RetentionDays,
      encryptionKey: props.serviceKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do.`,
    });
    this.#allow(name, props);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description: definition.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code(name),
      memorySize: definition.memoryMb,
      timeout: Duration.seconds(definition.timeoutSeconds),
      // Frozen, so that nothing CDK grants by itself (its grants hold wildcards) gets into the policy.
      role: this.role.withoutPolicyUpdates(),
      logGroup: this.logGroup,
      environment: { ...environment(props), NODE_OPTIONS: '--enable-source-maps' },
      tracing: settings.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(deadLetterQueue === undefined ? {} : { onFailure: new SqsDestination(deadLetterQueue) }),
      ...(asynchronous === undefined
        ? {}
        : { retryAttempts: asynchronous.retries, maxEventAge: asynchronous.ageMax }),
    });
    // Whatever uses the function waits until its permissions are there.
    this.lambda.node.addDependency(this.role);
  }

  #allow(name: FunctionName, props: PipelineFunctionProps): void {
    const { settings, data, failureQueue, deadLetterQueue, serviceKey } = props;
    const definition = functionDefinitions[name];
    const statements = [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
      ...tableStatements(definition, data),
      ...streamStatements(definition.stream, data.stream.streamArn),
      ...keyStatements(definition, { data, settings }),
      ...(definition.sendsAlerts ? alertStatements(settings) : []),
    ];
    if (failureQueue && definition.failureQueue.length > 0) {
      statements.push(...queueStatement(definition.failureQueue, failureQueue, serviceKey));
    }
    if (deadLetterQueue) statements.push(...queueStatement(['SendMessage'], deadLetterQueue, serviceKey));
    for (const statement of statements) this.role.addToPolicy(statement);
    if (!settings.tracing) return;
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        resources: ['*'],
      }),
    );
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name: its two Put actions are granted on the star or not at all.',
    });
  }
}

/** The settings of every function and of the KCL workers, as pipeline/settings.ts reads them. */
export function environment({
  settings,
  failureQueue,
}: Pick<PipelineFunctionProps, 'settings' | 'failureQueue'>): Record<string, string> {
  return {
    TIDEMARK_STACK: 'aws',
    TIDEMARK_STREAM: streamName(settings),
    TIDEMARK_TABLE_PREFIX: settings.prefix,
    TIDEMARK_CURRENCY: settings.currency,
    TIDEMARK_RATES: settings.rates,
    TIDEMARK_FIT_CUSTOMERS_MIN: String(settings.fitCustomersMin),
    TIDEMARK_REFIT_DAYS: String(settings.refitDays),
    TIDEMARK_PURCHASE_HISTORY: String(settings.purchaseHistory),
    TIDEMARK_JWT_SCOPE_CLAIM: settings.jwtScopeClaim,
    TIDEMARK_JWT_SCOPE_PREFIX: settings.jwtScopePrefix,
    TIDEMARK_ALERT_TOPICS: settings.alertTopicArns.join(','),
    TIDEMARK_ALERT_BUSES: settings.alertBusArns.join(','),
    TIDEMARK_LOG_LEVEL: settings.logLevel,
    TIDEMARK_LOG_FORMAT: 'json',
    // The metrics' dimension: deployments of one account don't count into each other.
    POWERTOOLS_SERVICE_NAME: settings.prefix,
    POWERTOOLS_METRICS_NAMESPACE: metricNamespace,
    ...(failureQueue === undefined ? {} : { TIDEMARK_FAILURE_QUEUE_URL: failureQueue.queueUrl }),
  };
}
