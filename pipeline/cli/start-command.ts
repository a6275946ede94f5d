import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ConfigurationError, TidemarkError } from '../../operators/errors.ts';
import { removeRunFile, writeRunFile } from '../embedded/data-folder.ts';
import { readAuthentication } from '../hosts/authentication.ts';
import { type EmbeddedHost, startEmbeddedHost } from '../hosts/embedded-host.ts';
import type { Log } from '../log.ts';
import { openRuntime, type Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { chooseFeed, type Feed, type FeedSummary } from './feed.ts';
import { addSettings, openSettings, wholeNumber } from './options.ts';
import { printSummary, summarizeRun } from './run-summary.ts';
import { logStatus } from './status-lines.ts';
import { stopSignal } from './stop-signal.ts';

export interface StartFlags {
  readonly input?: string;
  readonly speed?: 'max' | number;
  readonly aggregate?: boolean;
  readonly feed?: boolean;
  readonly seed?: number;
  readonly customers?: number;
  readonly exit?: boolean;
  readonly json?: boolean;
  readonly clock?: 'event' | 'wall';
}

/** Fewest customers that a file's end fits models for, when there were never enough for a fit by itself. */
const fitAtEndMin = 50;

export function startCommand(program: Command): void {
  const command = program
    .command('start')
    .description(
      'Start the pipeline and the API, fed by a file, by simulated purchases, or by POST /v1/events',
    )
    .option(
      '--input <file>',
      'send the orders of a CSV file, plain or gzip, through the stream; sent again, it goes on where it was',
    )
    .option(
      '--speed <max|N>',
      'as fast as possible, or N times real time (default: max for --input, 3600 for the simulator)',
      parseSpeed,
    )
    .option('--aggregate', 'pack the events of --input into KPL-aggregated records')
    .option('--no-feed', 'start without simulated purchases')
    .option('--seed <number>', 'of the simulator (default: 1)', wholeNumber(0, 2 ** 31 - 1))
    .option('--customers <number>', 'of the simulator (default: 1000)', wholeNumber(1, 100_000))
    .option('--exit', 'stop after --input, with a summary')
    .option('--json', 'print the summary as one JSON object on the last line of stdout')
    .addOption(
      new Option(
        '--clock <clock>',
        'that segments and predictions follow after the last event: event time, or this machine’s (default: event, on AWS wall)',
      ).choices(['event', 'wall']),
    );
  addSettings(command).action(async (flags: StartFlags & Record<string, unknown>) => {
    if (flags.exit && flags.input === undefined) {
      throw new ConfigurationError(['--exit stops after the file of --input; name one']);
    }
    const { settings, log } = await openSettings(flags, { input: flags.input });
    await start(settings, flags, log);
  });
}

function parseSpeed(text: string): 'max' | number {
  if (text === 'max') return text;
  const speed = Number(text);
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new InvalidArgumentError('Expected max, or a number above 0.');
  return speed;
}

async function start(settings: Settings, flags: StartFlags, log: Log): Promise<void> {
  const stop = stopSignal(log);
  // Before the emulators are opened: what can't be served need not start.
  const authentication = await readAuthentication(settings, { log, signal: stop });
  const startedAtMs = Date.now();
  let emulatorsFailed: (error: Error) => void = () => {};
  const emulatorFailure = new Promise<never>((_, reject) => {
    emulatorsFailed = reject;
  });
  emulatorFailure.catch(() => {});
  const runtime = await openRuntime(settings, log, {
    joinRunning: false,
    onFailure: (error) => emulatorsFailed(error),
  });
  let host: EmbeddedHost | undefined;
  try {
    const feed = await chooseFeed(flags, settings, runtime);
    const clock = flags.clock ?? (settings.stack === 'aws' && !flags.input ? 'wall' : 'event');
    host = await startEmbeddedHost({
      settings,
      runtime,
      clock: feed.replays ? 'event' : clock,
      log,
      authentication,
      signal: stop,
    });
    await announce(settings, runtime, host, feed, startedAtMs, log);
    if (authentication.kind === 'off') {
      log.info(
        'authentication is off: whoever is on this machine may ask the API anything (--api-keys-file turns it on)',
      );
    }
    const running = run(host, feed, { settings, flags, runtime, startedAtMs, stop, log });
    await Promise.race([running, host.failed, emulatorFailure]);
  } catch (error) {
    if (!isStopped(error, stop)) throw error;
    if (flags.exit) throw stoppedEarly();
  } finally {
    log.info('stopping: the batches in hand are finished first');
    await host?.stop();
    await runtime.close();
    if (runtime.emulators) await removeRunFile(resolve(settings.data));
  }
}

interface Run {
  readonly settings: Settings;
  readonly flags: StartFlags;
  readonly runtime: Runtime;
  readonly startedAtMs: number;
  readonly stop: AbortSignal;
  readonly log: Log;
}

async function run(
  host: EmbeddedHost,
  feed: Feed,
  { flags, runtime, startedAtMs, stop, log }: Run,
): Promise<void> {
  const appliedBefore = host.counters.eventsApplied;
  // A file shows its own progress.
  if (feed.kind !== 'file') void logStatus(host, log, stop);
  let input: FeedSummary | undefined;
  if (feed.kind !== 'none') {
    host.setProducing(true);
    try {
      input = await feed.send(host, stop);
    } finally {
      host.setProducing(false);
    }
  }
  if (input && !stop.aborted) {
    await Promise.race([host.drained(), aborted(stop)]);
  }
  if (input && !stop.aborted) {
    await host.fitIfNone(fitAtEndMin);
    if (flags.clock === 'wall') await host.switchToWallClock();
    const summary = await summarizeRun({
      stores: runtime.stores,
      counters: host.counters,
      meter: runtime.meter,
      startedAtMs,
      endedAtMs: Date.now(),
      appliedBefore,
      input,
    });
    process.stderr.write(`${printSummary(summary)}\n`);
    if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  }
  if (flags.exit && stop.aborted) {
    throw stoppedEarly();
  }
  if (flags.exit) return;
  if (input && !stop.aborted)
    log.info({ api: host.url }, 'the file is in; the API goes on answering (Ctrl+C stops)');
  await aborted(stop);
}

/** The start was left because a stop was asked for: no failure. */
function isStopped(error: unknown, stop: AbortSignal): boolean {
  return stop.aborted && error instanceof TidemarkError && error.code === 'stopping';
}

function stoppedEarly(): TidemarkError {
  return new TidemarkError(
    'stopped',
    'stopped before the file was through; the same command goes on from there',
    { retryable: true },
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function announce(
  settings: Settings,
  runtime: Runtime,
  host: EmbeddedHost,
  feed: Feed,
  startedAtMs: number,
  log: Log,
): Promise<void> {
  if (runtime.emulators) {
    await writeRunFile(resolve(settings.data), {
      pid: process.pid,
      startedAtMs,
      kinesisEndpoint: runtime.emulators.kinesisEndpoint,
      dynamoEndpoint: runtime.emulators.dynamoEndpoint,
      streamName: settings.stream,
      apiUrl: host.url,
    });
  }
  log.info(
    { api: host.url, docs: `${host.url}/docs`, data: settings.data, feed: feed.description },
    'Tidemark is up',
  );
}
