import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeDocument } from '../../../../operators/event/event-document.ts';
import { type Emulators, startEmulators } from '../../../../pipeline/embedded/emulators.ts';
import { type AwsClients, createAwsClients } from '../../../../sinks/aws-clients.ts';
import { openStores } from '../../../../sinks/open-stores.ts';
import { provision } from '../../../../sinks/provision.ts';
import { tableNames } from '../../../../sinks/table-definitions.ts';
import { daemonRecord, initialize, processRecords } from './daemon-double.ts';

const shardId = initialize.shardId;
const purchase = encodeDocument({
  ...{ v: 1, type: 'purchase', eventId: 'e-1', customerId: 'c-1', orderId: 'o-1', currency: 'GBP' },
  occurredAt: '2023-11-14T22:13:20Z',
  items: [{ productId: 'p-1', quantity: 2, unitPrice: 3.5 }],
});

describe('the process the daemon starts', () => {
  let folder: string;
  let script: string;
  let emulators: Emulators;
  let clients: AwsClients;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-kcl-'));
    // Inside the repository, so that libraries are found where they are for the sources.
    script = fileURLToPath(
      new URL(`../../../../node_modules/.cache/kcl-processor-${process.pid}.mjs`, import.meta.url),
    );
    await build({
      entryPoints: [fileURLToPath(new URL('../../../../pipeline/hosts/kcl/main.ts', import.meta.url))],
      outfile: script,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
    });
    emulators = await startEmulators({ dataDirectory: folder });
    clients = createAwsClients({
      endpoints: { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint },
    });
    await provision(clients, { streamName: 's', shardCount: 1, tableNames: tableNames('t') });
  });

  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  afterAll(async () => {
    clients.close();
    await emulators.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(script, { force: true });
  });

  function start() {
    const child = spawn(process.execPath, [script], {
      env: {
        ...{ PATH: process.env.PATH, AWS_REGION: 'us-east-1', TIDEMARK_TABLE_PREFIX: 't' },
        ...{ AWS_ACCESS_KEY_ID: 'emulated', AWS_SECRET_ACCESS_KEY: 'emulated' },
        AWS_ENDPOINT_URL_DYNAMODB: emulators.dynamoEndpoint,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.push(child);
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const lines = createInterface({ input: child.stdout });
    const answers: unknown[] = [];
    const waiting: ((answer: unknown) => void)[] = [];
    lines.on('line', (line) => {
      if (line === '') return;
      const answer: unknown = JSON.parse(line);
      answers.push(answer);
      waiting.shift()?.(answer);
    });
    return {
      child,
      answers,
      log: () => log,
      say: (message: object | string) =>
        child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
      /** Its next line on stdout. */
      answer: () => new Promise((resolve) => waiting.push(resolve)),
      async ended(): Promise<number | null> {
        const [code] = (await once(child, 'close')) as [number | null];
        return code;
      },
    };
  }

  test('stores what a batch does, asks for its checkpoint, and ends with code 0 when its stdin is closed', async () => {
    const processor = start();
    const ask = async (message: object) => {
      const answer = processor.answer();
      processor.say(message);
      return answer;
    };
    expect(await ask(initialize)).toEqual({ action: 'status', responseFor: 'initialize' });
    const record = daemonRecord(41, { data: Buffer.from(purchase).toString('base64') });
    const at = { sequenceNumber: '41', subSequenceNumber: 0 };
    expect(await ask(processRecords(record))).toEqual({ action: 'checkpoint', ...at });

    const stores = openStores(clients.dynamo, tableNames('t'));
    expect((await stores.customers.get('c-1'))?.state.lifetime.events).toBe(1);
    expect(await stores.checkpoints.shards()).toMatchObject([{ shardId, sequenceNumber: '41', events: 1 }]);

    expect(await ask({ action: 'checkpoint', ...at })).toEqual({
      action: 'status',
      responseFor: 'processRecords',
    });
    // A signal to the whole group is the daemon's to act on.
    processor.child.kill('SIGTERM');
    expect(await ask({ action: 'leaseLost' })).toEqual({ action: 'status', responseFor: 'leaseLost' });
    const ended = processor.ended();
    processor.child.stdin.end();
    expect(await ended).toBe(0);
    expect(processor.log()).toContain('shard taken');
    expect(processor.answers).toHaveLength(4);
  });

  test('ends with code 1 and without a word on stdout when it can’t go on', async () => {
    const processor = start();
    const ended = processor.ended();
    processor.say('{"action":"resharded","customerId":"secret-customer"}');
    expect(await ended).toBe(1);
    expect(processor.answers).toEqual([]);
    expect(processor.log()).toContain('unknown action resharded in a line of the daemon');
    expect(processor.log()).not.toContain('secret-customer');
  });
});
