import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DependencyError } from '../../../operators/errors.ts';
import { examine, fail, ok, printChecks, warn } from '../../../pipeline/cli/doctor/check.ts';
import {
  checkDataFolder,
  checkNode,
  checkPorts,
  checkProcess,
} from '../../../pipeline/cli/doctor/machine-checks.ts';
import { tableProblem } from '../../../pipeline/cli/doctor/resource-checks.ts';
import { diagnose } from '../../../pipeline/cli/doctor-command.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import { tableDefinitions } from '../../../sinks/table-definitions.ts';
import { temporaryFolder } from './cli-fixture.ts';

let folder: string;
const closers: (() => void)[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await rm(folder, { recursive: true, force: true });
});

/** A server on a free port that answers every request with this body. */
async function answering(body: string): Promise<number> {
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const settings = (given: Record<string, unknown> = {}) => readSettings({ port: 0, ...given }, {});

describe('the machine', () => {
  test('needs Node 20', () => {
    expect(checkNode('20.0.0')).toMatchObject({ level: 'ok' });
    expect(checkNode('19.9.0')).toMatchObject({ level: 'fail', message: 'Node 19.9.0' });
  });

  test('needs a data folder that can be made; an absent one is fresh, and stays absent', async () => {
    const absent = join(folder, 'deep', 'down');
    const check = await checkDataFolder(absent, false);
    expect(check).toMatchObject({ level: 'ok', message: `${absent} is fresh: the first start fills it` });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(join(folder, 'file'), '');
    expect(await checkDataFolder(join(folder, 'file', 'below'), false)).toMatchObject({
      level: 'fail',
      message: `${join(folder, 'file')} is a file`,
    });
  });

  test('needs a process that runs on the folder to answer', async () => {
    const run = { pid: 4711, startedAtMs: 0, kinesisEndpoint: 'http://k:1', dynamoEndpoint: 'http://d:2' };
    const url = (port: number) => `http://127.0.0.1:${port}`;
    expect(await checkProcess(folder, undefined)).toMatchObject({ level: 'ok' });
    const well = await answering('{"status":"ok"}');
    expect(await checkProcess(folder, { ...run, apiUrl: url(well) })).toMatchObject({ level: 'ok' });
    const strange = await answering('hello');
    const ill = await checkProcess(folder, { ...run, apiUrl: url(strange) });
    expect(ill).toMatchObject({ level: 'fail' });
    expect(ill.remedy).toContain('stop process 4711');
    expect(await checkProcess(folder, run)).toMatchObject({ level: 'warn' });
  });

  test('needs its ports: those of its own process count as free, another Tidemark’s do not', async () => {
    const strange = await answering('hello');
    const tidemark = await answering('{"status":"ok"}');
    expect(await checkPorts(settings({ port: strange }), undefined)).toMatchObject([
      { level: 'fail', message: `127.0.0.1:${strange} can't be used (EADDRINUSE)` },
    ]);
    expect(await checkPorts(settings({ port: tidemark }), undefined)).toMatchObject([{ level: 'warn' }]);
    expect(await checkPorts(settings({ kinesisPort: strange }), undefined)).toMatchObject([
      { level: 'fail', remedy: 'choose another with --kinesis-port' },
    ]);
    const run = {
      pid: 1,
      startedAtMs: 0,
      kinesisEndpoint: 'http://127.0.0.1:1',
      dynamoEndpoint: 'http://127.0.0.1:2',
      apiUrl: `http://127.0.0.1:${tidemark}`,
    };
    expect(await checkPorts(settings({ port: tidemark }), run)).toEqual([]);
  });
});

describe('a table', () => {
  const definition = tableDefinitions.migrations;
  const found = {
    TableStatus: 'ACTIVE' as const,
    KeySchema: [
      { AttributeName: 'customerId', KeyType: 'HASH' as const },
      { AttributeName: 'ordinal', KeyType: 'RANGE' as const },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'feed',
        IndexStatus: 'ACTIVE' as const,
        KeySchema: [
          { AttributeName: 'feedDay', KeyType: 'HASH' as const },
          { AttributeName: 'feedKey', KeyType: 'RANGE' as const },
        ],
      },
    ],
  };

  test('is right with its keys and indexes', () => {
    expect(tableProblem('t-migrations', definition, found)).toBeUndefined();
  });

  test('fails with other keys, or without an index', () => {
    const keyless = { ...found, KeySchema: found.KeySchema.slice(0, 1) };
    expect(tableProblem('t', definition, keyless)).toMatchObject({
      level: 'fail',
      message: 't has other keys than customerId, ordinal',
    });
    expect(tableProblem('t', definition, { ...found, GlobalSecondaryIndexes: [] })).toMatchObject({
      level: 'fail',
      message: 't lacks the index feed, or it has other keys',
    });
  });

  test('is worth waiting for while it or its index is being made', () => {
    expect(tableProblem('t', definition, { ...found, TableStatus: 'CREATING' })?.level).toBe('warn');
    const [index] = found.GlobalSecondaryIndexes;
    const making = { ...found, GlobalSecondaryIndexes: [{ ...index, IndexStatus: 'CREATING' as const }] };
    expect(tableProblem('t', definition, making)?.level).toBe('warn');
  });
});

describe('the findings', () => {
  test('are one line each, with what to do, and a count', () => {
    const checks = [
      ok('node', 'Node 20'),
      warn('quarantine', '3 open', 'list them'),
      fail('stream', '\u001b', 'x'),
    ];
    expect(printChecks(checks)).toBe(
      [
        'OK    node         Node 20',
        'WARN  quarantine   3 open -> list them',
        'FAIL  stream       \\x1b -> x',
        '1 OK, 1 WARN, 1 FAIL',
      ].join('\n'),
    );
  });

  test('include what an examination throws', async () => {
    const error = new DependencyError('service-refused', 'AccessDenied');
    const thrown = await examine('tables', () => Promise.reject(error));
    expect(thrown).toMatchObject([{ level: 'fail', message: 'AccessDenied (service-refused)' }]);
    expect(await examine('tables', async () => ok('tables', 'fine'))).toMatchObject([{ level: 'ok' }]);
  });

  test('include a damaged folder, which is not taken for a fresh one', async () => {
    await mkdir(join(folder, 'kinesis'), { recursive: true });
    await writeFile(join(folder, 'kinesis', '000005.ldb'), 'x');
    const checks = await diagnose(settings({ data: folder }));
    expect(checks.at(-1)).toMatchObject({ name: 'emulators', level: 'fail' });
    expect(checks.at(-1)?.message).toContain('damaged');
    expect(await readdir(join(folder, 'kinesis'))).toEqual(['000005.ldb']);
  });
});
