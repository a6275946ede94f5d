import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { TidemarkError } from '../../operators/errors.ts';
import { parseInstant } from '../../operators/event/parse-instant.ts';
import type { CommittedBatch } from '../commit-updates.ts';
import { removeRunFile, writeRunFile } from '../embedded/data-folder.ts';
import { type EmbeddedHost, type EmbeddedHostOptions, startEmbeddedHost } from '../hosts/embedded-host.ts';
import type { Log } from '../log.ts';
import { openRuntime, type Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { addSettings, openSettings } from './options.ts';
import { printSummary, summarizeRun } from './run-summary.ts';
import { stopSignal } from './stop-signal.ts';

export type ReplayFrom = NonNullable<EmbeddedHostOptions['replayFrom']>;

interface ReplayFlags {
  readonly from: ReplayFrom;
  readonly clock?: 'event' | 'wall';
  readonly json?: boolean;
}

/** What a replay read, and what of that had not taken effect before. */
interface ReplayCount {
  events: number;
  fresh: number;
  quarantined: number;
}

const reportEveryMs = 5_000;

export function replayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'Read again what the stream still holds, until every shard is at its tip, print the summary and end. ' +
        'Nothing counts twice: events that have taken effect before change nothing.',
    )
    .addOption(
      new Option(
        '--from <horizon|instant>',
        'the oldest record the stream holds, or the first that arrived at an ISO 8601 instant',
      )
        .default({ kind: 'horizon' }, 'horizon')
        .argParser(parseFrom),
    )
    .addOption(
      new Option(
        '--clock <event|wall>',
        'which clock segments and predictions follow (default: event, with --stack aws wall)',
      ).choices(['event', 'wall']),
    )
    .option('--json', 'print the summary as one JSON object on the last line of stdout');
  addSettings(command)
    .addHelpText(
      'after',
      '\nThe API answers meanwhile, on --port or, without it, on any free one.' +
        '\n\nExample:\n  tidemark replay --from 2026-11-22T00:00:00Z',
    )
    .action(async (flags: ReplayFlags & Record<string, unknown>) => {
      const { settings, log } = await openSettings({ port: 0, ...flags }, { existingData: true });
      await replay(settings, flags, log);
    });
}

export function parseFrom(text: string): ReplayFrom {
  if (text === 'horizon') return { kind: 'horizon' };
  const atMs = parseInstant(text);
  if (atMs === undefined) {
    throw new InvalidArgumentError('Expected horizon or an instant such as 2026-11-22T10:15:00Z.');
  }
  if (atMs > Date.now()) throw new InvalidArgumentError('The instant lies in the future.');
  return { kind: 'instant', atMs };
}

async function replay(settings: Settings, flags: ReplayFlags, log: Log): Promise<void> {
  const stop = stopSignal(log);
  const stopped = once(stop, 'abort');
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
  const count: ReplayCount = { events: 0, fresh: 0, quarantined: 0 };
  const reporting = setInterval(() => log.info({ ...count }, 'replaying'), reportEveryMs);
  let host: EmbeddedHost | undefined;
  try {
    host = await startEmbeddedHost({
      settings,
      runtime,
      clock: flags.clock ?? (settings.stack === 'aws' ? 'wall' : 'event'),
      log,
      replayFrom: flags.from,
      onBatch: (batch) => countBatch(count, batch),
    });
    const appliedBefore = host.counters.eventsApplied;
    await announce(settings, runtime, host, startedAtMs);
    log.info({ from: describeFrom(flags.from), api: host.url }, 'replay started');
    await Promise.race([host.drained(), host.failed, emulatorFailure, stopped]);
    if (stop.aborted) {
      throw new TidemarkError('stopped', 'the replay was stopped before its end; run it again', {
        retryable: true,
      });
    }
    const summary = await summarizeRun({
      stores: runtime.stores,
      counters: host.counters,
      meter: runtime.meter,
      startedAtMs,
      endedAtMs: Date.now(),
      appliedBefore,
      input: undefined,
    });
    process.stderr.write(`${printReplay(flags.from, count)}\n${printSummary(summary)}\n`);
    if (flags.json) {
      const replayed = { from: describeFrom(flags.from), ...count };
      process.stdout.write(`${JSON.stringify({ ...summary, replay: replayed })}\n`);
    }
  } finally {
    clearInterval(reporting);
    await host?.stop();
    await runtime.close();
    if (runtime.emulators) await removeRunFile(resolve(settings.data));
  }
}

function countBatch(count: ReplayCount, batch: CommittedBatch): void {
  count.events += batch.events.length;
  count.quarantined += batch.quarantined.length;
  for (const update of batch.updates) count.fresh += update.fresh.length;
}

function printReplay(from: ReplayFrom, { events, fresh, quarantined }: ReplayCount): string {
  const figures = `${events.toLocaleString('en-GB')} events read from ${describeFrom(from)}`;
  return `${'replay'.padEnd(18)}${figures}, ${fresh.toLocaleString('en-GB')} of them new; ${quarantined.toLocaleString('en-GB')} records not usable`;
}

function describeFrom(from: ReplayFrom): string {
  return from.kind === 'horizon' ? 'horizon' : new Date(from.atMs).toISOString();
}

/** Lets other commands on the same data folder find this process. */
async function announce(
  settings: Settings,
  runtime: Runtime,
  host: EmbeddedHost,
  startedAtMs: number,
): Promise<void> {
  if (!runtime.emulators) return;
  await writeRunFile(resolve(settings.data), {
    pid: process.pid,
    startedAtMs,
    kinesisEndpoint: runtime.emulators.kinesisEndpoint,
    dynamoEndpoint: runtime.emulators.dynamoEndpoint,
    streamName: settings.stream,
    apiUrl: host.url,
  });
}
