import { type AwsClients, createAwsClients } from '../sinks/aws-clients.ts';
import { openStores } from '../sinks/open-stores.ts';
import { provision } from '../sinks/provision.ts';
import type { Stores } from '../sinks/stores.ts';
import { tableNames } from '../sinks/table-definitions.ts';
import { WriteMeter } from '../sinks/write-meter.ts';
import { readRunFile } from './embedded/data-folder.ts';
import { type Emulators, startEmulators } from './embedded/emulators.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** Clients and stores, on emulators of our own, on those of a running process, or on AWS. */
export interface Runtime {
  readonly clients: AwsClients;
  readonly stores: Stores;
  readonly meter: WriteMeter;
  readonly emulators: Emulators | undefined;
  /** Closes connections, then emulators of our own. */
  close(): Promise<void>;
}

export interface OpenRuntimeOptions {
  /** True to use the emulators of a process that already runs on the data folder; false fails then. */
  readonly joinRunning: boolean;
  /** Told when the emulators die under us. */
  readonly onFailure?: (error: Error) => void;
}

/**
 * Opens everything that reads and writes. On the embedded stack the stream and the tables are made if absent; on AWS
 * they are the deployment's.
 */
export async function openRuntime(
  settings: Settings,
  log: Log,
  options: OpenRuntimeOptions,
): Promise<Runtime> {
  if (settings.stack === 'aws') return assemble(settings, createAwsClients(), undefined);
  const running = options.joinRunning ? await readRunFile(settings.data) : undefined;
  if (running) {
    log.debug({ pid: running.pid }, 'using the emulators of a running process');
    const endpoints = { kinesis: running.kinesisEndpoint, dynamo: running.dynamoEndpoint };
    return assemble(settings, createAwsClients({ endpoints }), undefined);
  }
  const emulators = await startEmulators({
    dataDirectory: settings.data,
    kinesisPort: settings.kinesisPort,
    dynamoPort: settings.dynamodbPort,
    ...(options.onFailure ? { onFailure: options.onFailure } : {}),
  });
  const endpoints = { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint };
  const clients = createAwsClients({ endpoints });
  await provision(clients, {
    streamName: settings.stream,
    shardCount: settings.shards,
    tableNames: tableNames(settings.tablePrefix),
    // The most the emulator keeps: what it has dropped, a pipeline that was down for longer can't read any more.
    retentionHours: 168,
    onProgress: (message) => log.debug(message),
  });
  return assemble(settings, clients, emulators);
}

function assemble(settings: Settings, clients: AwsClients, emulators: Emulators | undefined): Runtime {
  const meter = new WriteMeter();
  const stores = openStores(clients.dynamo, tableNames(settings.tablePrefix), {
    meter,
    writesInFlightMax: settings.writesInFlight,
    deletesExpiredAnswers: settings.stack === 'embedded',
    // Several writers' clocks differ, and an index follows its table by a moment; one process on emulators has neither.
    feedSettleMs: settings.stack === 'aws' ? 2_000 : 0,
  });
  return {
    clients,
    stores,
    meter,
    emulators,
    async close() {
      clients.close();
      await emulators?.stop();
    },
  };
}
