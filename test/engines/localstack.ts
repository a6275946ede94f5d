import type { Engine } from './dynamodb-local.ts';

/** The last release that starts without an account; newer ones want `LOCALSTACK_AUTH_TOKEN`. */
const defaultImage = 'localstack/localstack:4.14.0';

export interface LocalStackEndpoints {
  readonly kinesis: string;
  readonly dynamo: string;
}

/**
 * Starts LocalStack in a container, or takes the one at `TIDEMARK_LOCALSTACK_ENDPOINT`. `TIDEMARK_LOCALSTACK_IMAGE`
 * names another image, `LOCALSTACK_AUTH_TOKEN` the account that newer images want.
 * @throws Error when a Docker engine answers and the container does not start all the same.
 */
export async function startLocalStack(environment: NodeJS.ProcessEnv): Promise<Engine<LocalStackEndpoints>> {
  const given = environment.TIDEMARK_LOCALSTACK_ENDPOINT;
  if (given) return { kind: 'running', endpoints: { kinesis: given, dynamo: given }, stop: async () => {} };
  const image = environment.TIDEMARK_LOCALSTACK_IMAGE || defaultImage;
  const token = environment.LOCALSTACK_AUTH_TOKEN;
  // Loaded here, since it takes a second and brings the whole of a Docker client along.
  const { LocalstackContainer } = await import('@testcontainers/localstack');
  try {
    const container = await new LocalstackContainer(image)
      .withEnvironment({
        SERVICES: 'kinesis,dynamodb',
        ...(token ? { LOCALSTACK_AUTH_TOKEN: token } : {}),
      })
      .start();
    const uri = container.getConnectionUri();
    return {
      kind: 'running',
      endpoints: { kinesis: uri, dynamo: uri },
      async stop() {
        await container.stop();
      },
    };
  } catch (error) {
    const { message } = error as Error;
    if (!noDocker.test(message)) {
      throw new Error(`LocalStack (${image}) does not start: ${message}`, { cause: error });
    }
    return { kind: 'absent', reason: 'no Docker engine answers' };
  }
}

/** What testcontainers says when it has tried every way to a Docker engine that it knows. */
const noDocker = /container runtime/i;
