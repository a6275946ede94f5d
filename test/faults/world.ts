import type { DecodeOptions } from '../../operators/event/decode-event.ts';
import { decodeOptions } from '../../pipeline/decode-options.ts';
import { createLog } from '../../pipeline/log.ts';
import { readSettings, type Settings } from '../../pipeline/settings.ts';
import { FakeStream } from './fake-stream.ts';
import { FakeTables } from './fake-tables.ts';
import { FaultPlan } from './fault-plan.ts';
import { Observer } from './observer.ts';
import type { Random } from './random.ts';
import type { RemovedSafeguard } from './safeguards.ts';
import type { VirtualTime } from './virtual-time.ts';

export const log = createLog({ level: 'silent', format: 'json' });

/** Everything one schedule happens in: time, chance, the two services and what watches them. */
export interface World {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly plan: FaultPlan;
  readonly stream: FakeStream;
  readonly tables: FakeTables;
  readonly observer: Observer;
  readonly removed: RemovedSafeguard;
  readonly settings: Settings;
  readonly decode: DecodeOptions;
  /** The clock of the pipeline: virtual time, and whole days more after each jump. */
  readonly nowMs: () => number;
  /** One way of one call, ms. */
  readonly latency: () => number;
  /** Account of the calls of all processes. */
  readonly traffic: { calls: number; inTheAir: number };
  /** Lets days pass in which nothing happens. */
  jump(durationMs: number): void;
}

export interface WorldOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly removed: RemovedSafeguard;
  readonly tracing: boolean;
}

export function createWorld({ time, random, removed, tracing }: WorldOptions): World {
  let jumpedMs = 0;
  const nowMs = () => time.nowMs() + jumpedMs;
  const plan = new FaultPlan(random.fork(), { stamp: () => new Date(nowMs()).toISOString(), tracing });
  const latencies = random.fork();
  const slowest = random.pick([3, 10, 40, 150]);
  const stream = new FakeStream({
    shardCount: random.int(1, 4),
    nowMs,
    random: random.fork(),
    refused: () => plan.strikes('partial-put'),
    emptyRead: () => plan.strikes('empty-read'),
    expired: () => plan.strikes('expired-iterator'),
    recordsMax: random.pick([1, 3, 8, 30]),
  });
  const lags = random.fork();
  const observer = new Observer(stream, plan);
  const tables = new FakeTables({
    nowMs,
    random: random.fork(),
    indexLagMs: () => (plan.strikes('index-lag') ? lags.int(1, 5_000) : 0),
    unprocessed: () => plan.strikes('partial-batch'),
    knowsStatements: random.chance(0.5),
    ignoreConditions: removed.ignoreConditions,
    // Somebody wrote from what was no longer the last version.
    onConflict: (role) => plan.active && role === 'customers' && plan.injected('stale-record', ''),
    onWrite: (role, item) => observer.written(role, item),
  });
  observer.watch(tables);
  const settings = readSettings(
    {
      cacheCustomers: removed.cacheCustomersMax ?? random.pick([1, 2, 100]),
      writesInFlight: random.pick([1, 4, 32]),
    },
    {},
  );
  return {
    time,
    random,
    plan,
    stream,
    tables,
    observer,
    removed,
    settings,
    decode: decodeOptions(settings),
    nowMs,
    traffic: { calls: 0, inTheAir: 0 },
    latency: () => (latencies.chance(0.03) ? latencies.int(100, 900) : latencies.int(1, slowest)),
    jump(durationMs) {
      tables.settleIndexes();
      jumpedMs += durationMs;
      plan.note(`- ${Math.round(durationMs / 86_400_000)} days pass`);
    },
  };
}
