import { recordConsumer } from '../../../pipeline/hosts/lambda/consume-records.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import { type AwsClients, createAwsClients } from '../../../sinks/aws-clients.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import {
  EnvironmentCrashed,
  type ShardPosition,
  type StreamFunction,
} from '../../fixtures/event-source-options.ts';
import { type EventSource, startEventSource } from '../../fixtures/event-source-poller.ts';
import { testWarmStart } from '../../fixtures/event-source-warm-start.ts';
import type { HostSetup, HostUnderTest } from './host-bench.ts';
import { describeHost } from './host-contract.ts';

/**
 * The function for the stream's records behind an event source mapping with several batches of a shard at a time. The
 * mapping belongs to the service and reads past the gateway; a kill takes the execution environments, and the mapping
 * hands over again everything since the start of the process that was killed.
 */
class LambdaUnderTest implements HostUnderTest {
  readonly #setup: HostSetup;
  readonly #clients: AwsClients[] = [];
  #source: EventSource | undefined;
  #positions: ReadonlyMap<string, ShardPosition> = new Map();
  #crash: () => void = () => {};
  #aheadMs = 0;

  constructor(setup: HostSetup) {
    this.#setup = setup;
  }

  async start(): Promise<void> {
    const { service, streamName } = this.#setup;
    const crashed = new Promise<never>((_, reject) => {
      this.#crash = () => reject(new EnvironmentCrashed('killed'));
    });
    crashed.catch(() => {});
    this.#source = startEventSource({
      kinesis: service.kinesis,
      streamName,
      environment: () => this.#environment(crashed),
      batchSize: 40,
      parallelizationFactor: 3,
      bisectBatchOnFunctionError: true,
      reportBatchItemFailures: true,
      retryDelayMs: 10,
      pollMs: 10,
      checkpoints: this.#positions,
    });
  }

  async kill(): Promise<void> {
    this.#crash();
    await this.#source?.stop();
    this.#source = undefined;
    this.#closeClients();
  }

  async stop(): Promise<void> {
    await this.#source?.stop();
    this.#positions = this.#source?.checkpoints() ?? this.#positions;
    this.#source = undefined;
    this.#closeClients();
  }

  async caughtUp(): Promise<void> {
    await this.#source?.drained();
  }

  async elapse(durationMs: number): Promise<void> {
    this.#aheadMs += durationMs;
  }

  #environment(crashed: Promise<never>): StreamFunction {
    const endpoint = this.#setup.endpoint();
    const clients = createAwsClients({
      endpoints: { kinesis: endpoint, dynamo: endpoint },
      attemptsMax: 2,
    });
    this.#clients.push(clients);
    const stores = openStores(clients.dynamo, tableNames(this.#setup.tablePrefix));
    const settings = readSettings({ stack: 'aws', writesInFlight: 4 }, {});
    const nowMs = () => Date.now() + this.#aheadMs;
    const consume = recordConsumer(testWarmStart(stores, { clients, settings, nowMs }));
    return (event, context) => Promise.race([consume(event, context), crashed]);
  }

  #closeClients(): void {
    for (const clients of this.#clients.splice(0)) clients.close();
  }
}

describeHost('the Lambda host', (setup) => new LambdaUnderTest(setup), {
  modelAgeMsMax: 60_000,
  readsStream: false,
});
