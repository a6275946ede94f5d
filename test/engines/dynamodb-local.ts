import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dynamoDbLocalFolder } from './paths.ts';

/** An engine that runs, or why none does. */
export type Engine<T> =
  | { readonly kind: 'running'; readonly endpoints: T; stop(): Promise<void> }
  | { readonly kind: 'absent'; readonly reason: string };

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;
/** Oldest Java that the jar runs on. */
const javaMin = 17;

/**
 * Starts Amazon's DynamoDB Local in memory on a free loopback port; 2 to 3 s.
 * @throws Error when it is installed, Java is there, and it does not answer within a minute.
 */
export async function startDynamoDbLocal(): Promise<Engine<{ readonly dynamo: string }>> {
  const folder = await dynamoDbLocalFolder();
  if (folder === undefined) {
    return { kind: 'absent', reason: 'not installed; `npx tsx test/engines/install.ts` installs it' };
  }
  const java = await javaVersion();
  if (java === undefined || java < javaMin) {
    const found = java === undefined ? 'no java on the path' : `java on the path is ${java}`;
    return { kind: 'absent', reason: `${found}; it needs Java ${javaMin}` };
  }
  const port = await freePort();
  const child = spawn(
    'java',
    [
      '-Xmx512m',
      `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
      ...['-jar', join(folder, 'DynamoDBLocal.jar')],
      ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const dynamo = `http://127.0.0.1:${port}`;
  try {
    await answers(child, dynamo);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { kind: 'running', endpoints: { dynamo }, stop: () => end(child) };
}

/** Major version of the `java` on the path; undefined when there is none. */
async function javaVersion(): Promise<number | undefined> {
  const child = spawn('java', ['-version'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const there = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
  const [, major] = /version "(\d+)/.exec(text) ?? [];
  return there && major !== undefined ? Number(major) : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function answers(child: ChildProcess, endpoint: string): Promise<void> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4_000);
    });
  }
  for (const deadlineMs = Date.now() + startTimeoutMs; ; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended at start: ${output}`);
    // Any answer will do, also a refusal of a request that nobody signed.
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (Date.now() > deadlineMs) throw new Error(`DynamoDB Local does not answer: ${output}`);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  const overdue = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(overdue);
}
