import { PassThrough } from 'node:stream';
import { LineInbox } from '../../../pipeline/hosts/kcl/line-inbox.ts';
import { runRecordProcessor } from '../../../pipeline/hosts/kcl/record-processor.ts';
import { shardWorker } from '../../../pipeline/hosts/kcl/shard-worker.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import { createWorker } from '../../../pipeline/worker.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { silentLog } from '../../fixtures/pipeline-bench.ts';
import type { ProcessorPipe } from './daemon-shard.ts';
import type { HostSetup } from './host-bench.ts';
import { describeHost } from './host-contract.ts';
import { KclUnderTest } from './kcl-under-test.ts';

/** The record processor in this process, with clients and memory of its own. */
function openProcessor({ endpoint, tablePrefix }: HostSetup, nowMs: () => number): ProcessorPipe {
  const endpoints = { kinesis: endpoint(), dynamo: endpoint() };
  const clients = createAwsClients({ endpoints, attemptsMax: 2 });
  const stores = openStores(clients.dynamo, tableNames(tablePrefix));
  const settings = readSettings({ stack: 'aws', writesInFlight: 4 }, {});
  const input = new PassThrough();
  const inbox = new LineInbox(input);
  const said: string[] = [];
  let wake: () => void = () => {};
  let hasEnded = false;
  const ended = runRecordProcessor({
    inbox,
    worker: shardWorker({
      worker: createWorker({ settings, stores, nowMs, modelAgeMsMax: 30_000 }),
      stores,
      log: silentLog,
      closed: inbox.closed,
    }),
    log: silentLog,
    async write(line) {
      said.push(...line.split('\n'));
      wake();
    },
  })
    .catch(() => 'failed')
    .finally(() => {
      hasEnded = true;
      clients.close();
      wake();
    });
  return {
    say: (line) => {
      input.write(`${line}\n`);
    },
    async hear() {
      while (said.length === 0 && !hasEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return said.shift();
    },
    async close() {
      input.end();
      await ended;
    },
    async kill() {
      input.destroy();
      clients.close();
      await ended;
    },
  };
}

class InProcessKcl extends KclUnderTest {
  readonly #clock: { aheadMs: number };

  constructor(setup: HostSetup) {
    const clock = { aheadMs: 0 };
    super(setup, (current) => openProcessor(current, () => Date.now() + clock.aheadMs));
    this.#clock = clock;
  }

  override async elapse(durationMs: number): Promise<void> {
    this.#clock.aheadMs += durationMs;
  }
}

describeHost('the KCL host', (setup) => new InProcessKcl(setup), {
  modelAgeMsMax: 30_000,
  readsStream: false,
});
