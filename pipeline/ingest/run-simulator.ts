import { setImmediate as nextTurn } from 'node:timers/promises';
import { ConfigurationError } from '../../operators/errors.ts';
import type { CheckpointStore } from '../../sinks/checkpoint-store.ts';
import type { EventProducer } from '../../sinks/event-producer.ts';
import { ResumePoint } from './resume-point.ts';
import { type SendClock, wallClock } from './send-clock.ts';
import { simulate } from './simulator.ts';
import { TimelineSender } from './timeline-sender.ts';

export interface RunSimulatorOptions {
  readonly producer: EventProducer;
  readonly checkpoints: Pick<CheckpointStore, 'imports' | 'putImport'>;
  /** Stops the simulation; the next run with the same settings goes on from there. */
  readonly signal: AbortSignal;
  /** Default 1. */
  readonly seed?: number;
  /** Sent at full speed first, days, 1... Default 330. */
  readonly historyDays?: number;
  /** Customers that have come by the end of the history, 1... Default 1,000: 20,000 orders in the history. */
  readonly customers?: number;
  /** How many times as fast as the wall clock event time passes after the history, 1... Default 3600: an hour a second. */
  readonly speed?: number;
  /** ISO 4217. Default GBP. */
  readonly currency?: string;
  /** Event time between clock ticks after the history, milliseconds. Default one hour; never more than one tick a second. */
  readonly tickEveryMs?: number;
  readonly onProgress?: (progress: SimulatorProgress) => void;
  readonly clock?: SendClock;
}

interface SimulatorProgress {
  /** On the stream, those of earlier runs included. */
  readonly events: number;
  /** Event time of the newest event given to the stream, UTC milliseconds; undefined before the first. */
  readonly atMs: number | undefined;
  readonly phase: 'history' | 'live';
}

export interface SimulatorSummary {
  /** Events on the stream, those of earlier runs included. */
  readonly events: number;
  /** Of these, sent by earlier runs. */
  readonly resumedEvents: number;
  /** First instant of the simulation, UTC milliseconds. */
  readonly originMs: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** How long before the wall clock the history ends: what is left to pass at more than life's speed. */
const leadDays = 180;
/** Events of earlier runs are passed over in such portions, so that nothing else has to wait for them. */
const eventsPerTurn = 1_000;

/**
 * Runs the made-up shop until the signal aborts: its history at full speed with a tick a day, then on at `speed` times
 * life's pace, but never ahead of the wall clock; once there, at life's own pace. The first run lets the history end 180
 * days before its own start and puts that origin into the fingerprint of the resume point; later runs find it there.
 * @throws ConfigurationError for settings out of range; DependencyError when the stream or the store fails.
 */
export async function runSimulator(options: RunSimulatorOptions): Promise<SimulatorSummary> {
  const settings = withDefaults(options);
  const { seed, historyDays, customers, currency, clock, signal } = settings;
  const { originMs, resume } = await findResumePoint(settings);
  const resumedEvents = resume.saved.sent;
  const historyEndMs = originMs + historyDays * dayMs;
  let atMs: number | undefined;
  const sender: TimelineSender = new TimelineSender({
    producer: options.producer,
    clock,
    signal,
    skip: resumedEvents,
    dueAtMs: livePace(historyEndMs, settings),
    tickEveryMs: (eventTimeMs) => (eventTimeMs < historyEndMs ? dayMs : liveTickMs(settings)),
    onAcknowledged: async (events) => {
      const phase = atMs !== undefined && atMs >= historyEndMs ? 'live' : 'history';
      options.onProgress?.({ events, atMs, phase });
      await resume.advance(events);
    },
  });
  const orders = simulate({ seed, customers, historyDays, startMs: originMs, currency });
  let order = orders.next().value;
  try {
    for (let count = 1; !signal.aborted; count += 1) {
      const following = orders.next().value;
      atMs = order.atMs;
      await sender.send({ ...order, floorMs: following.atMs });
      order = following;
      if (count % eventsPerTurn === 0) await nextTurn();
    }
  } finally {
    await sender.stop();
    await resume.save(sender.acknowledged, false);
  }
  return { events: sender.acknowledged, resumedEvents, originMs };
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(options: RunSimulatorOptions) {
  const settings = {
    ...options,
    seed: options.seed ?? 1,
    historyDays: options.historyDays ?? 330,
    customers: options.customers ?? 1_000,
    speed: options.speed ?? 3_600,
    currency: options.currency ?? 'GBP',
    tickEveryMs: options.tickEveryMs ?? hourMs,
    clock: options.clock ?? wallClock,
  };
  const problems: string[] = [];
  if (!Number.isInteger(settings.seed)) problems.push(`seed is ${settings.seed}, expected a whole number`);
  for (const name of ['historyDays', 'customers', 'tickEveryMs'] as const) {
    const value = settings[name];
    if (!Number.isInteger(value) || value < 1)
      problems.push(`${name} is ${value}, expected a whole number from 1`);
  }
  if (!(settings.speed >= 1 && Number.isFinite(settings.speed))) {
    problems.push(`speed is ${settings.speed}, expected a number from 1`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return settings;
}

async function findResumePoint(settings: Settings): Promise<{ originMs: number; resume: ResumePoint }> {
  const { seed, customers, historyDays, currency, checkpoints, clock } = settings;
  const prefix = `simulator:${seed}:${customers}:${historyDays}:${currency}:`;
  const found = (await checkpoints.imports()).find(({ fingerprint }) => fingerprint.startsWith(prefix));
  const newOriginMs = Math.floor(clock.nowMs() / dayMs - historyDays - leadDays) * dayMs;
  const originMs = found === undefined ? newOriginMs : Number(found.fingerprint.slice(prefix.length));
  const resume = new ResumePoint(`${prefix}${originMs}`, found, checkpoints, clock);
  // Kept before the first event goes out: a crash right after it must not begin another simulation.
  if (found === undefined) await resume.begin();
  return { originMs, resume };
}

function livePace(historyEndMs: number, { speed, clock }: Settings): (eventTimeMs: number) => number {
  let origin: { readonly eventMs: number; readonly wallMs: number } | undefined;
  return (eventTimeMs) => {
    if (eventTimeMs < historyEndMs) return Number.NEGATIVE_INFINITY;
    origin ??= { eventMs: eventTimeMs, wallMs: clock.nowMs() };
    return Math.max(origin.wallMs + (eventTimeMs - origin.eventMs) / speed, eventTimeMs);
  };
}

function liveTickMs({ tickEveryMs, speed }: Settings): number {
  return Math.max(tickEveryMs, Math.ceil(speed) * 1_000);
}
