/**
 * What Amazon's MultiLangDaemon starts for each shard it holds (`executableName`): it speaks the daemon's lines on stdin
 * and stdout, and logs to stderr. Settings come from the environment, as for the other hosts; the stack is AWS.
 */

import { Console } from 'node:console';
import { errorFields } from '../../../operators/error-fields.ts';
import { createLog } from '../../log.ts';
import { openRuntime } from '../../runtime.ts';
import { readSettings } from '../../settings.ts';
import { createWorker } from '../../worker.ts';
import { workerModelAgeMsMax } from '../model-age.ts';
import { LineInbox } from './line-inbox.ts';
import { runRecordProcessor } from './record-processor.ts';
import { shardWorker } from './shard-worker.ts';

// Stdout is the protocol's: a line of a library's there would be an answer to nothing.
globalThis.console = new Console(process.stderr, process.stderr);
// The daemon ends its processors by closing their stdin. A signal to the whole group must not cut off a batch first.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {});

async function main(): Promise<number> {
  const settings = readSettings({ stack: 'aws' }, process.env);
  const log = createLog({ level: settings.logLevel, format: settings.logFormat ?? 'json' });
  const inbox = new LineInbox(process.stdin);
  process.stdout.on('error', (error) =>
    log.warn({ error: error.message }, 'the daemon does not read any more'),
  );
  const runtime = await openRuntime(settings, log, { joinRunning: false });
  try {
    const { stores } = runtime;
    const worker = shardWorker({
      worker: createWorker({ settings, stores, nowMs: Date.now, modelAgeMsMax: workerModelAgeMsMax }),
      stores,
      log,
      closed: inbox.closed,
    });
    const ended = await runRecordProcessor({ inbox, write, worker, log });
    if (ended === 'closed') return 0;
    log.warn('the daemon went while a message was in hand; it is done again from the checkpoint');
    return 1;
  } catch (error) {
    log.error(errorFields(error), 'stopping without acknowledging: the checkpoint stays where it is');
    return 1;
  } finally {
    await runtime.close();
  }
}

function write(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(line, (error) => (error ? reject(error) : resolve()));
  });
}

main().then(
  // Sockets and timers that are still open must not keep alive a processor that has ended.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${JSON.stringify({ level: 50, ...errorFields(error) })}\n`);
    process.exit(1);
  },
);
