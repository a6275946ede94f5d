import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createDataFolder,
  describeRun,
  type RunFile,
  readRunFile,
  removeRunFile,
  writeRunFile,
} from '../../../pipeline/embedded/data-folder.ts';

const run: RunFile = {
  pid: process.pid,
  startedAtMs: Date.UTC(2026, 10, 22),
  kinesisEndpoint: 'http://127.0.0.1:1',
  dynamoEndpoint: 'http://127.0.0.1:2',
  apiUrl: 'http://127.0.0.1:8080',
};

describe('data folder', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-folder-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  test('it is made with its parents, and making it again is fine', async () => {
    const path = join(directory, 'a', 'b');
    expect(isAbsolute(await createDataFolder(path))).toBe(true);
    expect(await createDataFolder(path)).toBe(path);
    expect(await readdir(path)).toEqual([]);
  });

  test('a path that is a file is refused with the path', async () => {
    const path = join(directory, 'file');
    await writeFile(path, '');
    await expect(createDataFolder(path)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(path),
    });
  });

  test('the run file of a living process is read back, and gone after its removal', async () => {
    expect(await readRunFile(directory)).toBeUndefined();
    await writeRunFile(directory, { ...run, apiUrl: undefined });
    await writeRunFile(directory, run);
    expect(await readRunFile(directory)).toEqual(run);
    expect(await readdir(directory)).toEqual(['run.json']);
    await removeRunFile(directory);
    expect(await readdir(directory)).toEqual([]);
    await removeRunFile(directory);
  });

  test('the run file of a process that is gone counts as none', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await writeRunFile(directory, { ...run, pid: child.pid ?? 0 });
    expect(await readRunFile(directory)).toBeUndefined();
  });

  test.each(['', '{', '[]', '{"pid":"1"}', '{"pid":-1}'])(
    'an unreadable run file %j counts as none',
    async (text) => {
      await writeFile(join(directory, 'run.json'), text);
      expect(await readRunFile(directory)).toBeUndefined();
    },
  );

  test('the run file of another living process is not removed', async () => {
    await writeRunFile(directory, { ...run, pid: process.ppid });
    await removeRunFile(directory);
    expect((await readRunFile(directory))?.pid).toBe(process.ppid);
  });

  test('the sentence for a second process names folder, process, since when and where', () => {
    expect(describeRun('/data', run)).toBe(
      `Process ${process.pid} has had the data folder /data open since 2026-11-22T00:00:00.000Z and answers at http://127.0.0.1:8080.`,
    );
    expect(describeRun('/data', undefined)).toBe('Another process has the data folder /data open.');
  });
});
