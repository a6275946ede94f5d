import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GetRecordsCommand, GetShardIteratorCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TidemarkError } from '../../../operators/errors.ts';
import { writeRunFile } from '../../../pipeline/embedded/data-folder.ts';
import { type Emulators, startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { provision } from '../../../sinks/provision.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';

const names = tableNames('t');
const childScript = fileURLToPath(new URL('./write-until-killed.ts', import.meta.url));

describe('embedded emulators', () => {
  let directory: string;
  const running: Emulators[] = [];

  /** A stopped folder with a record, an item, and tables: opening once more turns the log into a table. */
  let written: string;

  beforeAll(async () => {
    written = await mkdtemp(join(tmpdir(), 'tidemark-written-'));
    const emulators = await startEmulators({ dataDirectory: written });
    await write(emulators, 'kept');
    await emulators.stop();
    await (await startEmulators({ dataDirectory: written })).stop();
  });

  afterAll(async () => {
    await rm(written, { recursive: true, force: true });
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-emulators-'));
  });

  afterEach(async () => {
    for (const emulators of running.splice(0)) await emulators.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function start(options: Partial<Parameters<typeof startEmulators>[0]> = {}): Promise<Emulators> {
    const emulators = await startEmulators({ dataDirectory: directory, ...options });
    running.push(emulators);
    return emulators;
  }

  function refusal(options: Partial<Parameters<typeof startEmulators>[0]> = {}): Promise<TidemarkError> {
    return start(options).then(
      () => expect.fail('it started'),
      (error: TidemarkError) => error,
    );
  }

  test('a record and an item written before a stop are there after the next start', async () => {
    await cp(written, directory, { recursive: true });
    expect(await readBack(await start(), 'kept')).toEqual({ item: true, records: ['kept'] });
  });

  test('stopping twice is the same as once, and frees the ports and the folder', async () => {
    const first = await start();
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    const second = await start({ kinesisPort: portOf(first.kinesisEndpoint) });
    expect(second.kinesisEndpoint).toBe(first.kinesisEndpoint);
  });

  test('both listen on the loopback address only', async () => {
    const { kinesisEndpoint, dynamoEndpoint } = await start();
    for (const endpoint of [kinesisEndpoint, dynamoEndpoint]) {
      expect(new URL(endpoint).hostname).toBe('127.0.0.1');
    }
  });

  test('a busy port is named, and nothing stays locked by the failed start', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const port = (other.address() as { port: number }).port;
    const error = await refusal({ dynamoPort: port });
    other.close();
    expect(error.code).toBe('configuration');
    expect(error.message).toContain(`Port ${port}`);
    await start();
  });

  test('a second start on the folder names the folder and the process that has it', async () => {
    const emulators = await start();
    expect((await refusal()).message).toContain(directory);
    await writeRunFile(directory, { ...emulators, pid: process.pid, startedAtMs: 0 });
    const error = await refusal();
    expect(error.code).toBe('configuration');
    expect(error.message).toContain(`Process ${process.pid}`);
    expect(error.message).toContain('--data');
    expect(await readBack(emulators, 'none')).toEqual({ item: false, records: [] });
  });

  const damages: Record<string, (folder: string) => Promise<void>> = {
    'a garbled CURRENT': (folder) => writeFile(join(folder, 'CURRENT'), 'garbage'),
    'a lost CURRENT': (folder) => rm(join(folder, 'CURRENT')),
    'a lost MANIFEST': async (folder) => {
      for (const name of await readdir(folder)) {
        if (name.startsWith('MANIFEST')) await rm(join(folder, name));
      }
    },
    'a lost table': async (folder) => {
      for (const name of await readdir(folder)) if (name.endsWith('.ldb')) await rm(join(folder, name));
    },
  };

  for (const store of ['kinesis', 'dynamodb']) {
    test.each(Object.keys(damages))(`${store} data with %s is refused and left as it is`, async (damage) => {
      await cp(written, directory, { recursive: true });
      const folder = join(directory, store);
      await damages[damage]?.(folder);
      const dataFiles = async () =>
        (await readdir(folder)).filter((name) => /\.(ldb|log)$/.test(name)).sort();
      const before = await dataFiles();
      const error = await refusal();
      expect(error.code).toBe('data-damaged');
      expect(error.message).toContain(folder);
      expect(error.message).toContain('Nothing was deleted');
      expect(await dataFiles()).toEqual(before);
    });
  }

  test('damage found later ends the emulators and is told once, as damage', async () => {
    await cp(written, directory, { recursive: true });
    const folder = join(directory, 'kinesis');
    const tables = (await readdir(folder)).filter((name) => name.endsWith('.ldb'));
    expect(tables.length).toBeGreaterThan(0);
    for (const name of tables) {
      await writeFile(join(folder, name), new Uint8Array((await stat(join(folder, name))).size));
    }
    const failures: TidemarkError[] = [];
    let tell: () => void = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const emulators = await start({
      onFailure: (error) => {
        failures.push(error);
        tell();
      },
    });
    await expect(readBack(emulators, 'kept')).rejects.toThrow();
    await told;
    await emulators.stop();
    expect(failures.map((error) => error.code)).toEqual(['data-damaged']);
  });

  test('a caller that hangs up in the middle of a request does no harm', async () => {
    const failures: TidemarkError[] = [];
    const emulators = await start({ onFailure: (error) => failures.push(error) });
    for (const endpoint of [emulators.kinesisEndpoint, emulators.dynamoEndpoint]) {
      const socket = connect(portOf(endpoint), '127.0.0.1');
      await once(socket, 'connect');
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
      // A second, whole request is answered only after the first bytes have been taken in.
      await fetch(endpoint);
      socket.resetAndDestroy();
    }
    await write(emulators, 'after');
    expect(await readBack(emulators, 'after')).toEqual({ item: true, records: ['after'] });
    expect(failures).toEqual([]);
  });

  test('a killed process loses nothing that was acknowledged, and its folder opens again', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', childScript, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 150) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(150);

    const emulators = await start();
    const { kinesis, dynamo, close } = clientsOf(emulators);
    const records = new Set(await readRecords(kinesis));
    for (const name of acknowledged) {
      const answer = await dynamo.send(
        new GetCommand({ TableName: names.checkpoints, Key: { kind: 'test', name } }),
      );
      expect(answer.Item, name).toBeDefined();
      expect(records.has(name), name).toBe(true);
    }
    close();
  });

  test('bundled, the emulators start from the bundle beside them', async () => {
    const outdir = fileURLToPath(new URL('../../../node_modules/.cache/emulators-bundle', import.meta.url));
    await build({
      entryPoints: ['emulators', 'emulator-worker'].map((name) =>
        fileURLToPath(new URL(`../../../pipeline/embedded/${name}.ts`, import.meta.url)),
      ),
      outdir,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
    });
    const script = join(outdir, 'start-and-stop.mjs');
    await writeFile(
      script,
      `import { startEmulators } from './emulators.js';
       const emulators = await startEmulators({ dataDirectory: process.argv[2] });
       console.log((await fetch(emulators.dynamoEndpoint)).status);
       await emulators.stop();`,
    );
    const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) output.push(line);
    await rm(outdir, { recursive: true });
    expect(output).toEqual(['200']);
    expect(await readFile(join(directory, 'dynamodb', 'CURRENT'), 'utf8')).toContain('MANIFEST');
  });
});

function portOf(endpoint: string): number {
  return Number(new URL(endpoint).port);
}

function clientsOf(emulators: Emulators) {
  return createAwsClients({
    endpoints: { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint },
    attemptsMax: 1,
  });
}

async function write(emulators: Emulators, name: string): Promise<void> {
  const { kinesis, dynamo, close } = clientsOf(emulators);
  await provision({ kinesis, dynamo }, { streamName: 'events', shardCount: 1, tableNames: names });
  await kinesis.send(
    new PutRecordCommand({ StreamName: 'events', PartitionKey: name, Data: Buffer.from(name) }),
  );
  await dynamo.send(new PutCommand({ TableName: names.checkpoints, Item: { kind: 'test', name } }));
  close();
}

async function readBack(emulators: Emulators, name: string): Promise<{ item: boolean; records: string[] }> {
  const { kinesis, dynamo, close } = clientsOf(emulators);
  try {
    await provision({ kinesis, dynamo }, { streamName: 'events', shardCount: 1, tableNames: names });
    const answer = await dynamo.send(
      new GetCommand({ TableName: names.checkpoints, Key: { kind: 'test', name } }),
    );
    return { item: answer.Item !== undefined, records: await readRecords(kinesis) };
  } finally {
    close();
  }
}

async function readRecords(kinesis: ReturnType<typeof clientsOf>['kinesis']): Promise<string[]> {
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: 'events',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
  return (Records ?? []).map((record) => Buffer.from(record.Data ?? []).toString());
}
