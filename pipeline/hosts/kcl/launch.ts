/**
 * Starts Amazon's MultiLangDaemon for this deployment, all from the environment, and ends with it: what a container of
 * the KCL host runs. The processor's bundle lies in the folder beside this one's.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../../operators/errors.ts';
import { readSettings } from '../../settings.ts';
import { writeDaemonCommand } from './daemon-command.ts';
import { readDaemonSettings } from './daemon-settings.ts';

/** Of the container's memory; each processor takes about 150 MiB beside it. */
const heapMiB = 512;

async function main(): Promise<number> {
  const processor = fileURLToPath(new URL('../processor/index.mjs', import.meta.url));
  const settings = readSettings({ stack: 'aws' }, process.env);
  const command = [process.execPath, '--enable-source-maps', processor];
  const { properties, jars } = readDaemonSettings(settings, command, process.env);
  const missing = [processor, jars].filter((path) => !existsSync(path));
  if (missing.length > 0) throw new ConfigurationError(missing.map((path) => `${path} is not there`));
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-kcl-'));
  const daemon = spawn('java', await writeDaemonCommand({ properties, jars, folder, heapMiB }), {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // The daemon has its processors finish their batches, checkpoints and gives its leases back.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => daemon.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    daemon.once('error', reject);
    daemon.once('exit', (code) => resolve(code ?? 1));
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const told = error instanceof ConfigurationError ? error.message : ((error as Error).stack ?? error);
    process.stderr.write(`${told}\n`);
    process.exitCode = 1;
  },
);
