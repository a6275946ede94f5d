import { Annotations, CfnOutput, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { addAlarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';
import type { DataStack } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { encryptionKey, letAlarmsUse, letLogsUse } from './encryption-key.ts';
import { FailureQueues } from './failure-queues.ts';
import type { FunctionName } from './function-definitions.ts';
import { PublicApi } from './http-api.ts';
import { KclService } from './kcl-service.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';
import { PipelineMetrics } from './pipeline-metrics.ts';
import { addStreamEventSource } from './stream-event-source.ts';

export interface PipelineStackProps extends StackProps {
  readonly data: DataStack;
  /** Where a function's code comes from; the bundles, unless a test brings its own. */
  readonly code: (name: FunctionName) => Code;
}

/** Everything that runs: functions or workers, schedules, API, alarms. Holds no data; can be deleted and deployed anew. */
export class PipelineStack extends Stack {
  readonly functions = new Map<FunctionName, PipelineFunction>();

  constructor(
    scope: Construct,
    id: string,
    settings: DeploymentSettings,
    { data, code, ...props }: PipelineStackProps,
  ) {
    super(scope, id, props);
    const serviceKey = encryptionKey(this, 'ServiceKey', {
      name: `${settings.prefix}-service`,
      description: 'Encrypts the queues, logs and alarm topic of Tidemark.',
      retain: settings.retainData,
    });
    letLogsUse(serviceKey, `/aws/lambda/${settings.prefix}-`, `/tidemark/${settings.prefix}/`);
    letAlarmsUse(serviceKey);
    const queues = new FailureQueues(this, 'Queues', settings, serviceKey);
    const add = (name: FunctionName, given: Partial<PipelineFunctionProps> = {}) => {
      const created = new PipelineFunction(this, constructId(name), name, {
        settings,
        data,
        code,
        serviceKey,
        ...(queues.failures ? { failureQueue: queues.failures } : {}),
        ...given,
      });
      this.functions.set(name, created);
      return created;
    };

    let workers: KclService | undefined;
    if (settings.host === 'kcl') workers = new KclService(this, 'Kcl', { settings, data, serviceKey });
    if (queues.failures) {
      addStreamEventSource(add('consume-records'), data.stream, queues.failures, settings);
      add('redrive-failures');
    }
    this.#schedule(
      'EachMinute',
      Schedule.rate(Duration.minutes(1)),
      // One at a time; a run that finds another under way gives way, and the next minute brings another. While a long
      // roll-out is under way that happens each minute and nothing is amiss, so what gave way is not kept.
      add('advance-clock', {
        reservedConcurrency: 1,
        asynchronous: { retries: 0, ageMax: Duration.minutes(2) },
      }),
    );
    this.#schedule(
      'EachMinuteRules',
      Schedule.rate(Duration.minutes(1)),
      // As the clock: one at a time, and what gave way is not kept.
      add('fire-rules', {
        reservedConcurrency: 1,
        asynchronous: { retries: 0, ageMax: Duration.minutes(2) },
      }),
    );
    this.#schedule(
      'EachDay',
      Schedule.cron({ hour: '3', minute: '17' }),
      add('fit-models', {
        reservedConcurrency: 1,
        deadLetterQueue: queues.deadLetters,
        asynchronous: { retries: 1, ageMax: Duration.hours(6) },
      }),
    );
    add('replay-quarantine');
    const api = new PublicApi(this, 'Api', { settings, server: add('serve-api'), serviceKey });

    const metrics = new PipelineMetrics({ settings, functions: this.functions, queues, api, workers });
    const alarms = addAlarms(this, settings, metrics, serviceKey);
    addDashboard(this, settings, metrics, alarms);
    new CfnOutput(this, 'ApiUrl', { value: api.api.apiEndpoint });
    new CfnOutput(this, 'StreamName', { value: data.stream.streamName });
    warnOfExamples(this, settings);
  }

  /** Zones of whatever region it is deployed to, so that a network needs no look-up in an account. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }

  #schedule(id: string, schedule: Schedule, { lambda }: PipelineFunction): void {
    new Rule(this, id, { schedule, targets: [new LambdaFunction(lambda)] });
  }
}

function constructId(name: string): string {
  return name
    .split('-')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');
}

function warnOfExamples(stack: Stack, { jwtIssuer }: DeploymentSettings): void {
  if (!new URL(jwtIssuer).hostname.endsWith('.example.com')) return;
  Annotations.of(stack).addWarningV2(
    'tidemark:example-issuer',
    `jwtIssuer is the example ${jwtIssuer}: set it and jwtAudience to your own before deploying.`,
  );
}
