import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunSummary } from '../../pipeline/cli/run-summary.ts';
import { type Ended, startProduct } from './product.ts';
import { projectRoot, type Workspace } from './workspace.ts';

/** A finished import: its data folder and what it said of itself. */
export interface FinishedImport {
  readonly folder: string;
  readonly summary: RunSummary;
}

/** Longest time one import may take, ms. */
const importMsMax = 30 * 60_000;

/** Imports a file with a fresh data folder, without a break; used again when a kept workspace has it already. */
export async function importOnce(workspace: Workspace, name: string, path: string): Promise<FinishedImport> {
  const folder = workspace.path(name);
  // Another build may write other bytes: only what this one has written is used again.
  const summaryPath = workspace.path(`${name}.${await buildHash()}.json`);
  if (existsSync(summaryPath)) {
    return { folder, summary: JSON.parse(await readFile(summaryPath, 'utf8')) as RunSummary };
  }
  await workspace.fresh(name);
  const product = startProduct(folder, importArguments(path));
  const deadline = new AbortController();
  void sleep(importMsMax, undefined, { signal: deadline.signal, ref: false }).then(
    () => product.kill('SIGKILL'),
    () => {},
  );
  const summary = readSummary(await product.ended);
  deadline.abort();
  await writeFile(summaryPath, JSON.stringify(summary));
  return { folder, summary };
}

async function buildHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['tidemark.js', 'emulator-worker.js']) {
    hash.update(await readFile(join(projectRoot, 'dist', name)));
  }
  return hash.digest('hex').slice(0, 12);
}

export function importArguments(path: string): string[] {
  return ['--input', path, '--speed', 'max', '--exit', '--json'];
}

/** The JSON object on the last line of stdout. @throws Error when the run did not end well. */
export function readSummary(ended: Ended): RunSummary {
  if (ended.code !== 0) {
    throw new Error(
      `the import ended with ${ended.signal ?? `code ${ended.code}`}: ${ended.stderr.slice(-3_000)}`,
    );
  }
  return JSON.parse(ended.stdout.trimEnd().split('\n').at(-1) ?? '') as RunSummary;
}
