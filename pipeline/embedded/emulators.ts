import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ConfigurationError, DependencyError, type TidemarkError } from '../../operators/errors.ts';
import { createDataFolder, describeRun, readRunFile } from './data-folder.ts';
import type { EmulatorCommand, EmulatorMessage, EmulatorWorkerData } from './emulator-messages.ts';
import { classifyLevelError } from './level-store.ts';

export interface EmulatorOptions {
  /** Kinesis' data goes to `kinesis/` in it, DynamoDB's to `dynamodb/`. Made if absent. */
  readonly dataDirectory: string;
  /** Default 0: any free one. */
  readonly kinesisPort?: number;
  readonly dynamoPort?: number;
  /** Told once when the emulators end by themselves; nothing works from then on. */
  readonly onFailure?: (error: DependencyError) => void;
}

export interface Emulators {
  readonly kinesisEndpoint: string;
  readonly dynamoEndpoint: string;
  /** Lets calls under way finish (2 s at most), closes the stores and ends the thread. Safe to repeat. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;

/**
 * Starts Kinesis and DynamoDB emulators, on 127.0.0.1, in one thread of this process, with their data on disk.
 * What they acknowledged survives the death of the process; a power cut may cost the last moments (LevelDB does not
 * sync each write).
 * @throws ConfigurationError for a busy port, a folder another process has open, or one that can't be written to.
 * @throws DependencyError for damaged data, which is left untouched.
 */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const folder = await createDataFolder(options.dataDirectory);
  const data: EmulatorWorkerData = {
    kinesisPath: join(folder, 'kinesis'),
    dynamoPath: join(folder, 'dynamodb'),
    kinesisPort: options.kinesisPort ?? 0,
    dynamoPort: options.dynamoPort ?? 0,
  };
  await mkdir(data.kinesisPath, { recursive: true });
  await mkdir(data.dynamoPath, { recursive: true });
  const worker = startWorker(data);
  const exited = new Promise<number>((resolve) => {
    worker.once('exit', resolve);
  });
  const ready = await firstMessage(worker, exited);
  if (ready.type !== 'ready') {
    await worker.terminate();
    throw await explain(ready, folder, data);
  }

  let stopping: Promise<void> | undefined;
  let crash: string | undefined;
  worker.on('error', (error: Error) => {
    crash ??= error.message;
  });
  worker.on('message', (message: EmulatorMessage) => {
    if (message.type === 'failed') crash ??= message.detail;
  });
  void exited.then((code) => {
    if (stopping === undefined) options.onFailure?.(crashError(folder, crash ?? `code ${code}`));
  });
  return {
    kinesisEndpoint: `http://127.0.0.1:${ready.kinesisPort}`,
    dynamoEndpoint: `http://127.0.0.1:${ready.dynamoPort}`,
    stop() {
      stopping ??= stopWorker(worker, exited);
      return stopping;
    },
  };
}

/** From the bundle the worker is the bundle's neighbour; from the sources it is TypeScript, which tsx loads. */
function startWorker(data: EmulatorWorkerData): Worker {
  const bundled = new URL('./emulator-worker.js', import.meta.url);
  if (existsSync(fileURLToPath(bundled))) return new Worker(bundled, { workerData: data });
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api'));
  const source = new URL('./emulator-worker.ts', import.meta.url).href;
  const load =
    `import(${JSON.stringify(new URL('./index.mjs', tsx).href)})` +
    `.then((tsx) => { tsx.register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(load, { eval: true, workerData: data, execArgv: [] });
}

async function firstMessage(worker: Worker, exited: Promise<number>): Promise<EmulatorMessage> {
  const failed = (detail: string): EmulatorMessage => ({
    type: 'failed',
    kind: classifyLevelError(detail),
    subject: 'emulators',
    detail,
  });
  let timer: NodeJS.Timeout | undefined;
  const message = await Promise.race([
    new Promise<EmulatorMessage>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', (error) => resolve(failed(error.message)));
    }),
    exited.then((code) => failed(`their thread ended with code ${code}`)),
    new Promise<EmulatorMessage>((resolve) => {
      timer = setTimeout(() => resolve(failed(`not ready after ${startTimeoutMs} ms`)), startTimeoutMs);
    }),
  ]);
  clearTimeout(timer);
  return message;
}

async function stopWorker(worker: Worker, exited: Promise<number>): Promise<void> {
  const command: EmulatorCommand = { type: 'stop' };
  worker.postMessage(command);
  const overdue = setTimeout(() => void worker.terminate(), stopTimeoutMs);
  await exited;
  clearTimeout(overdue);
}

async function explain(
  message: Exclude<EmulatorMessage, { type: 'ready' }>,
  folder: string,
  data: EmulatorWorkerData,
): Promise<TidemarkError> {
  if (message.type === 'stopped') return new DependencyError('emulators', 'The emulators stopped at start.');
  const context = { folder, subject: message.subject, detail: message.detail };
  switch (message.kind) {
    case 'locked': {
      const who = describeRun(folder, await readRunFile(folder));
      return new ConfigurationError([`${who} Use it, stop it, or choose another folder with --data.`], {
        context,
      });
    }
    case 'port-busy':
      return new ConfigurationError(
        [
          `Port ${message.subject} can't be used (${message.detail}). Choose another, or 0 for any free one ` +
            `(asked for: Kinesis ${data.kinesisPort}, DynamoDB ${data.dynamoPort}).`,
        ],
        { context },
      );
    case 'damaged':
      return new DependencyError('data-damaged', damageText(message.subject, message.detail), { context });
    case 'other':
      return new DependencyError('emulators', `The emulators can't start: ${message.detail}.`, { context });
  }
}

function crashError(folder: string, detail: string): DependencyError {
  const context = { folder, detail };
  return classifyLevelError(detail) === 'damaged'
    ? new DependencyError('data-damaged', damageText(folder, detail), { context })
    : new DependencyError('emulators', `The emulators ended by themselves: ${detail}.`, { context });
}

function damageText(folder: string, detail: string): string {
  return (
    `The data in ${folder} is damaged: ${detail}. Nothing was deleted. Restore the folder from a copy, ` +
    `move it aside to start afresh, or choose another with --data.`
  );
}
