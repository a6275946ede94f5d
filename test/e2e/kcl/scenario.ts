import { MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { importFile } from '../../../pipeline/ingest/import-file.ts';
import { fitModels } from '../../../pipeline/jobs/fit-models.ts';
import { createLog } from '../../../pipeline/log.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { provision } from '../../../sinks/provision.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { type Daemon, type DaemonEnvironment, startDaemon, staysUp } from './daemon.ts';
import { compareEnd } from './end.ts';
import type { KclContext } from './kcl-context.ts';
import { leasesBehind, readLeader, readLeases, readStream, waitFor } from './leases.ts';
import { phasedProducer } from './phased-producer.ts';
import { foldFile } from './pure-fold.ts';

export interface ScenarioOptions extends KclContext {
  readonly retail: string;
}

const stream = 'kcl-purchases';
const application = 'kcl-e2e';
const tablePrefix = 'kcl';

/** Imports the file while two daemons process it; what happens in between stands in `steps`. */
export async function runScenario(options: ScenarioOptions): Promise<void> {
  const { report, retail, clients } = options;
  const expected = await foldFile(retail);
  await provision(clients, { streamName: stream, shardCount: 4, tableNames: tableNames(tablePrefix) });
  const run = new Run(options, openStores(clients.dynamo, tableNames(tablePrefix)));
  try {
    await run.start();
    const at = (share: number) => Math.round(share * expected.events);
    const producer = phasedProducer(clients, stream, [
      { atEvents: at(0.1), run: () => run.bothHoldLeases() },
      { atEvents: at(0.3), run: () => run.fitAt(at(0.25)) },
      { atEvents: at(0.3), run: () => run.split() },
      { atEvents: at(0.35), packing: 'by-shard' },
      { atEvents: at(0.5), run: () => run.killOne(at(0.4)) },
      { atEvents: at(0.6), run: () => run.merge() },
      // Packed across shards a customer's orders are on several at once: the others must not be minutes ahead.
      { atEvents: at(0.95), run: () => run.drained(), packing: 'across-shards' },
    ]);
    const imported = await importFile({
      path: retail,
      producer,
      checkpoints: run.stores.checkpoints,
      speed: 'max',
      reportingCurrency: 'GBP',
      signal: new AbortController().signal,
      tickEveryMs: 14 * 86_400_000,
    });
    await producer.close();
    report.note(
      `${imported.events} events sent: ${producer.events.plain} plain, ${producer.events['by-shard']} aggregated by shard, ` +
        `${producer.events['across-shards']} aggregated across shards`,
    );
    await run.drained();
    await compareEnd({ report, stores: run.stores, expected, ...(await run.end()) });
  } finally {
    await run.stop();
  }
}

class Run {
  readonly stores: Stores;
  readonly #options: ScenarioOptions;
  readonly #startedMs = Date.now();
  #daemons: Daemon[] = [];
  #killedAtMs = 0;

  constructor(options: ScenarioOptions, stores: Stores) {
    this.#options = options;
    this.stores = stores;
  }

  async start(): Promise<void> {
    const { jars, processor, gateway, dynamo, folder } = this.#options;
    const environment: DaemonEnvironment = {
      ...{ jars, processor, application, stream, tablePrefix, dynamo },
      kinesis: gateway.endpoint,
      recordsMax: 500,
      failoverMs: 10_000,
    };
    for (const worker of ['first', 'second']) {
      this.#daemons.push(await startDaemon(folder, worker, environment));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#daemons.map((daemon) => daemon.stop()));
  }

  async bothHoldLeases(): Promise<void> {
    await this.#wait('both daemons hold leases', 180_000, async () => {
      const owners = new Set((await this.#leases()).map(({ owner }) => owner));
      return this.#daemons.every(({ worker }) => owners.has(worker));
    });
    this.#tell('both daemons hold leases');
  }

  /** Fits the first models once that many events have been processed. */
  async fitAt(events: number): Promise<void> {
    await this.#processed(events);
    const shards = await this.stores.checkpoints.shards();
    const watermarkMs = Math.max(...shards.map((shard) => shard.watermarkMs ?? 0));
    const outcome = await fitModels(watermarkMs, {
      stores: this.stores,
      current: { segments: undefined, consumption: undefined },
      log: createLog({ level: 'silent', format: 'json' }),
    });
    this.#tell(`models fitted: ${outcome.activated.join(', ')}`);
  }

  async split(): Promise<void> {
    const [shard] = await this.#openShards();
    // The middle of the first of four equal ranges.
    const NewStartingHashKey = String(2n ** 125n);
    await this.#options.clients.kinesis.send(
      new SplitShardCommand({ StreamName: stream, ShardToSplit: shard?.shardId, NewStartingHashKey }),
    );
    this.#tell(`${shard?.shardId} split`);
  }

  async merge(): Promise<void> {
    const [left, right] = (await this.#openShards()).slice(-2);
    await this.#options.clients.kinesis.send(
      new MergeShardsCommand({
        StreamName: stream,
        ShardToMerge: left?.shardId,
        AdjacentShardToMerge: right?.shardId,
      }),
    );
    this.#tell(`${left?.shardId} and ${right?.shardId} merged`);
  }

  /** SIGKILL in the middle of the work, with records on the stream that nobody has processed. */
  async killOne(events: number): Promise<void> {
    await this.#processed(events);
    const leader = await readLeader(this.#options.clients, application);
    const victim = this.#daemons.find(
      ({ worker }) => (worker === leader) === (process.env.VICTIM !== 'other'),
    ) as Daemon;
    const held = (await this.#leases()).filter(({ owner }) => owner === victim.worker);
    const processors = await victim.killNow();
    this.#killedAtMs = Date.now();
    this.#daemons = this.#daemons.filter((daemon) => daemon !== victim);
    this.#tell(
      `${victim.worker} killed with ${processors} processors${victim.worker === leader ? ', it assigned the leases' : ''}; ` +
        `it held ${held.map(({ shardId }) => shardId).join(', ')}`,
    );
  }

  async drained(): Promise<void> {
    const shards = await readStream(this.#options.clients, stream);
    const killed = this.#killedAtMs;
    await this.#wait('all leases are at their end or tip', 600_000, async () => {
      const leases = await this.#leases();
      if (this.#killedAtMs > 0 && this.#survivorHoldsAll(leases)) {
        this.#tell(`the survivor holds every lease, ${seconds(Date.now() - killed)} s after the kill`);
        this.#killedAtMs = 0;
      }
      return leasesBehind(shards, leases, await this.#endedShards()).length === 0;
    });
    this.#tell('drained');
  }

  async end() {
    const { clients, gateway } = this.#options;
    const shards = await readStream(clients, stream);
    return { shards, leases: await this.#leases(), gateway };
  }

  #survivorHoldsAll(leases: Awaited<ReturnType<typeof readLeases>>): boolean {
    const [survivor] = this.#daemons;
    return leases.every(({ owner, checkpoint }) => checkpoint === 'SHARD_END' || owner === survivor?.worker);
  }

  async #processed(events: number): Promise<void> {
    await this.#wait(`${events} events are processed`, 420_000, async () => {
      const shards = await this.stores.checkpoints.shards();
      return shards.reduce((sum, shard) => sum + shard.events, 0) >= events;
    });
  }

  async #openShards() {
    const shards = await readStream(this.#options.clients, stream);
    return shards
      .filter(({ closed }) => !closed)
      .sort((a, b) => (BigInt(a.startHash) < BigInt(b.startHash) ? -1 : 1));
  }

  async #endedShards(): Promise<Set<string>> {
    const shards = await this.stores.checkpoints.shards();
    return new Set(shards.filter(({ ended }) => ended).map(({ shardId }) => shardId));
  }

  #leases() {
    return readLeases(this.#options.clients, application);
  }

  #wait(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
    return waitFor(what, limitMs, staysUp(this.#daemons, this.#options.interrupted), holds);
  }

  #tell(text: string): void {
    this.#options.report.note(`${seconds(Date.now() - this.#startedMs).padStart(4)} s  ${text}`);
  }
}

function seconds(durationMs: number): string {
  return String(Math.round(durationMs / 1000));
}
