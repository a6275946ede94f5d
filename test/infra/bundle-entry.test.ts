import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundleEntry, projectRoot, writeBoard, writeBundle } from '../../infra/bundle-entry.ts';
import { entryPath, type FunctionName, functionDefinitions } from '../../infra/function-definitions.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = Object.keys(functionDefinitions) as FunctionName[];

test.each(names)('%s: the bundle loads in plain Node and exports a handler Lambda can call', (name) => {
  writeBundle(entryPath(name), folder);
  expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'index.mjs.map']);
  // Outside the project nothing can be found in node_modules: what loads is all in the bundle.
  const url = JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href);
  const run = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { handler } = await import(${url}); console.log(typeof handler, handler.length)`,
    ],
    { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH } },
  );
  expect(run.stderr).toBe('');
  const [kind, parameters] = run.stdout.trim().split(' ');
  expect(kind).toBe('function');
  // The newest runtimes refuse handlers that take a callback.
  expect(Number(parameters)).toBeLessThanOrEqual(2);
});

test.each(names)('%s: the bundle holds no emulator and stays well below what Lambda takes', (name) => {
  const { inputs, code } = bundleEntry(entryPath(name));
  const strays = inputs.filter((path) =>
    /node_modules\/(kinesalite|dynalite|leveldown|cli-progress)\//.test(path),
  );
  expect(strays).toEqual([]);
  expect(code.byteLength).toBeLessThan(5_000_000);
});

test('the bundle of the API serves the board that lies beside it, and reads no table for it', () => {
  writeBundle(entryPath('serve-api'), folder);
  writeBoard(folder);
  const page = readFileSync(join(folder, 'board/index.html'), 'utf8');
  const assets = [...page.matchAll(/"(\/board\/assets\/[^"]+)"/g)].map(([, path]) => path);
  expect(assets).toHaveLength(4);
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)});
    for (const path of ${JSON.stringify(['/', '/board/segments', ...assets])}) {
      const http = { method: 'GET', path, sourceIp: '192.0.2.1' };
      const headers = { host: 'api.example.test', 'accept-encoding': 'gzip' };
      const requestContext = { domainName: 'api.example.test', http };
      const answer = await handler({ version: '2.0', rawPath: path, headers, requestContext }, {});
      console.log(answer.statusCode, answer.isBase64Encoded, answer.headers['content-type'] ?? answer.headers.location);
    }`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      TIDEMARK_STACK: 'aws',
      TIDEMARK_LOG_LEVEL: 'warn',
    },
  });
  expect({ stderr: run.stderr, lines: run.stdout.trim().split('\n') }).toEqual({
    stderr: '',
    lines: [
      '302 false /board',
      '200 false text/html; charset=utf-8',
      expect.stringMatching(/^200 (true|false) image\/svg\+xml/),
      '200 true text/css; charset=utf-8',
      '200 true text/javascript; charset=utf-8',
      '200 true text/javascript; charset=utf-8',
    ],
  });
});

test('the KCL’s record processor loads from its bundle and ends when its input does', () => {
  writeBundle('pipeline/hosts/kcl/main.ts', folder);
  const run = spawnSync(process.execPath, [join(folder, 'index.mjs')], {
    cwd: folder,
    encoding: 'utf8',
    input: '',
    env: { PATH: process.env.PATH, AWS_REGION: 'eu-west-1', TIDEMARK_STREAM: 'tidemark-purchases' },
  });
  expect({ status: run.status, stdout: run.stdout, stderr: run.stderr }).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
});

test('an entry that is not there is refused', () => {
  expect(() => bundleEntry('pipeline/hosts/lambda/absent.ts')).toThrow(/absent\.ts/);
  expect(projectRoot).not.toBe('');
});
