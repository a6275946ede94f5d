import type { StreamRecord } from '../../operators/event/record.ts';
import { createWorker, type Worker } from '../../pipeline/worker.ts';
import { partitionKeyHash } from '../../sinks/open-shards.ts';
import type { FakeShard } from './fake-stream.ts';
import { type CrashPoint, SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

export interface EventSourceOptions {
  /** Sub-batches of one shard under way at once. */
  readonly factor: number;
  /** Records of one invocation, at most. */
  readonly batchMax: number;
  /** Invocations an environment may live through before it crashes at some call; undefined: none crashes. */
  readonly crashAfterCallsMax: number | undefined;
  /** How old a warm environment's models may be, ms. */
  readonly modelAgeMsMax: number;
}

interface Environment {
  readonly process: SimProcess;
  readonly worker: Worker;
  busy: boolean;
}

interface ShardReader {
  readonly shard: FakeShard;
  /** Grows with each restart; what an older one set off counts no more. */
  epoch: number;
  /** Index of the next record to read. */
  next: number;
  readonly done: Set<StreamRecord>;
  readonly lanes: StreamRecord[][];
  readonly busy: boolean[];
}

/**
 * What AWS Lambda's event source mapping does: reads each shard, hands out sub-batches in order per partition key only,
 * tries failed ones again and cut in half, starts children behind their parents, and keeps the place itself. Warm
 * environments are taken as they come, so what one remembers of a customer may be long out of date.
 */
export class EventSource {
  readonly #world: World;
  readonly #options: EventSourceOptions;
  readonly #readers = new Map<string, ShardReader>();
  readonly #environments: Environment[] = [];
  #started = 0;
  #ended = false;

  constructor(world: World, options: EventSourceOptions) {
    this.#world = world;
    this.#options = options;
    // Sub-batches end in any order here, so what each writes as its shard's progress is a report, not a place.
    world.observer.checkpointsCount = false;
    void this.#poll();
  }

  end(): void {
    this.#ended = true;
    for (const { process } of this.#environments) process.end();
  }

  /** True once every record of every shard has been processed. */
  get drained(): boolean {
    return this.#world.stream.shards.every(
      (shard) => this.#readers.get(shard.shardId)?.done.size === shard.records.length,
    );
  }

  /** Reads a shard again from the first record not processed, whatever behind it has been. */
  redeliver(shardId: string): void {
    const reader = this.#readers.get(shardId);
    if (!reader) return;
    const { shard } = reader;
    const first = shard.records.findIndex((record) => !reader.done.has(record));
    if (first === -1) return;
    this.#world.plan.injected('redelivery', `${shardId} from ${shard.records[first]?.sequenceNumber}`);
    for (const record of shard.records.slice(first)) reader.done.delete(record);
    reader.epoch += 1;
    reader.next = first;
    for (const lane of reader.lanes) lane.length = 0;
    reader.busy.fill(false);
  }

  async #poll(): Promise<void> {
    const { stream, time, random } = this.#world;
    while (!this.#ended) {
      for (const shard of stream.shards) {
        if (!this.#isReady(shard)) continue;
        const reader = this.#readerOf(shard);
        const read = shard.records.slice(reader.next, reader.next + random.int(1, 10));
        reader.next += read.length;
        for (const record of read) {
          const lane = Number(partitionKeyHash(record.partitionKey) % BigInt(this.#options.factor));
          reader.lanes[lane]?.push(record);
        }
        for (let lane = 0; lane < this.#options.factor; lane += 1) void this.#work(reader, lane);
      }
      await time.sleep(random.int(20, 120));
    }
  }

  /** One lane works off its queue, one invocation after the other. */
  async #work(reader: ShardReader, lane: number): Promise<void> {
    const { epoch } = reader;
    const queue = reader.lanes[lane] as StreamRecord[];
    if (reader.busy[lane] || queue.length === 0) return;
    reader.busy[lane] = true;
    const { random, time, observer } = this.#world;
    let most = this.#options.batchMax;
    while (queue.length > 0 && reader.epoch === epoch && !this.#ended) {
      const records = queue.slice(0, random.int(1, most));
      const ok = await this.#invoke(reader.shard.shardId, records);
      if (reader.epoch !== epoch) return;
      if (ok) {
        queue.splice(0, records.length);
        for (const record of records) {
          reader.done.add(record);
          for (const customerId of observer.effectsOf(reader.shard.shardId, record))
            observer.movesKept(customerId);
        }
        most = this.#options.batchMax;
      } else {
        most = Math.max(1, Math.ceil(most / 2));
        await time.sleep(random.int(10, 400));
        if (reader.epoch !== epoch) return;
      }
    }
    reader.busy[lane] = false;
  }

  /** Says whether the invocation succeeded; one that took too long may still be running. */
  async #invoke(shardId: string, records: readonly StreamRecord[]): Promise<boolean> {
    const { plan, random, time } = this.#world;
    const environment = this.#environment();
    environment.busy = true;
    const { process, worker } = environment;
    const processed = worker
      .process({ shardId, records, behindMs: 0, atTip: false, shardEnded: false })
      .then(() => true)
      .catch(() => false);
    const outcomes: Promise<boolean>[] = [processed, process.crashed.then(() => false)];
    if (plan.active && random.chance(0.03)) {
      outcomes.push(
        time.sleep(random.int(1, 60)).then(() => {
          plan.injected('zombie', `${process.name} goes on after its invocation was given up`);
          return false;
        }),
      );
    }
    const ok = await Promise.race(outcomes);
    void processed.then(() => {
      environment.busy = false;
    });
    return ok;
  }

  #environment(): Environment {
    const { random, plan, settings, nowMs } = this.#world;
    const idle = this.#environments.filter(({ busy, process }) => !busy && process.alive);
    if (idle.length > 0 && random.chance(0.9)) return random.pick(idle);
    this.#started += 1;
    const { crashAfterCallsMax } = this.#options;
    const point: CrashPoint | undefined =
      crashAfterCallsMax !== undefined && plan.active && random.chance(0.5)
        ? { atCall: random.int(1, crashAfterCallsMax), effect: random.pick(['before', 'after']) }
        : undefined;
    const process = new SimProcess(`worker#${this.#started}`, this.#world, point);
    const worker = createWorker({
      settings,
      stores: process.stores,
      nowMs,
      modelAgeMsMax: this.#options.modelAgeMsMax,
    });
    const environment = { process, worker, busy: false };
    this.#environments.push(environment);
    return environment;
  }

  #isReady(shard: FakeShard): boolean {
    return shard.parents.every((parentId) => {
      const parent = this.#world.stream.shard(parentId);
      return this.#readers.get(parentId)?.done.size === parent.records.length && this.#isReady(parent);
    });
  }

  #readerOf(shard: FakeShard): ShardReader {
    const known = this.#readers.get(shard.shardId);
    if (known) return known;
    const { factor } = this.#options;
    const reader: ShardReader = {
      shard,
      epoch: 0,
      next: 0,
      done: new Set(),
      lanes: Array.from({ length: factor }, () => []),
      busy: Array.from({ length: factor }, () => false),
    };
    this.#readers.set(shard.shardId, reader);
    return reader;
  }
}
