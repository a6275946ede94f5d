import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ProcessorPipe } from './daemon-shard.ts';
import type { HostSetup } from './host-bench.ts';
import { describeHost } from './host-contract.ts';
import { KclUnderTest } from './kcl-under-test.ts';

const main = fileURLToPath(new URL('../../../pipeline/hosts/kcl/main.ts', import.meta.url));

/** The record processor as the daemon starts it: a process of its own, killed with -9. */
function spawnProcessor({ endpoint, streamName, tablePrefix }: HostSetup): ProcessorPipe {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_KINESIS: endpoint(),
      AWS_ENDPOINT_URL_DYNAMODB: endpoint(),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      TIDEMARK_STREAM: streamName,
      TIDEMARK_TABLE_PREFIX: tablePrefix,
      TIDEMARK_WRITES_IN_FLIGHT: '4',
      TIDEMARK_LOG_LEVEL: 'silent',
    },
  });
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // A processor that is gone does not read: its exit tells.
  child.stdin.on('error', () => {});
  return {
    say: (line) => {
      child.stdin.write(`${line}\n`);
    },
    async hear() {
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
    async close() {
      child.stdin.end();
      await exited;
    },
    async kill() {
      if (isRunning(child)) child.kill('SIGKILL');
      await exited;
    },
  };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

describeHost('the KCL host in processes of its own', (setup) => new KclUnderTest(setup, spawnProcessor), {
  modelAgeMsMax: 30_500,
  readsStream: false,
});
