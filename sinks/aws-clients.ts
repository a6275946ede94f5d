import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export interface AwsClientsOptions {
  /** Default: the SDK's own search (AWS_REGION, profile), and us-east-1 for loopback endpoints. */
  readonly region?: string | undefined;
  /**
   * Default: the SDK's own (AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL_DYNAMODB, else the region's). A loopback
   * endpoint is an emulator: it gets made-up credentials, so that no real ones are looked for or sent.
   */
  readonly endpoints?: { readonly kinesis: string; readonly dynamo: string } | undefined;
  /** Connections a service, 1.. Default 128. Further calls wait for a free one. */
  readonly socketsMax?: number;
  /** Default 20,000. A call that takes longer fails and counts as an attempt. */
  readonly requestTimeoutMs?: number;
  /** Tries of one call, the first included, with jittered back-off between them. Default 5. */
  readonly attemptsMax?: number;
}

export interface AwsClients {
  readonly kinesis: KinesisClient;
  readonly dynamo: DynamoDBDocumentClient;
  /** Closes the connections; calls still under way fail. */
  close(): void;
}

const connectTimeoutMs = 5_000;

/**
 * Makes the two clients everything else uses, for AWS and for the emulators alike.
 * HTTP/1.1 on purpose: the emulators don't speak the HTTP/2 that the Kinesis client would choose.
 */
export function createAwsClients(options: AwsClientsOptions = {}): AwsClients {
  // The SDK's notice about coming Node versions would stand above every command's output.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const kinesis = new KinesisClient(clientSettings(options, options.endpoints?.kinesis));
  const plainDynamo = new DynamoDBClient(clientSettings(options, options.endpoints?.dynamo));
  const dynamo = DynamoDBDocumentClient.from(plainDynamo, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    kinesis,
    dynamo,
    close() {
      kinesis.destroy();
      plainDynamo.destroy();
    },
  };
}

function clientSettings(options: AwsClientsOptions, endpoint: string | undefined) {
  const emulated = endpoint !== undefined && isLoopback(endpoint);
  const region = options.region ?? (emulated ? (process.env.AWS_REGION ?? 'us-east-1') : undefined);
  const agent = { keepAlive: true, maxSockets: options.socketsMax ?? 128 };
  return {
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectTimeoutMs,
      requestTimeout: options.requestTimeoutMs ?? 20_000,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    }),
    retryMode: 'standard',
    maxAttempts: options.attemptsMax ?? 5,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(emulated ? { credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' } } : {}),
  };
}

function isLoopback(endpoint: string): boolean {
  const host = new URL(endpoint).hostname;
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
