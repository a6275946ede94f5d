import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService as InterfaceService,
  type InterfaceVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DataStack } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { functionDefinitions } from './function-definitions.ts';
import { keyStatements, streamStatements, tableStatements } from './permissions.ts';
import { environment } from './pipeline-function.ts';

export interface KclServiceProps {
  readonly settings: DeploymentSettings;
  readonly data: DataStack;
  readonly serviceKey: Key;
}

/** The workers need the same tables and reads of the stream as the Lambda consumer. */
const workerAccess = functionDefinitions['consume-records'];

/** Always-on workers: Amazon's KCL on Fargate, in a network without any way to the internet. */
export class KclService extends Construct {
  readonly cluster: ICluster;
  readonly service: FargateService;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { settings, data, serviceKey }: KclServiceProps) {
    super(scope, id);
    this.logGroup = this.#log('Log', `/tidemark/${settings.prefix}/kcl`, settings, serviceKey);
    const flowLog = this.#log('FlowLog', `/tidemark/${settings.prefix}/network`, settings, serviceKey);
    const vpc = isolatedNetwork(this, flowLog);
    // The classes' getters may give undefined where the interfaces' properties are optional: hence the casts.
    this.cluster = new Cluster(this, 'Cluster', {
      vpc,
      clusterName: settings.prefix,
      containerInsightsV2: ContainerInsights.ENABLED,
    }) as ICluster;
    const task = this.#task(settings, data);
    const workers = new SecurityGroup(this, 'WorkersGroup', {
      vpc,
      description: 'Workers: out by HTTPS only; nothing comes in.',
      allowAllOutbound: false,
    });
    // The gateway endpoints have no group to name, and beyond the endpoints no route leads anywhere.
    workers.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS services through the endpoints');
    addEndpoints(vpc, workers);
    this.service = new FargateService(this, 'Workers', {
      serviceName: `${settings.prefix}-kcl`,
      cluster: this.cluster,
      taskDefinition: task,
      desiredCount: settings.kclWorkers,
      securityGroups: [workers],
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      assignPublicIp: false,
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
    });
  }

  #log(id: string, logGroupName: string, settings: DeploymentSettings, encryptionKey: Key): LogGroup {
    return new LogGroup(this, id, {
      logGroupName,
      retention: settings.logRetentionDays as RetentionDays,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #task(settings: DeploymentSettings, data: DataStack): FargateTaskDefinition {
    const application = kclApplicationName(settings);
    const taskRole = workerRole(this, application, settings, data);
    const repository = Repository.fromRepositoryName(this, 'Repository', settings.kclRepository ?? '');
    const executionRole = startingRole(this, repository.repositoryArn, this.logGroup);
    const task = new FargateTaskDefinition(this, 'Task', {
      family: `${settings.prefix}-kcl`,
      cpu: 1_024,
      memoryLimitMiB: 3_072,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole: taskRole.withoutPolicyUpdates(),
      executionRole: executionRole.withoutPolicyUpdates(),
    });
    task.addContainer('worker', {
      image: ContainerImage.fromRegistry(repository.repositoryUriForTag(settings.kclTag ?? '')),
      logging: LogDriver.awsLogs({ logGroup: this.logGroup, streamPrefix: 'worker' }),
      environment: {
        ...environment({ settings }),
        AWS_REGION: Stack.of(this).region,
        TIDEMARK_KCL_APPLICATION: application,
        TIDEMARK_KCL_START: settings.startingPosition,
      },
      // Time to finish the batch in hand, checkpoint it and give the leases back.
      stopTimeout: Duration.seconds(120),
    });
    Validations.of(task).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables are names and settings of this deployment; the workers have no secret.',
    });
    return task;
  }
}

/** Name of the KCL application: its lease tables begin with it. */
export function kclApplicationName(settings: DeploymentSettings): string {
  return `${settings.prefix}-kcl`;
}

function workerRole(
  scope: Construct,
  application: string,
  settings: DeploymentSettings,
  data: DataStack,
): Role {
  const role = new Role(scope, 'WorkerRole', {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    description: 'What the KCL workers may do.',
  });
  const leaseTable = (suffix: string) =>
    Stack.of(scope).formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: `${application}${suffix}`,
    });
  const statements = [
    ...tableStatements(workerAccess, data),
    ...streamStatements(workerAccess.stream, data.stream.streamArn),
    ...keyStatements(workerAccess, { data, settings }),
    // KCL makes and keeps its own tables: the leases, what each worker carries, and who leads.
    new PolicyStatement({
      actions: [
        'CreateTable',
        'DescribeTable',
        'UpdateTable',
        'DescribeTimeToLive',
        'GetItem',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'Scan',
        'TagResource',
        'UpdateContinuousBackups',
      ].map((action) => `dynamodb:${action}`),
      resources: ['', '-WorkerMetricStats', '-CoordinatorState'].map(leaseTable),
    }),
    new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [`${leaseTable('')}/index/LeaseOwnerToLeaseKeyIndex`],
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  return role;
}

/** What ECS itself does to start a task: pull the image, open the log. */
function startingRole(scope: Construct, repositoryArn: string, logGroup: LogGroup): Role {
  const role = new Role(scope, 'StartingRole', {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    description: 'What ECS may do to start a KCL worker.',
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repositoryArn],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken signs in to the registry as a whole; ECR has no resource for it.',
  });
  return role;
}

function isolatedNetwork(scope: Construct, flowLog: LogGroup): IVpc {
  return new Vpc(scope, 'Network', {
    maxAzs: 2,
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: 'workers', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
    flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs(flowLog) } },
  }) as IVpc;
}

/** The services a worker talks to: DynamoDB and S3 (layers of the image) by gateway, the others by interface. */
function addEndpoints(vpc: IVpc, workers: SecurityGroup): void {
  vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
  vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
  const endpoints = new SecurityGroup(vpc, 'EndpointsGroup', {
    vpc,
    description: 'Endpoints: HTTPS from the workers.',
    allowAllOutbound: false,
  });
  endpoints.addIngressRule(workers, Port.tcp(443), 'HTTPS from the workers');
  const services: Readonly<Record<string, InterfaceVpcEndpointAwsService>> = {
    Kinesis: InterfaceService.KINESIS_STREAMS,
    EcrApi: InterfaceService.ECR,
    EcrDocker: InterfaceService.ECR_DOCKER,
    Logs: InterfaceService.CLOUDWATCH_LOGS,
  };
  for (const [id, service] of Object.entries(services)) {
    vpc.addInterfaceEndpoint(id, { service, securityGroups: [endpoints], open: false });
  }
}
