import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { type AwsClients, createAwsClients } from '../../../sinks/aws-clients.ts';
import type { UserRecord } from '../../../sinks/kinesis-aggregation.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { provision } from '../../../sinks/provision.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { temporaryFolder } from '../../fixtures/kinesis-bench.ts';
import { activate } from '../../fixtures/pipeline-bench.ts';
import { consumptionModel } from '../records.ts';
import { Gateway, type GatewayRule } from './gateway.ts';
import { model } from './host-records.ts';

/** Where a host finds what it works on. Asked at each start: a process that starts anew has connections of its own. */
export interface HostSetup {
  readonly streamName: string;
  readonly tablePrefix: string;
  /** One endpoint for both services. */
  endpoint(): string;
  /** Past the gateway, for what belongs to the service and not to the host's process. */
  readonly service: AwsClients;
}

/** One host over one stream and its tables. */
export interface HostUnderTest {
  /** Starts a process that goes on where the last one was. */
  start(): Promise<void>;
  /** Ends it as `kill -9` does: nothing it does from then on has any effect. */
  kill(): Promise<void>;
  /** Ends it in peace: what is in hand is finished. */
  stop(): Promise<void>;
  /** Resolves once all that was on the stream when called has taken effect; rejects when the host has failed. */
  caughtUp(): Promise<void>;
  /** Lets this much time pass on the clock that its caches go by. */
  elapse(durationMs: number): Promise<void>;
}

/** What one test works on. */
export interface HostBench {
  readonly stores: Stores;
  readonly clients: AwsClients;
  readonly streamName: string;
  readonly host: HostUnderTest;
  /** What the process started last says to the outside passes here. */
  readonly gateway: Gateway;
  put(records: readonly UserRecord[]): Promise<void>;
  /** Starts a process, with connections of its own and what becomes of its calls. */
  start(rule?: GatewayRule): Promise<void>;
  kill(): Promise<void>;
  close(): Promise<void>;
}

export type MakeHost = (setup: HostSetup) => HostUnderTest;

/** The emulators that all tests of a file share. */
export async function startServices() {
  const folder = await temporaryFolder();
  const emulators = await startEmulators({ dataDirectory: folder.path });
  const endpoints = { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint };
  const clients = createAwsClients({ endpoints });
  return {
    clients,
    endpoints,
    async stop() {
      clients.close();
      await emulators.stop();
      await folder.remove();
    },
  };
}

export type Services = Awaited<ReturnType<typeof startServices>>;

let benches = 0;

/** A stream, tables with a model active, and a host that is yet to be started. */
export async function openBench(
  { clients, endpoints }: Services,
  makeHost: MakeHost,
  shardCount = 2,
): Promise<HostBench> {
  benches += 1;
  const prefix = `host-${benches}`;
  const streamName = `purchases-${benches}`;
  await provision(clients, { streamName, shardCount, tableNames: tableNames(prefix) });
  const stores = openStores(clients.dynamo, tableNames(prefix));
  await activate(stores, model);
  await stores.models.put('consumption', consumptionModel());
  await stores.models.activate('consumption', consumptionModel().version);
  const gateways: Gateway[] = [];
  const gateway = () => gateways.at(-1) as Gateway;
  const host = makeHost({
    streamName,
    tablePrefix: prefix,
    endpoint: () => gateway().endpoint,
    service: clients,
  });
  return {
    stores,
    clients,
    streamName,
    host,
    get gateway() {
      return gateway();
    },
    put: (records) => putInOrder(clients, streamName, records),
    async start(rule = () => undefined) {
      const opened = new Gateway(endpoints, rule);
      await opened.open();
      gateways.push(opened);
      await host.start();
    },
    async kill() {
      gateway().cut();
      await host.kill();
    },
    async close() {
      if (gateways.length === 0) return;
      gateway().cut();
      await host.kill();
      for (const opened of gateways) await opened.close();
    },
  };
}

/** In order, also for one key: PutRecords keeps the order of a call on an emulator, though not on the service. */
async function putInOrder(
  { kinesis }: AwsClients,
  streamName: string,
  records: readonly UserRecord[],
): Promise<void> {
  for (let at = 0; at < records.length; at += 500) {
    const Records = records
      .slice(at, at + 500)
      .map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data }));
    const { FailedRecordCount } = await kinesis.send(
      new PutRecordsCommand({ StreamName: streamName, Records }),
    );
    if (FailedRecordCount) throw new Error(`${FailedRecordCount} records were not taken`);
  }
}
