import { access, constants, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { describeRun, type RunFile } from '../../embedded/data-folder.ts';
import type { Settings } from '../../settings.ts';
import { type Check, fail, ok, warn } from './check.ts';

const nodeMajorMin = 20;
const healthTimeoutMs = 3_000;

export function checkNode(version: string = process.versions.node): Check {
  const major = Number(version.split('.')[0]);
  if (major >= nodeMajorMin) return ok('node', `Node ${version}`);
  return fail('node', `Node ${version}`, `install Node ${nodeMajorMin} or newer`);
}

/** Asks for permission only: nothing is written. */
export async function checkDataFolder(folder: string, hasData: boolean): Promise<Check> {
  const path = resolve(folder);
  const existing = await nearestExisting(path);
  if (!(await stat(existing)).isDirectory()) {
    return fail('data folder', `${existing} is a file`, 'choose another folder with --data');
  }
  try {
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return fail('data folder', `${existing} can't be written to (${why})`, 'choose another with --data');
  }
  return ok(
    'data folder',
    hasData ? `${path} can be written to` : `${path} is fresh: the first start fills it`,
  );
}

async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Below a file nothing can be: the file itself is what is in the way.
    if ((code === 'ENOENT' || code === 'ENOTDIR') && dirname(path) !== path) {
      return nearestExisting(dirname(path));
    }
    throw error;
  }
}

/** Whether a process runs on the data folder, and whether its API answers. */
export async function checkProcess(folder: string, run: RunFile | undefined): Promise<Check> {
  if (run === undefined) return ok('process', 'no process runs on the data folder');
  const who = describeRun(resolve(folder), run);
  if (run.apiUrl === undefined) return warn('process', who, 'its API does not listen yet; look again');
  if (await answersHealth(run.apiUrl)) return ok('process', who);
  return fail(
    'process',
    `${who} It does not answer ${run.apiUrl}/health`,
    `look at its log, or stop process ${run.pid} and start again`,
  );
}

/** True when a Tidemark API answers there. */
async function answersHealth(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(healthTimeoutMs) });
    return answer.ok && ((await answer.json()) as { status?: unknown }).status === 'ok';
  } catch {
    // Refused, too late, or some other program's answer: nobody of ours is there.
    return false;
  }
}

/** Whether the ports that a start would take are free; those of a running process are its own. */
export async function checkPorts(settings: Settings, run: RunFile | undefined): Promise<readonly Check[]> {
  const wanted = [{ flag: '--port', host: settings.host, port: settings.port }];
  if (settings.stack === 'embedded') {
    wanted.push({ flag: '--kinesis-port', host: '127.0.0.1', port: settings.kinesisPort });
    wanted.push({ flag: '--dynamodb-port', host: '127.0.0.1', port: settings.dynamodbPort });
  }
  const taken = new Set(portsOf(run));
  const checks: Check[] = [];
  const free: number[] = [];
  for (const { flag, host, port } of wanted.filter(({ port }) => port !== 0 && !taken.has(port))) {
    const problem = await bindProblem(host, port);
    if (problem === undefined) free.push(port);
    else if (problem === 'EADDRINUSE' && (await answersHealth(`http://${host}:${port}`))) {
      const remedy = `use it, or choose another port with ${flag}`;
      checks.push(warn('ports', `another Tidemark answers on ${host}:${port}`, remedy));
    } else {
      checks.push(fail('ports', `${host}:${port} can't be used (${problem})`, `choose another with ${flag}`));
    }
  }
  if (free.length > 0) checks.unshift(ok('ports', `free: ${free.join(', ')}`));
  return checks;
}

function portsOf(run: RunFile | undefined): number[] {
  const urls = [run?.apiUrl, run?.kinesisEndpoint, run?.dynamoEndpoint];
  return urls.flatMap((url) => (url === undefined ? [] : Number(new URL(url).port)));
}

/** Takes the port for a moment; undefined when that went well, else the system's error code. */
function bindProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((found) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => found(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => found(undefined)));
  });
}
