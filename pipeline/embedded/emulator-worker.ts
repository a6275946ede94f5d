/** Thread entry: both emulators on loopback, so that their work does not hold up the pipeline's event loop. */

import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import kinesalite from 'kinesalite';
import type { EmulatorCommand, EmulatorMessage, EmulatorWorkerData } from './emulator-messages.ts';
import { checkDynamoStore, checkKinesisStore, classifyLevelError, StoreUnusable } from './level-store.ts';

/** How long calls under way may take to finish at a stop before they are cut off. */
const drainMs = 2_000;
const shardLimit = 1_000;

const settings = workerData as EmulatorWorkerData;
const tell = (message: EmulatorMessage) => parentPort?.postMessage(message);

async function main(): Promise<void> {
  await Promise.all([checkKinesisStore(settings.kinesisPath), checkDynamoStore(settings.dynamoPath)]);
  const kinesis = kinesalite({
    path: settings.kinesisPath,
    createStreamMs: 0,
    deleteStreamMs: 0,
    updateStreamMs: 0,
    shardLimit,
  });
  const dynamo = dynalite({
    path: settings.dynamoPath,
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const [kinesisPort, dynamoPort] = await Promise.all([
    listen(kinesis, settings.kinesisPort),
    listen(dynamo, settings.dynamoPort),
  ]);
  parentPort?.on('message', (command: EmulatorCommand) => {
    if (command.type === 'stop') void stop(kinesis, dynamo);
  });
  tell({ type: 'ready', kinesisPort, dynamoPort });
}

async function listen(server: Server, port: number): Promise<number> {
  tolerateHangUps(server);
  // Idle connections stay open: a server that closes one just as the client sends on it costs a failed call.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const kind = error.code === 'EADDRINUSE' || error.code === 'EACCES' ? 'port-busy' : 'other';
      reject(new StoreUnusable(kind, String(port), error.message));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Both emulators throw when a caller hangs up in the middle of a request, which would end the thread.
 * Node reports a hang-up only to those who listen for errors of the request, so nobody may.
 */
function tolerateHangUps(server: Server): void {
  const handlers = server.listeners('request') as ((request: unknown, response: unknown) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const on = request.on.bind(request) as (event: string, listener: unknown) => typeof request;
    const onAllButErrors = (event: string, listener: unknown) =>
      event === 'error' ? request : on(event, listener);
    request.on = onAllButErrors as typeof request.on;
    for (const handle of handlers) handle(request, response);
  });
}

async function stop(kinesis: Server, dynamo: Server): Promise<void> {
  // kinesalite closes its store before its server, so calls under way have to be waited for first.
  await drain(kinesis, (done) => Server.prototype.close.call(kinesis, done));
  await Promise.all([
    new Promise<void>((resolve) => {
      kinesis.close(() => resolve());
    }),
    drain(dynamo, (done) => dynamo.close(done)),
  ]);
  tell({ type: 'stopped' });
  parentPort?.close();
}

async function drain(server: Server, close: (done: () => void) => void): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), drainMs);
  await new Promise<void>((resolve) => {
    close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(cutOff);
}

function fail(error: unknown): void {
  const known = error instanceof StoreUnusable;
  const detail = describeThrown(error);
  tell({
    type: 'failed',
    kind: known ? error.kind : classifyLevelError(detail),
    subject: known ? error.path : 'emulators',
    detail,
  });
  // Whichever of the two is open must let go of its folder and port.
  setImmediate(() => process.exit(1));
}

/** LevelDB's older errors are no instances of Error, and would reach the main thread as empty objects. */
function describeThrown(error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : String(error);
}

// The emulators throw out of their request handlers when their store fails.
process.on('uncaughtException', fail);
main().catch(fail);
