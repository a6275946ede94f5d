import { ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';
import { openShards } from '../../fixtures/reshard.ts';
import { DaemonShard, type Lease, type ProcessorPipe } from './daemon-shard.ts';
import type { HostSetup, HostUnderTest } from './host-bench.ts';

/** Opens one record processor, which speaks to the outside through the setup's endpoint. */
export type OpenProcessor = (setup: HostSetup) => ProcessorPipe;

/**
 * Record processors, one a shard, under a daemon played by the test. The daemon reads past the gateway; a kill takes it
 * and its processors, and the lease table stays.
 */
export class KclUnderTest implements HostUnderTest {
  readonly #setup: HostSetup;
  readonly #open: OpenProcessor;
  readonly #leases = new Map<string, Lease>();
  #stopping = new AbortController();
  #shards = new Map<string, DaemonShard>();
  #processors = new Set<ProcessorPipe>();
  #running = new Set<Promise<void>>();
  #failure: unknown;
  #onIdle: () => void = () => {};

  constructor(setup: HostSetup, open: OpenProcessor) {
    this.#setup = setup;
    this.#open = open;
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#shards = new Map();
    this.#processors = new Set();
    this.#running = new Set();
    this.#failure = undefined;
    await this.#startReady();
  }

  async kill(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#processors].map((processor) => processor.kill()));
    await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async caughtUp(): Promise<void> {
    const { service, streamName } = this.#setup;
    const open = (await openShards(service.kinesis, streamName)).map(({ ShardId = '' }) => ShardId);
    const readsOf = (shardId: string) => this.#shards.get(shardId)?.tipReads ?? 0;
    const before = new Map(open.map((shardId) => [shardId, readsOf(shardId)]));
    const isQuiet = () =>
      open.every(
        (shardId) =>
          this.#leases.get(shardId) === 'SHARD_END' || readsOf(shardId) > (before.get(shardId) ?? 0) + 1,
      );
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (isQuiet()) return;
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }

  async elapse(durationMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, durationMs));
  }

  /** A shard is taken up when its parents are checkpointed at their ends. */
  async #startReady(): Promise<void> {
    const { service, streamName } = this.#setup;
    const { Shards = [] } = await service.kinesis.send(new ListShardsCommand({ StreamName: streamName }));
    const isReady = ({ ShardId = '', ParentShardId, AdjacentParentShardId }: Shard) =>
      !this.#shards.has(ShardId) &&
      this.#leases.get(ShardId) !== 'SHARD_END' &&
      [ParentShardId, AdjacentParentShardId].every(
        (parent) => parent === undefined || this.#leases.get(parent) === 'SHARD_END',
      );
    for (const { ShardId = '' } of Shards.filter(isReady)) this.#startShard(ShardId);
  }

  #startShard(shardId: string): void {
    const { service, streamName } = this.#setup;
    const processor = this.#open(this.#setup);
    this.#processors.add(processor);
    const shard = new DaemonShard({
      kinesis: service.kinesis,
      streamName,
      shardId,
      leases: this.#leases,
      processor,
      signal: this.#stopping.signal,
      onIdle: () => this.#onIdle(),
    });
    this.#shards.set(shardId, shard);
    const work = shard
      .run()
      .then(async (outcome) => {
        if (outcome === 'ended' && !this.#stopping.signal.aborted) await this.#startReady();
      })
      .catch((error) => {
        // A processor that ends by itself takes its daemon along.
        this.#failure ??= error;
      })
      .finally(() => {
        this.#running.delete(work);
        this.#onIdle();
      });
    this.#running.add(work);
  }
}
