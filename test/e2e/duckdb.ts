import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from './workspace.ts';

/** Pinned, so that the oracle says the same in a year. */
const duckdbVersion = '1.5.6-r.1';
const enginesFolder = join(projectRoot, '.engines');

/** The part of `@duckdb/node-api` that is used here. */
interface DuckModule {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<DuckConnection> }>;
  };
}

interface DuckConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): Record<string, string | number | null>[] }>;
  closeSync(): void;
}

export interface Database {
  run(sql: string): Promise<void>;
  /** Rows by column name; whole numbers beyond 32 bits come as texts. */
  rows(sql: string): Promise<Record<string, string | number | null>[]>;
  close(): void;
}

/** Opens an in-memory DuckDB, having installed it into `.engines/` if it is not there yet. */
export async function openDuckdb(): Promise<Database> {
  const manifest = join(enginesFolder, 'node_modules/@duckdb/node-api/package.json');
  if (!existsSync(manifest) || installedVersion(manifest) !== duckdbVersion) await install();
  const load = createRequire(join(enginesFolder, 'engines.cjs'));
  const { DuckDBInstance } = load('@duckdb/node-api') as DuckModule;
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql) {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson();
    },
    close: () => connection.closeSync(),
  };
}

function installedVersion(manifest: string): unknown {
  return (createRequire(manifest)(manifest) as { version?: unknown }).version;
}

/** Not a dependency of the project: 70 MB that only this suite needs. */
async function install(): Promise<void> {
  await mkdir(enginesFolder, { recursive: true });
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', enginesFolder];
  const code = await new Promise<number | null>((resolve, reject) => {
    const npm = spawn('npm', [...args, `@duckdb/node-api@${duckdbVersion}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    npm.once('error', reject);
    npm.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`npm install of @duckdb/node-api ${duckdbVersion} ended with code ${code}`);
}
