import { PopulationView } from '../../operators/population/population-view.ts';
import { createCustomerCache } from '../../pipeline/customer-cache.ts';
import { EventClock } from '../../pipeline/event-clock.ts';
import { oldModelMsMax } from '../../pipeline/hosts/model-age.ts';
import { consumeStream } from '../../pipeline/hosts/stream-consumer.ts';
import { type AdvanceDependencies, advanceClock } from '../../pipeline/jobs/advance-clock.ts';
import type { FitPolicy } from '../../pipeline/jobs/fit-models.ts';
import { recountTables } from '../../pipeline/jobs/recount-tables.ts';
import { PipelineCounters } from '../../pipeline/pipeline-counters.ts';
import { untilDone } from '../../pipeline/until-done.ts';
import { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import { type CrashPoint, SimProcess } from './sim-process.ts';
import { log, type World } from './world.ts';

/** Models come from the schedule, never from a fit. */
export const noFit: FitPolicy = {
  customersMin: Number.POSITIVE_INFINITY,
  refitDays: 0,
  attempted: () => {},
  lastAttemptMs: () => Number.NEGATIVE_INFINITY,
};

export interface StreamHostOptions {
  /** `event`: a replay, whose clock goes by ticks. `wall`: time is the pipeline's clock. */
  readonly clock: 'event' | 'wall';
  /** How often timers are looked for on the wall clock, ms; undefined: by nobody here. */
  readonly sweepMs: number | undefined;
  readonly producing: () => boolean;
}

/** What the embedded host runs in one process: all shards through the chain, and the sweep beside it. */
export async function runStreamHost(
  process: SimProcess,
  world: World,
  options: StreamHostOptions,
): Promise<void> {
  const { stores, signal } = process;
  const { settings, nowMs } = world;
  let counters = new PipelineCounters();
  const retrying = { signal, log, what: 'starting' };
  await untilDone(() => {
    counters = new PipelineCounters(new PopulationView());
    return recountTables(stores, counters);
  }, retrying);
  const advance: AdvanceDependencies = {
    stores,
    cache: createCustomerCache(settings.cacheCustomers),
    counters,
    models: new ActiveModelCache(stores.models, { ageMsMax: 5_000, nowMs }),
    fit: noFit,
    log,
    writesInFlightMax: settings.writesInFlight,
    stop: signal,
  };
  const swept =
    options.clock === 'event' ? await untilDone(() => stores.checkpoints.clock(), retrying) : undefined;
  const clock =
    options.clock === 'event'
      ? new EventClock({
          startMs: swept?.sweptToMs,
          producing: options.producing,
          onAdvance: (toMs) => advanceClock(toMs, advance),
        })
      : undefined;
  signal.addEventListener('abort', () => clock?.abandon(), { once: true });
  const consumed = consumeStream({
    kinesis: process.kinesis,
    streamName: settings.stream,
    chain: {
      ...advance,
      customers: stores.customers,
      clock,
      decode: world.decode,
      state: settings.state,
      writePurchases: true,
      sweptToMs: clock ? () => clock.nowMs() ?? counters.watermarkMs() ?? 0 : nowMs,
    },
    recordsMax: 10_000,
    pollMs: 100,
    nowMs,
    signal,
    log,
  });
  const sweeping =
    options.sweepMs === undefined ? undefined : sweepOnAndOn(process, world, advance, options.sweepMs);
  await Promise.all([consumed, sweeping]);
}

/** Sweeps for as long as the process lives, as hosts on the wall clock do. */
export async function sweepOnAndOn(
  process: SimProcess,
  world: World,
  advance: AdvanceDependencies,
  sweepMs: number,
): Promise<void> {
  while (process.alive && !process.signal.aborted) {
    await untilDone(() => advanceClock(world.nowMs(), advance), {
      signal: process.signal,
      log,
      what: 'sweep',
    });
    await world.time.sleep(sweepMs);
  }
}

/** A sweeper that is a process of its own, with a cache that nobody tells of what the workers write. */
export function sweeperOf(process: SimProcess, world: World): AdvanceDependencies {
  return {
    stores: process.stores,
    cache: createCustomerCache(world.settings.cacheCustomers),
    counters: new PipelineCounters(),
    models: new ActiveModelCache(process.stores.models, { ageMsMax: 5_000, nowMs: world.nowMs }),
    fit: noFit,
    log,
    writesInFlightMax: world.settings.writesInFlight,
    stop: process.signal,
    others: { modelAgeMsMax: oldModelMsMax, nowMs: world.nowMs },
  };
}

export interface KeptAlive {
  /** The process that runs at the moment. */
  current(): SimProcess;
  /** Ends it for good. */
  end(): void;
}

/** Starts a process, and a new one after each crash, until ended. An error that is no fault of ours is a problem. */
export function keepAlive(
  name: string,
  world: World,
  body: (process: SimProcess) => Promise<void>,
  crashAfterCallsMax: number | undefined,
): KeptAlive {
  let ended = false;
  let generation = 0;
  let process: SimProcess;
  const { random } = world;
  const start = () => {
    generation += 1;
    const crashes = crashAfterCallsMax !== undefined && world.plan.active && random.chance(0.8);
    const point: CrashPoint | undefined = crashes
      ? { atCall: random.int(1, crashAfterCallsMax), effect: random.pick(['before', 'after']) }
      : undefined;
    process = new SimProcess(`${name}#${generation}`, world, point);
    const started = process;
    body(started).catch((error: unknown) => {
      if (started.alive) world.observer.problem(`${started.name} failed: ${(error as Error).stack}`);
    });
    void started.crashed.then(async () => {
      if (ended) return;
      await world.time.sleep(random.int(5, 3_000));
      if (!ended) start();
    });
  };
  start();
  return {
    current: () => process,
    end() {
      ended = true;
      process.end();
    },
  };
}
