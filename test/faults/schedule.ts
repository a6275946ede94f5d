import type { SegmentModel } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { oldModelMsMax } from '../../pipeline/hosts/model-age.ts';
import { advanceClock } from '../../pipeline/jobs/advance-clock.ts';
import { untilDone } from '../../pipeline/until-done.ts';
import { createEventProducer, type EventProducer } from '../../sinks/event-producer.ts';
import type { UserRecord } from '../../sinks/kinesis-aggregation.ts';
import { modelOf } from '../operators/segments/factories.ts';
import { checkEnd } from './checks.ts';
import { EventSource } from './event-source.ts';
import type { FaultKind } from './fault-plan.ts';
import { createRandom } from './random.ts';
import { nothingRemoved, type RemovedSafeguard } from './safeguards.ts';
import { SimProcess } from './sim-process.ts';
import { type KeptAlive, keepAlive, runStreamHost, sweeperOf, sweepOnAndOn } from './stream-host.ts';
import { installVirtualTime, startMs } from './virtual-time.ts';
import { createWorkload, type Workload } from './workload.ts';
import { createWorld, log, type World } from './world.ts';

export const modes = ['stream', 'replay', 'lambda', 'zombie'] as const;
export type Mode = (typeof modes)[number];

export interface ScheduleOutcome {
  readonly seed: number;
  readonly mode: Mode;
  /** What differs from one pass in order; empty when all is well. */
  readonly problems: readonly string[];
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly crashPoints: readonly string[];
  readonly trace: readonly string[];
  readonly events: number;
  readonly calls: number;
  readonly comparable: boolean;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly removed?: RemovedSafeguard;
  readonly tracing?: boolean;
}

/** Runs one schedule: the same seed gives the same one, to the last call. */
export async function runSchedule(options: ScheduleOptions): Promise<ScheduleOutcome> {
  const { seed, removed = nothingRemoved, tracing = false } = options;
  const random = createRandom(seed);
  const time = installVirtualTime(random.fork().next);
  try {
    const world = createWorld({ time, random, removed, tracing });
    const mode = random.pick(modes);
    let run: Awaited<ReturnType<typeof play>> | undefined;
    try {
      run = await time.run(play(world, mode));
    } catch (error) {
      world.observer.problem(`the schedule broke off: ${(error as Error).stack}`);
    }
    return {
      seed,
      mode,
      problems: world.observer.problems,
      faults: world.plan.counts,
      crashPoints: world.plan.crashPoints,
      trace: world.plan.trace,
      events: run?.events ?? 0,
      calls: world.traffic.calls,
      comparable: run?.comparable ?? false,
    };
  } finally {
    time.uninstall();
  }
}

interface Hosts {
  readonly kept: readonly KeptAlive[];
  readonly source: EventSource | undefined;
}

async function play(world: World, mode: Mode): Promise<{ events: number; comparable: boolean }> {
  const { random, plan, observer } = world;
  // In a replay weeks pass within a second, while an index lags by real time: replays need one that does not.
  if (mode === 'replay') plan.exclude('index-lag');
  const sweeps = mode === 'replay' || random.chance(0.7);
  const inOrder = mode === 'replay' || random.chance(0.25);
  const activates = mode !== 'replay' && random.chance(0.4);
  const aggregate = random.chance(0.3);
  const reshards = random.chance(0.4);
  // An aggregated record goes where its first record belongs: after a reshard that splits a customer over two shards,
  // and under an event source whose lanes go by the stream's key over two lanes.
  const ordered = inOrder && !(aggregate && (reshards || mode === 'lambda'));
  const comparable = ordered && !activates && (mode === 'replay' || !sweeps);
  const workload = createWorkload(world, { inOrder, firstMs: startMs, packs: !aggregate });
  const operator = new SimProcess('operator', world);
  plan.active = false;
  const first = modelOf({ version: 'segments-0001-a', fittedAtMs: startMs - 1 });
  await activate(operator, first);
  plan.active = true;
  let producing = true;
  const hosts = startHosts(world, mode, sweeps, () => producing);
  const disturbed = disturb(world, { mode, hosts, reshards, producing: () => producing });
  let model = first;
  const producerProcess = new SimProcess('producer', world);
  const producer = createEventProducer({
    kinesis: producerProcess.kinesis,
    streamName: world.settings.stream,
    aggregate,
  });
  for (const [index, burst] of workload.bursts.entries()) {
    await nothingInTheAir(world);
    world.jump(burst.newestMs - world.nowMs() + random.int(1, 60_000));
    if (activates && index === 1) {
      model = secondModel(world);
      plan.injected('model-activation', model.version);
      await untilDone(() => activate(operator, model), { signal: operator.signal, log, what: 'activation' });
    }
    await putAll(world, producer, burst.records);
    if (mode === 'replay') {
      const tick = () => producer.putTick(burst.newestMs);
      await untilDone(tick, { signal: operator.signal, log, what: 'tick' });
    }
    await world.time.sleep(random.int(0, 2_000));
  }
  producing = false;
  await disturbed;
  const atMs = await drain(world, mode, hosts, workload);
  await checkEnd(world, operator.stores, { workload, model, atMs, comparable });
  const events = [...workload.events.values()].reduce((sum, list) => sum + list.length, 0);
  if (plan.counts.size === 0) observer.problem('nothing was injected');
  return { events, comparable };
}

function startHosts(world: World, mode: Mode, sweeps: boolean, producing: () => boolean): Hosts {
  const { random } = world;
  const crashAfterCallsMax = random.pick([undefined, 8, 30, 120]);
  const sweepMs = random.pick([100, 500, 2_000]);
  const apart = mode === 'lambda' || (mode !== 'replay' && random.chance(0.5));
  const kept: KeptAlive[] = [];
  if (sweeps && apart) {
    const sweep = (process: SimProcess) => sweepOnAndOn(process, world, sweeperOf(process, world), sweepMs);
    kept.push(keepAlive('sweeper', world, sweep, crashAfterCallsMax));
  }
  if (mode === 'lambda') {
    const source = new EventSource(world, {
      factor: random.pick([1, 2, 4]),
      batchMax: random.pick([1, 4, 10]),
      crashAfterCallsMax,
      modelAgeMsMax: random.pick([0, 1_000, 60_000]),
    });
    return { kept, source };
  }
  const clock = mode === 'replay' ? ('event' as const) : ('wall' as const);
  const options = { clock, sweepMs: sweeps && !apart && mode !== 'replay' ? sweepMs : undefined, producing };
  const host = (process: SimProcess) => runStreamHost(process, world, options);
  kept.push(keepAlive('host', world, host, crashAfterCallsMax));
  return { kept, source: undefined };
}

interface Disturbances {
  readonly mode: Mode;
  readonly hosts: Hosts;
  readonly reshards: boolean;
  readonly producing: () => boolean;
}

/** Reshards, stalls, second hosts and redeliveries, while events come in. */
async function disturb(world: World, { mode, hosts, reshards, producing }: Disturbances): Promise<void> {
  const { random, stream, plan, time } = world;
  while (producing()) {
    await time.sleep(random.int(50, 2_500));
    if (!producing()) return;
    if (reshards && random.chance(0.3)) reshard(world);
    if (hosts.source && random.chance(0.3)) hosts.source.redeliver(random.pick(stream.shards).shardId);
    if (mode === 'zombie' && random.chance(0.5)) await takeOver(world, hosts.kept.at(-1) as KeptAlive);
    if (random.chance(0.15)) {
      const victim = random.pick(hosts.kept)?.current();
      if (victim?.alive) victim.crash('crash-in-mid-air', `${victim.callsInTheAir} calls in the air`);
    }
  }
  plan.note('- nobody puts anything any more');
}

function reshard({ random, stream, plan }: World): void {
  const open = stream.openShards().sort((a, b) => (a.startHash < b.startHash ? -1 : 1));
  if (stream.shards.length > 10) return;
  const at = random.int(0, open.length - 2);
  const [left, right] = [open[at], open[at + 1]];
  if (left && right && random.chance(0.4)) {
    plan.injected('merge', `${left.shardId} ${right.shardId}`);
    stream.merge(left, right);
  } else {
    const shard = random.pick(open);
    plan.injected('split', shard.shardId);
    stream.split(shard);
  }
}

/** The host stands still, another one takes over from the checkpoints, and the first goes on as if nothing had been. */
async function takeOver(world: World, host: KeptAlive): Promise<void> {
  const { random, plan, time } = world;
  const zombie = host.current();
  if (!zombie.alive) return;
  plan.injected('zombie', zombie.name);
  zombie.stall(random.int(50, 1_500));
  const options = { clock: 'wall' as const, sweepMs: undefined, producing: () => true };
  const second = keepAlive('second', world, (process) => runStreamHost(process, world, options), 200);
  await time.sleep(random.int(200, 4_000));
  second.end();
}

/** Waits until no call is on its way: days never pass within one. */
async function nothingInTheAir(world: World): Promise<void> {
  while (world.traffic.inTheAir > 0) await world.time.sleep(1);
}

async function putAll(world: World, producer: EventProducer, records: readonly UserRecord[]): Promise<void> {
  const { random, time } = world;
  const size = random.pick([1, 5, 100]);
  for (let at = 0; at < records.length; at += size) {
    let rest = records.slice(at, at + size);
    while (rest.length > 0) {
      const results = await producer.put(rest);
      const failed = rest.findIndex((_, index) => results[index]?.ok === false);
      rest = failed === -1 ? [] : rest.filter((_, index) => !results[index]?.ok);
    }
    if (random.chance(0.3)) await time.sleep(random.int(1, 500));
  }
}

/** Ends the faults, lets everything be processed by processes without faults, and sweeps to the end. */
async function drain(world: World, mode: Mode, hosts: Hosts, workload: Workload): Promise<number> {
  const { plan, time, random, observer } = world;
  plan.active = false;
  plan.note('- the faults are over');
  const keepsSweeper = random.chance(0.5);
  for (const host of hosts.kept) {
    if (!(keepsSweeper && host.current().name.startsWith('sweeper'))) host.end();
  }
  const newestMs = workload.bursts.at(-1)?.newestMs ?? 0;
  // What ended processes still had in the air lands before anybody looks how far things have come.
  await nothingInTheAir(world);
  if (hosts.source) {
    while (!hosts.source.drained) await time.sleep(100);
    hosts.source.end();
  } else {
    const last = new SimProcess('last', world);
    const clock = mode === 'replay' ? ('event' as const) : ('wall' as const);
    const options = { clock, sweepMs: undefined, producing: () => false };
    runStreamHost(last, world, options).catch((error: unknown) => {
      if (last.alive) observer.problem(`the last host failed: ${(error as Error).stack}`);
    });
    while (!isDrained(world)) await time.sleep(100);
    if (mode === 'replay') await time.sleep(1_000);
    last.end();
  }
  await time.sleep(6_000);
  // A model activated a moment ago is rolled out a second time once nobody can judge by the one before.
  if (mode !== 'replay') world.jump(oldModelMsMax + random.int(0, 40) * msPerDay);
  const atMs = mode === 'replay' ? newestMs : world.nowMs();
  if (keepsSweeper) await time.sleep(10_000);
  for (const host of hosts.kept) host.end();
  const sweeper = new SimProcess('final-sweeper', world);
  await untilDone(() => advanceClock(atMs, sweeperOf(sweeper, world)), {
    signal: sweeper.signal,
    log,
    what: 'sweep',
  });
  world.tables.settleIndexes();
  return atMs;
}

function isDrained({ stream, tables }: World): boolean {
  return stream.shards.every((shard) => {
    const checkpoint = tables.item('checkpoints', 'shard', shard.shardId);
    if (shard.closed) return checkpoint?.ended === true;
    return shard.records.length === 0 || checkpoint?.sequenceNumber === shard.records.at(-1)?.sequenceNumber;
  });
}

async function activate(operator: SimProcess, model: SegmentModel): Promise<void> {
  await operator.stores.models.put('segments', model);
  await operator.stores.models.activate('segments', model.version);
}

function secondModel(world: World): SegmentModel {
  const base = modelOf();
  return {
    ...base,
    version: 'segments-0002-b',
    fittedAtMs: world.nowMs(),
    centroids: base.centroids.map((centroid) =>
      centroid.map((value) => value + (world.random.next() - 0.5) * 0.8),
    ),
  };
}
