import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** A year of real purchases; undefined where the data folder is absent. */
export function retailFile(): string | undefined {
  const path = resolve(projectRoot, '../shared/data/online-retail.csv.gz');
  return existsSync(path) ? path : undefined;
}

/** The folder that all runs of the suite write to. */
export interface Workspace {
  path(...names: string[]): string;
  /** A new, empty folder of that name. */
  fresh(name: string): Promise<string>;
  /** Removes the folder, unless it was named by `E2E_WORK` to be looked at or used again. */
  close(): Promise<void>;
}

/** Opens a temporary folder, or the one that `E2E_WORK` names: finished imports in that one are used again. */
export async function openWorkspace(): Promise<Workspace> {
  const named = process.env.E2E_WORK;
  const root = named ? resolve(named) : await mkdtemp(join(tmpdir(), 'tidemark-e2e-'));
  await mkdir(root, { recursive: true });
  const path = (...names: string[]) => join(root, ...names);
  return {
    path,
    async fresh(name) {
      await rm(path(name), { recursive: true, force: true });
      await mkdir(path(name), { recursive: true });
      return path(name);
    },
    async close() {
      if (!named) await rm(root, { recursive: true, force: true });
    },
  };
}
