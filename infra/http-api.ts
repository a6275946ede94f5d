import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { PipelineFunction } from './pipeline-function.ts';

/** What is answered without a token, and why that gives nothing away. */
const openRoutes = [
  {
    path: '/health',
    reason: 'Monitors without a token ask it; it answers {"status":"ok"} and reads nothing.',
  },
  {
    path: '/',
    reason: 'A browser has no token yet; it answers with a redirect to the board and reads nothing.',
  },
  { path: '/board', reason: 'The page of the board: a program without data, which then asks for a token.' },
  {
    path: '/board/{proxy+}',
    reason: 'Scripts and styles of the board, the same in every deployment; no data.',
  },
  { path: '/docs', reason: 'The documentation of the routes, the same in every deployment; no data.' },
  {
    path: '/openapi.json',
    reason: 'The documentation of the routes for machines, as open as the page; no data.',
  },
  {
    path: '/problems/{kind}',
    reason: 'What a kind of problem means, the same in every deployment; no data.',
  },
];

/** The HTTP API: every route asks for a token, except those that answer without any data. */
export class PublicApi extends Construct {
  readonly api: HttpApi;
  readonly accessLog: LogGroup;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly settings: DeploymentSettings;
      readonly server: PipelineFunction;
      readonly serviceKey: Key;
    },
  ) {
    super(scope, id);
    const { settings, server, serviceKey } = props;
    this.accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: accessLogName(settings),
      retention: settings.logRetentionDays as RetentionDays,
      encryptionKey: serviceKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const integration = new HttpLambdaIntegration('Server', server.lambda);
    this.api = new HttpApi(this, 'Http', {
      apiName: settings.prefix,
      description: 'Live customer segments and consumption predictions.',
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('Tokens', settings.jwtIssuer, {
        jwtAudience: [...settings.jwtAudience],
        authorizerName: `${settings.prefix}-tokens`,
      }),
    });
    this.api.addRoutes({ path: '/{proxy+}', methods: [HttpMethod.ANY], integration });
    for (const { path, reason } of openRoutes) {
      const authorizer = new HttpNoneAuthorizer();
      for (const route of this.api.addRoutes({
        path,
        methods: [HttpMethod.GET, HttpMethod.HEAD],
        integration,
        authorizer,
      })) {
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
      }
    }
    this.api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.apiRate, burstLimit: settings.apiBurst },
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(accessLine),
      },
    });
  }
}

/** No query string, no address, no token: customer ids stand in paths, and `routeKey` has none. */
const accessLine = JSON.stringify({
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  subject: '$context.authorizer.claims.sub',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
});

export function accessLogName(settings: DeploymentSettings): string {
  return `/tidemark/${settings.prefix}/api-access`;
}
