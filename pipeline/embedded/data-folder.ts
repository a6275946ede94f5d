import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../../operators/errors.ts';

const runFileSchema = z.object({
  pid: z.number().int().positive(),
  startedAtMs: z.number(),
  kinesisEndpoint: z.string(),
  dynamoEndpoint: z.string(),
  streamName: z.string().optional(),
  /** Undefined until the API listens. */
  apiUrl: z.string().optional(),
});

/** What a running process says of itself to others that start on the same data folder. */
export type RunFile = Readonly<z.infer<typeof runFileSchema>>;

/**
 * Makes the data folder, if absent, and gives its absolute path.
 * @throws ConfigurationError when it can't be made or written to.
 */
export async function createDataFolder(path: string): Promise<string> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true });
    const probe = join(folder, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
    return folder;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(
      [`The data folder ${folder} can't be written to (${why}). Choose another.`],
      {
        cause: error,
        context: { folder },
      },
    );
  }
}

/** Writes `run.json` in one step: a reader sees the old one or the new one, never half of it. */
export async function writeRunFile(folder: string, run: RunFile): Promise<void> {
  const draft = `${runFilePath(folder)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(run, null, 2)}\n`);
  await rename(draft, runFilePath(folder));
}

/**
 * Tells which process runs on the folder: undefined without a run file, with an unreadable one, and when its process
 * is gone (a crash leaves the file behind). A pid that the system has given to another program since is not noticed.
 */
export async function readRunFile(folder: string): Promise<RunFile | undefined> {
  let text: string;
  try {
    text = await readFile(runFilePath(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = runFileSchema.safeParse(parseJson(text));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

/** Removes the run file at a stop, unless another process has written its own since. */
export async function removeRunFile(folder: string, pid: number = process.pid): Promise<void> {
  const run = await readRunFile(folder);
  if (run === undefined || run.pid === pid) await rm(runFilePath(folder), { force: true });
}

/** One sentence for whoever starts a second process on the folder. */
export function describeRun(folder: string, run: RunFile | undefined): string {
  if (run === undefined) return `Another process has the data folder ${folder} open.`;
  const since = new Date(run.startedAtMs).toISOString();
  const where = run.apiUrl === undefined ? '' : ` and answers at ${run.apiUrl}`;
  return `Process ${run.pid} has had the data folder ${folder} open since ${since}${where}.`;
}

function runFilePath(folder: string): string {
  return join(folder, 'run.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
