import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDaemonCommand } from '../../../pipeline/hosts/kcl/daemon-command.ts';
import type { DaemonOptions } from '../../../pipeline/hosts/kcl/daemon-properties.ts';
import { projectRoot } from '../workspace.ts';

export interface DaemonEnvironment {
  readonly jars: string;
  readonly processor: string;
  readonly application: string;
  readonly stream: string;
  readonly tablePrefix: string;
  readonly kinesis: string;
  readonly dynamo: string;
  readonly recordsMax: number;
  readonly failoverMs: number;
  /** Other values of properties. */
  readonly others?: Readonly<Record<string, string>>;
}

/** One real MultiLangDaemon with its processors. */
export interface Daemon {
  readonly worker: string;
  readonly pid: number;
  readonly logPath: string;
  hasEnded(): boolean;
  /** Its exit code, once it has ended: null after a signal. */
  readonly ended: Promise<number | null>;
  /** Pids of the processors that run now. */
  processors(): number[];
  /** SIGKILL to the JVM and to its processors, in that order and without a pause. Gives how many processors it hit. */
  killNow(): Promise<number>;
  /** SIGTERM to the JVM, which has its processors finish; SIGKILL after 40 s. */
  stop(): Promise<void>;
}

const started = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of started) {
    if (child.pid === undefined || child.exitCode !== null) continue;
    for (const pid of [...childrenOf(child.pid), child.pid]) signal(pid, 'SIGKILL');
  }
});

/** Starts a daemon; its log and its processors' go to `<folder>/<worker>.log`. */
export async function startDaemon(
  folder: string,
  worker: string,
  environment: DaemonEnvironment,
): Promise<Daemon> {
  const own = join(folder, worker);
  await mkdir(own, { recursive: true });
  const command = await writeDaemonCommand({
    properties: daemonOptions(worker, environment),
    jars: environment.jars,
    folder: own,
    heapMiB: 384,
    // The emulator knows no CBOR.
    jvm: ['-XX:+UseSerialGC', '-Daws.cborEnabled=false'],
  });
  const logPath = `${folder}/${worker}.log`;
  const log = openSync(logPath, 'a');
  const child = spawn('java', command, {
    cwd: projectRoot,
    env: childEnvironment(environment),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  started.add(child);
  let over = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      over = true;
      started.delete(child);
      resolve(code);
    });
  });
  const pid = child.pid ?? -1;
  return {
    worker,
    pid,
    logPath,
    hasEnded: () => over,
    ended,
    processors: () => (over ? [] : childrenOf(pid)),
    async killNow() {
      const processors = childrenOf(pid);
      for (const victim of [pid, ...processors]) signal(victim, 'SIGKILL');
      await ended;
      return processors.length;
    },
    async stop() {
      if (over) return;
      signal(pid, 'SIGTERM');
      const overdue = setTimeout(() => {
        for (const id of [...childrenOf(pid), pid]) signal(id, 'SIGKILL');
      }, 40_000);
      await ended;
      clearTimeout(overdue);
    },
  };
}

/** Throws when waiting has become pointless: a daemon has ended by itself, or the run is to end early. */
export function staysUp(daemons: readonly Daemon[], interrupted: () => boolean): () => Promise<void> {
  return async () => {
    if (interrupted()) throw new Error('interrupted');
    for (const daemon of daemons) {
      if (!daemon.hasEnded()) continue;
      const log = await readFile(daemon.logPath, 'utf8');
      throw new Error(`${daemon.worker} ended by itself:\n${log.slice(-4_000)}`);
    }
  };
}

function daemonOptions(worker: string, environment: DaemonEnvironment): DaemonOptions {
  return {
    application: environment.application,
    stream: environment.stream,
    region: 'us-east-1',
    command: [process.execPath, '--enable-source-maps', environment.processor],
    start: 'TRIM_HORIZON',
    retrieval: 'polling',
    recordsMax: environment.recordsMax,
    failoverMs: environment.failoverMs,
    worker,
    others: {
      kinesisEndpoint: environment.kinesis,
      dynamoDBEndpoint: environment.dynamo,
      metricsLevel: 'NONE',
      idleTimeBetweenReadsInMillis: '250',
      shardSyncIntervalMillis: '2000',
      parentShardPollIntervalMillis: '1000',
      leaseAssignmentIntervalMillis: '5000',
      // Leases are moved between workers every 30 s; each move costs the start of a processor.
      varianceBalancingFrequency: '6',
      ...environment.others,
    },
  };
}

function childEnvironment(environment: DaemonEnvironment): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: environment.dynamo,
    TIDEMARK_STREAM: environment.stream,
    TIDEMARK_TABLE_PREFIX: environment.tablePrefix,
    TIDEMARK_LOG_FORMAT: 'json',
  };
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      // The name stands in brackets and may hold blanks; after it come the state and the parent.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === pid ? [Number(entry)] : [];
    } catch (error) {
      // It has ended since the folder was read.
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It may have ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
