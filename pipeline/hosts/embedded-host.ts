import type { Authentication, PipelineStatus } from '../../api/dependencies.ts';
import { TidemarkError } from '../../operators/errors.ts';
import { PopulationView } from '../../operators/population/population-view.ts';
import { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import { closeAlertSinks, openAlertSinks } from '../../sinks/alert-sinks.ts';
import { createEventProducer, type EventProducer } from '../../sinks/event-producer.ts';
import { joinedReads } from '../../sinks/joined-reads.ts';
import { listOpenShards } from '../../sinks/open-shards.ts';
import { RecentCustomers } from '../../sinks/recent-customers.ts';
import type { Stores } from '../../sinks/stores.ts';
import { alertTargets } from '../alert-targets.ts';
import type { CommittedBatch } from '../commit-updates.ts';
import { createCustomerCache } from '../customer-cache.ts';
import { decodeOptions } from '../decode-options.ts';
import { EventClock } from '../event-clock.ts';
import { EventRate } from '../event-rate.ts';
import { type AdvanceDependencies, advanceClock, refit } from '../jobs/advance-clock.ts';
import { createFitPolicy } from '../jobs/fit-models.ts';
import { recountTables } from '../jobs/recount-tables.ts';
import { LivePopulation } from '../live-population.ts';
import type { Log } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { pause } from '../pause.ts';
import { PipelineCounters } from '../pipeline-counters.ts';
import type { Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { acceptEvents } from './accept-events.ts';
import { readAuthentication } from './authentication.ts';
import { findBoard } from './find-board.ts';
import { replayRecord } from './replay-record.ts';
import { runAlerts } from './run-alerts.ts';
import { serveApi } from './serve-api.ts';
import { consumeStream, type StreamConsumerOptions } from './stream-consumer.ts';

export interface EmbeddedHostOptions {
  readonly settings: Settings;
  readonly runtime: Runtime;
  /** `event`: time is event time and stands at the watermark. `wall`: time is this machine's clock. */
  readonly clock: 'event' | 'wall';
  readonly log: Log;
  /** Where to read from instead of the checkpoints, which stay where they are until the reading has come past them. */
  readonly replayFrom?: StreamConsumerOptions['replayFrom'];
  /** Who may ask; read from the settings when left out. */
  readonly authentication?: Authentication;
  /** Ends a start that is under way: counting what is stored takes minutes where there is much. A host that is up is stopped by `stop`. */
  readonly signal?: AbortSignal;
  /** Told of each batch once all its effects are stored. */
  readonly onBatch?: (batch: CommittedBatch) => void;
}

export interface EmbeddedHost {
  readonly counters: PipelineCounters;
  readonly stores: Stores;
  readonly producer: EventProducer;
  /** Where the API answers. */
  readonly url: string;
  /** Clock instant that reads answer for. */
  nowMs(): number;
  /** Until called again with false, a quiet shard is not taken for finished. */
  setProducing(producing: boolean): void;
  /** Resolves once every record put so far has taken effect and the clock stands at the watermark. */
  drained(): Promise<void>;
  /** Fits the models as of the clock if none is active yet and there are at least `customersMin`. */
  fitIfNone(customersMin: number): Promise<void>;
  /** Leaves event time: from here on the clock is this machine's. */
  switchToWallClock(): Promise<void>;
  /** Rejects when the pipeline fails for good. */
  readonly failed: Promise<never>;
  /** Stops taking requests, lets the batches in hand finish, and closes the API. The runtime is the caller's. */
  stop(): Promise<void>;
}

/** How often timers are looked for and refits considered on the wall clock, ms. */
const wallSweepMs = 5_000;

/**
 * Starts the pipeline over all shards and the API, in this process.
 * @throws TidemarkError `stopping`, retryable, when `signal` ended the start.
 */
export async function startEmbeddedHost(options: EmbeddedHostOptions): Promise<EmbeddedHost> {
  const { settings, runtime, log } = options;
  const recent = new RecentCustomers({ ageMsMax: settings.lookupCacheMs, nowMs: () => performance.now() });
  const stores = { ...runtime.stores, customers: recent.writing(runtime.stores.customers) };
  const stopping = new AbortController();
  const authentication =
    options.authentication ?? (await readAuthentication(settings, { log, signal: stopping.signal }));
  const population = new PopulationView();
  const counters = new PipelineCounters(population);
  await recountTables(stores, counters, options.signal);
  const rate = new EventRate();
  const cache = createCustomerCache(settings.cacheCustomers);
  const models = new ActiveModelCache(stores.models, { ageMsMax: 5_000, nowMs: Date.now });
  const fit = createFitPolicy(settings);
  const advance: AdvanceDependencies = {
    stores,
    cache,
    counters,
    models,
    fit,
    log,
    writesInFlightMax: settings.writesInFlight,
    stop: stopping.signal,
  };
  let producing = false;
  const clock = options.clock === 'event' ? await openClock(advance, () => producing) : undefined;
  let onEventTime = clock !== undefined;
  const nowMs = () => (clock && onEventTime ? (clock.nowMs() ?? counters.watermarkMs() ?? 0) : Date.now());
  const decode = decodeOptions(settings);
  const metrics = createMetrics(counters, runtime.meter);
  const producer = createEventProducer({ kinesis: runtime.clients.kinesis, streamName: settings.stream });
  const targets = alertTargets(settings);
  const server = await serveApi(settings, {
    stores: { ...stores, customers: recent.reading(joinedReads(stores.customers)) },
    authentication,
    nowMs,
    watermarkMs: () => counters.watermarkMs(),
    status: async () => ({
      ...status(counters, onEventTime ? 'event' : 'wall'),
      eventsPerSecond: rate.perSecond(Date.now()),
      countedAtMs: nowMs(),
    }),
    population: new LivePopulation(population, {
      nowMs,
      consumption: async () => (await models.current()).consumption,
      forecasts: () => stores.checkpoints.forecasts(),
    }),
    ready: async () => ({
      ready: !stopping.signal.aborted,
      reasons: stopping.signal.aborted ? ['stopping'] : [],
    }),
    // Not the event clock: what is live arrives now.
    ...acceptEvents(producer, decode, Date.now),
    replayQuarantined: replayRecord({ quarantine: stores.quarantine, producer, decode, nowMs: Date.now }),
    alertTargets: targets,
    metrics: async () => ({
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
    reportingCurrency: settings.currencies.reportingCurrency,
    boardDirectory: findBoard(),
    closing: stopping.signal,
    log: (level, message, fields) => log[level](fields, message),
  });

  const consumed = consumeStream({
    kinesis: runtime.clients.kinesis,
    streamName: settings.stream,
    chain: {
      stores,
      customers: stores.customers,
      cache,
      models,
      counters,
      clock,
      decode,
      state: settings.state,
      writesInFlightMax: settings.writesInFlight,
      writePurchases: settings.purchaseHistory,
      sweptToMs: nowMs,
    },
    recordsMax: settings.batchRecords,
    pollMs: settings.pollMs ?? (settings.stack === 'aws' ? 200 : 20),
    coalesceMs: settings.coalesceMs,
    nowMs: Date.now,
    signal: stopping.signal,
    log,
    replayFrom: options.replayFrom,
    skipToInstant: runtime.emulators !== undefined,
    onBatch: (batch) => {
      metrics.batchDone(batch);
      rate.note(batch.events.length, Date.now());
      options.onBatch?.(batch);
    },
  });
  const sinks = openAlertSinks(targets.webhooks);
  const alerting = runAlerts({
    stores,
    sinks,
    currency: settings.currencies.reportingCurrency,
    clockMs: nowMs,
    log,
    stop: stopping.signal,
  });
  let swept = clock ? Promise.resolve() : sweepOnWallClock(advance, stopping.signal);
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Whoever holds the host awaits `failed`; until then a rejection must not count as unhandled.
  failed.catch(() => {});
  consumed.catch(fail);
  swept.catch(fail);
  alerting.catch(fail);

  return {
    counters,
    stores,
    producer,
    url: server.url,
    nowMs,
    failed,
    setProducing(value) {
      producing = value;
    },
    async drained() {
      const open = await listOpenShards(runtime.clients.kinesis, settings.stream);
      const openIds = open.map(({ shardId }) => shardId);
      await Promise.race([failed, drained(openIds, counters, clock, stopping.signal)]);
    },
    async fitIfNone(customersMin) {
      if ((await models.refresh()).segments || counters.customers < customersMin) return;
      await refit(nowMs(), advance);
    },
    async switchToWallClock() {
      if (!onEventTime) return;
      onEventTime = false;
      clock?.retire();
      swept = sweepOnWallClock(advance, stopping.signal);
      swept.catch(fail);
    },
    async stop() {
      stopping.abort();
      // Shards that wait for each other's ticks would wait for ever.
      clock?.abandon();
      await producer.close();
      await Promise.allSettled([consumed, swept, alerting]);
      closeAlertSinks(sinks);
      await server.close();
    },
  };
}

async function openClock(advance: AdvanceDependencies, producing: () => boolean): Promise<EventClock> {
  const stored = await advance.stores.checkpoints.clock();
  return new EventClock({
    startMs: stored?.sweptToMs,
    producing,
    onAdvance: (toMs) => advanceClock(toMs, advance),
  });
}

async function sweepOnWallClock(advance: AdvanceDependencies, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await advanceClock(Date.now(), advance);
    } catch (error) {
      if (!(error instanceof TidemarkError) || !error.retryable) throw error;
      if (signal.aborted) return;
      advance.log.warn({ code: error.code, error: error.message }, 'sweep failed; trying again');
    }
    await pause(wallSweepMs, signal);
  }
}

/**
 * Every open shard was found empty after this call began, and the clock has come to the newest event. A shard whose
 * first batch is still in hand has no reads yet and is waited for, and so are the children of one that is not at its end.
 */
async function drained(
  openIds: readonly string[],
  counters: PipelineCounters,
  clock: EventClock | undefined,
  signal: AbortSignal,
): Promise<void> {
  const readsBefore = new Map(counters.tipReads);
  for (;;) {
    const quiet = openIds.every(
      (shard) =>
        counters.shards.get(shard)?.ended ||
        (counters.tipReads.get(shard) ?? 0) > (readsBefore.get(shard) ?? 0) + 1,
    );
    const caughtUp = !clock || (clock.nowMs() ?? Number.POSITIVE_INFINITY) >= (counters.watermarkMs() ?? 0);
    if ((quiet && caughtUp) || signal.aborted) return;
    await pause(20, signal);
  }
}

function status(
  counters: PipelineCounters,
  clock: 'event' | 'wall',
): Omit<PipelineStatus, 'eventsPerSecond' | 'countedAtMs'> {
  return {
    watermarkMs: counters.watermarkMs(),
    clock,
    shards: [...counters.shards.values()].map((shard) => ({
      shardId: shard.shardId,
      sequenceNumber: shard.sequenceNumber === '0' ? undefined : shard.sequenceNumber,
      watermarkMs: shard.watermarkMs,
      lagMs: counters.lagMsByShard.get(shard.shardId) ?? 0,
      events: shard.events,
      quarantined: shard.quarantined,
    })),
    customers: counters.customers,
    segmentCounts: Object.fromEntries(counters.segmentCounts),
    migrationsByCause: counters.migrationsByCause,
    quarantinedByReason: Object.fromEntries(counters.quarantinedByReason),
    duplicates: counters.duplicates,
    eventsApplied: counters.eventsApplied,
  };
}
