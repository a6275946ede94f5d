import type { AwsClients } from '../../../sinks/aws-clients.ts';
import type { Report } from '../report.ts';
import type { KinesisGateway } from './kinesis-gateway.ts';

/** What a check with real daemons works with. */
export interface KclContext {
  readonly report: Report;
  /** For the daemons' files and logs. */
  readonly folder: string;
  readonly jars: string;
  readonly processor: string;
  readonly clients: AwsClients;
  readonly gateway: KinesisGateway;
  /** Endpoint of DynamoDB Local. */
  readonly dynamo: string;
  /** True once the run is to end early. */
  readonly interrupted: () => boolean;
}
