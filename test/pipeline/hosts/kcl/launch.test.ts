import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Prints its arguments once it is ready for the signal, waits for that and ends with code 7. */
const java = `#!/bin/sh
sleep 60 &
trap 'kill $!; exit 7' TERM
echo "$@"
wait
`;

describe('the launcher of the daemon', () => {
  let bundles: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-launch-'));
    await writeFile(join(folder, 'java'), java, { mode: 0o755 });
    const repository = fileURLToPath(new URL('../../../../', import.meta.url));
    bundles = join(repository, 'node_modules', '.cache', `kcl-launch-${process.pid}`);
    await build({
      entryPoints: [join(repository, 'pipeline/hosts/kcl/launch.ts')],
      outfile: join(bundles, 'daemon', 'index.mjs'),
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
    });
    await mkdir(join(bundles, 'processor'));
    await writeFile(join(bundles, 'processor', 'index.mjs'), '');
  });

  afterAll(async () => {
    await rm(bundles, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  function launch(environment: Record<string, string>) {
    const path = `${folder}${delimiter}${process.env.PATH}`;
    const child = spawn(process.execPath, [join(bundles, 'daemon', 'index.mjs')], {
      env: { PATH: path, AWS_REGION: 'us-east-1', TMPDIR: folder, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    return { child, output };
  }

  test('starts the daemon with this deployment’s properties, passes a stop on, and ends with its code', async () => {
    const { child, output } = launch({ TIDEMARK_KCL_JARS: folder, TIDEMARK_STREAM: 'shop' });
    await once(child.stdout, 'data');
    const [, propertiesPath = ''] = /--properties-file (\S+)/.exec(output.stdout) ?? [];
    const properties = await readFile(propertiesPath, 'utf8');
    expect(properties).toContain('streamName = shop\n');
    expect(properties).toContain(
      `executableName = ${process.execPath} --enable-source-maps ${join(bundles, 'processor', 'index.mjs')}\n`,
    );
    expect(output.stdout).toContain(`-cp ${folder}/* software.amazon.kinesis.multilang.MultiLangDaemon`);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([7, null]);
  });

  test('says what is missing before it starts anything', async () => {
    const { child, output } = launch({ TIDEMARK_KCL_JARS: join(folder, 'nowhere') });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).toEqual({ stdout: '', stderr: `${join(folder, 'nowhere')} is not there\n` });
  });
});
