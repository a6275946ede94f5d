import type { CommittedBatch } from '../../../pipeline/commit-updates.ts';
import { consumeStream } from '../../../pipeline/hosts/stream-consumer.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import { createWorker } from '../../../pipeline/worker.ts';
import { type AwsClients, createAwsClients } from '../../../sinks/aws-clients.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { silentLog } from '../../fixtures/pipeline-bench.ts';
import { openShards } from '../../fixtures/reshard.ts';
import type { HostSetup, HostUnderTest } from './host-bench.ts';
import { describeHost } from './host-contract.ts';

/** The consumer of the embedded host, on the wall clock. */
class EmbeddedHostUnderTest implements HostUnderTest {
  readonly #setup: HostSetup;
  #stopping = new AbortController();
  #clients: AwsClients | undefined;
  #consumed: Promise<void> = Promise.resolve();
  #failed: Promise<never> = new Promise(() => {});
  #tipReads = new Map<string, number>();
  #ended = new Set<string>();
  #onBatch: () => void = () => {};
  #aheadMs = 0;

  constructor(setup: HostSetup) {
    this.#setup = setup;
  }

  async start(): Promise<void> {
    const { tablePrefix, streamName } = this.#setup;
    const endpoint = this.#setup.endpoint();
    const clients = createAwsClients({
      endpoints: { kinesis: endpoint, dynamo: endpoint },
      attemptsMax: 2,
    });
    this.#clients = clients;
    this.#stopping = new AbortController();
    this.#tipReads = new Map();
    this.#ended = new Set();
    const settings = readSettings({ batchRecords: 40, writesInFlight: 4 }, {});
    const worker = createWorker({
      settings,
      stores: openStores(clients.dynamo, tableNames(tablePrefix)),
      nowMs: () => Date.now() + this.#aheadMs,
      modelAgeMsMax: 60_000,
    });
    this.#consumed = consumeStream({
      kinesis: clients.kinesis,
      streamName,
      chain: worker.chain,
      recordsMax: settings.batchRecords,
      pollMs: 10,
      nowMs: Date.now,
      signal: this.#stopping.signal,
      log: silentLog,
      onBatch: (batch) => this.#batchDone(batch),
    });
    this.#failed = this.#consumed.then(
      () => new Promise<never>(() => {}),
      (error) => Promise.reject(error),
    );
    this.#failed.catch(() => {});
  }

  async kill(): Promise<void> {
    this.#stopping.abort();
    this.#clients?.close();
    await this.#consumed.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#consumed;
    this.#clients?.close();
  }

  async caughtUp(): Promise<void> {
    const { service, streamName } = this.#setup;
    const before = new Map(this.#tipReads);
    const open = (await openShards(service.kinesis, streamName)).map(({ ShardId = '' }) => ShardId);
    const isQuiet = () =>
      open.every(
        (shard) => this.#ended.has(shard) || (this.#tipReads.get(shard) ?? 0) > (before.get(shard) ?? 0) + 1,
      );
    while (!isQuiet()) {
      const next = new Promise<void>((resolve) => {
        this.#onBatch = resolve;
      });
      await Promise.race([next, this.#failed]);
    }
  }

  async elapse(durationMs: number): Promise<void> {
    this.#aheadMs += durationMs;
  }

  #batchDone({ shardId, atTip, shardEnded }: CommittedBatch): void {
    if (atTip) this.#tipReads.set(shardId, (this.#tipReads.get(shardId) ?? 0) + 1);
    if (shardEnded) this.#ended.add(shardId);
    this.#onBatch();
  }
}

describeHost('the embedded host', (setup) => new EmbeddedHostUnderTest(setup), {
  modelAgeMsMax: 60_000,
  readsStream: true,
});
