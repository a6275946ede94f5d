import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';
import type { RejectReason } from '../../../operators/event/purchase-event.ts';
import type { QuarantinedRecord } from '../../../operators/event/record.ts';
import { type Emulators, startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { type AwsClients, createAwsClients } from '../../../sinks/aws-clients.ts';
import { createEventProducer } from '../../../sinks/event-producer.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { provision } from '../../../sinks/provision.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the bundled program is. */
    readonly programFolder: string;
  }
}

export const streamName = 'tidemark-purchases';

/** The command line, bundled as it ships. */
export interface CommandLine {
  /** Runs one command to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Starts one and leaves it to the caller. */
  start(args: readonly string[], options?: RunOptions): ChildProcess;
}

interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** True closes our end of the command's stdout at once. */
  readonly closeStdout?: boolean;
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function openCommandLine(): CommandLine {
  const program = join(inject('programFolder'), 'tidemark.js');
  const start = (args: readonly string[], options: RunOptions = {}) =>
    spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', ...options.environment },
    });
  return {
    start,
    async run(args, options = {}) {
      const child = start(args, options);
      const output = { stdout: '', stderr: '' };
      if (options.closeStdout) child.stdout?.destroy();
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        output.stdout += text;
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        output.stderr += text;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, ...output };
    },
  };
}

/** What the process that was started on the folder says of itself, once its API listens. */
export async function runFileOf(folder: string): Promise<{ pid: number; apiUrl: string }> {
  for (;;) {
    try {
      return JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { pid: number; apiUrl: string };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await pause(50);
    }
  }
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tidemark-cli-'));
}

export interface OpenStack {
  readonly emulators: Emulators;
  readonly clients: AwsClients;
  readonly stores: Stores;
  close(): Promise<void>;
}

/** Emulators on a folder, provisioned as a start would. */
export async function openStack(folder: string, shardCount = 1): Promise<OpenStack> {
  const emulators = await startEmulators({ dataDirectory: folder });
  const endpoints = { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint };
  const clients = createAwsClients({ endpoints });
  await provision(clients, { streamName, shardCount, tableNames: tableNames('tidemark') });
  return {
    emulators,
    clients,
    stores: openStores(clients.dynamo, tableNames('tidemark')),
    async close() {
      clients.close();
      await emulators.stop();
    },
  };
}

/** Puts records on the stream; what is no Uint8Array goes as JSON. */
export async function putRecords(
  { clients }: OpenStack,
  records: readonly { readonly key: string; readonly body: unknown }[],
): Promise<void> {
  const producer = createEventProducer({ kinesis: clients.kinesis, streamName });
  const results = await producer.put(
    records.map(({ key, body }) => ({
      partitionKey: key,
      data: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
    })),
  );
  await producer.close();
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length > 0) throw new Error(`records not put: ${JSON.stringify(failed)}`);
}

/** A valid purchase document, changed as given. */
export function document(eventId: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    v: 1,
    eventId,
    type: 'purchase',
    customerId: 'c-1',
    orderId: `order of ${eventId}`,
    occurredAt: '2024-03-01T10:00:00Z',
    currency: 'GBP',
    items: [{ productId: 'tea', quantity: 1, unitPrice: 2.5 }],
    ...changes,
  };
}

/** A record for the quarantine, the `index`-th of its shard. */
export function quarantined(index: number, body: unknown, reason: RejectReason): QuarantinedRecord {
  return {
    shardId: 'shardId-000000000000',
    sequenceNumber: String(10n ** 55n + BigInt(index)),
    subSequence: 0,
    partitionKey: 'c-1',
    data: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
    arrivedAtMs: Date.UTC(2024, 2, 1, 10, 0, index),
    rejection: { reason, detail: `detail ${index}` },
  };
}
