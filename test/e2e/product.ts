import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRunFile } from '../../pipeline/embedded/data-folder.ts';
import { projectRoot } from './workspace.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** One process of the product, started as a user starts it. */
export interface Product {
  readonly pid: number;
  readonly folder: string;
  readonly ended: Promise<Ended>;
  hasEnded(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** URL of the API as soon as it answers. @throws Error when the process ends first, or after 120 s. */
  url(): Promise<string>;
  /** SIGTERM, and SIGKILL when that has not ended it after 60 s. */
  stop(): Promise<Ended>;
}

const children = new Set<ChildProcess>();
/** Pids that lead a process group. */
const groups = new Set<number>();

/** Ends what a check that failed has left running. */
export function endLeftovers(): void {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.pid !== undefined && groups.has(child.pid)) endGroup(child.pid);
  }
}

/** What npm started outlives npm, unless its group is ended. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // All of it may have ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

process.on('exit', endLeftovers);

/** Builds `dist/` once, as `npm start` does. */
export async function buildProduct(): Promise<void> {
  const ended = await runCommand(process.execPath, ['build.mjs'], projectRoot, 120_000);
  if (ended.code !== 0) throw new Error(`the build failed:\n${ended.stderr}`);
}

/** `tidemark start` on a data folder; its log goes to `<folder>.log` as well. */
export function startProduct(folder: string, args: readonly string[]): Product {
  const script = ['--enable-source-maps', join(projectRoot, 'dist/tidemark.js'), 'start', '--data', folder];
  // Flags given twice count the last time, so that a check may ask for a port of its own.
  const defaults = ['--log-format', 'json', '--port', '0'];
  const child = spawn(process.execPath, [...script, ...defaults, ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return observe(child, folder, (pid) => pid === child.pid);
}

/** `npm start` in a clone, with its own data folder unless `args` name another one. Signals go to all its processes. */
export function startWithNpm(clone: string, args: readonly string[]): Product {
  const named = args.indexOf('--data');
  const folder = named < 0 ? join(clone, '.tidemark') : (args[named + 1] ?? '');
  const child = spawn('npm', ['start', '--', '--port', '0', ...args], {
    cwd: clone,
    // A group of its own, as a terminal gives each command: Ctrl+C reaches npm, its shell and the product alike.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) groups.add(child.pid);
  // The process that listens is a child of npm.
  const product = observe(child, folder, () => true);
  return {
    ...product,
    kill(signal) {
      if (!product.hasEnded() && child.pid !== undefined) process.kill(-child.pid, signal);
    },
  };
}

function observe(child: ChildProcess, folder: string, isOurs: (pid: number) => boolean): Product {
  const ended = follow(child, `${folder}.log`);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const product: Product = {
    pid: child.pid ?? -1,
    folder,
    ended,
    hasEnded: () => over,
    kill(signal) {
      if (!over) child.kill(signal);
    },
    async url() {
      for (const deadline = Date.now() + 120_000; !over && Date.now() < deadline; await sleep(20)) {
        const run = await readRunFile(folder);
        if (run?.apiUrl && isOurs(run.pid)) return run.apiUrl;
      }
      throw new Error(
        over ? `the product ended: ${(await ended).stderr.slice(-2_000)}` : 'no API after 120 s',
      );
    },
    async stop() {
      product.kill('SIGTERM');
      const overdue = setTimeout(() => product.kill('SIGKILL'), 60_000);
      const result = await ended;
      clearTimeout(overdue);
      return result;
    },
  };
  return product;
}

/** Any command of the product, run to its end. */
export function runTidemark(args: readonly string[]): Promise<Ended> {
  const script = ['--enable-source-maps', join(projectRoot, 'dist/tidemark.js')];
  return runCommand(process.execPath, [...script, ...args], projectRoot, 120_000);
}

/** What the API answers to a GET, as JSON. A machine under load may lose a connection, so it is asked three times. */
export async function getJson<T>(url: string): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url);
      if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    } catch (error) {
      if (!(error instanceof TypeError) || attempt === 3) throw error;
      await sleep(500);
    }
  }
}

/** Runs a command to its end. */
export function runCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  timeoutMs: number,
): Promise<Ended> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const overdue = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  return follow(child, undefined).finally(() => clearTimeout(overdue));
}

function follow(child: ChildProcess, logPath: string | undefined): Promise<Ended> {
  const startedMs = Date.now();
  children.add(child);
  let stdout = '';
  let stderr = '';
  const log = logPath === undefined ? undefined : createWriteStream(logPath, { flags: 'a' });
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    log?.write(text);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      children.delete(child);
      log?.end();
      resolve({ code, signal, stdout, stderr, seconds: (Date.now() - startedMs) / 1000 });
    });
  });
}
