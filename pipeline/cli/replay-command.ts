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
  /** Events that were unread when it began, and were read first. */
  caughtUp: number;
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
      '\nWhat is still unread is read first. The API answers meanwhile, on --port or, without it, on any free one.' +
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
  const count: ReplayCount = { events: 0, fresh: 0, quarantined: 0, caughtUp: 0 };
  const reporting = setInterval(() => log.info({ ...count }, 'replaying'), reportEveryMs);
  const reading = { settings, flags, runtime, startedAtMs, stop, log, emulatorFailure };
  try {
    // An instant may lie after a checkpoint, and the checkpoint must not jump over what was never read.
    if (flags.from.kind === 'instant') {
      await readToTip(reading, undefined, (batch) => {
        count.caughtUp += batch.events.length;
      });
    }
    await readToTip(
      reading,
      flags.from,
      (batch) => countBatch(count, batch),
      async (host, appliedBefore) => {
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
        if (!flags.json) return;
        const replayed = { from: describeFrom(flags.from), ...count };
        process.stdout.write(`${JSON.stringify({ ...summary, replay: replayed })}\n`);
      },
    );
  } finally {
    clearInterval(reporting);
    await runtime.close();
    if (runtime.emulators) await removeRunFile(resolve(settings.data));
  }
}

interface Reading {
  readonly settings: Settings;
  readonly flags: ReplayFlags;
  readonly runtime: Runtime;
  readonly startedAtMs: number;
  readonly stop: AbortSignal;
  readonly log: Log;
  /** Rejects when the emulators die under us. */
  readonly emulatorFailure: Promise<never>;
}

/** Runs the pipeline until every shard is at its tip; undefined reads on from the checkpoints. */
async function readToTip(
  { settings, flags, runtime, startedAtMs, stop, log, emulatorFailure }: Reading,
  replayFrom: ReplayFrom | undefined,
  onBatch: (batch: CommittedBatch) => void,
  atTip: (host: EmbeddedHost, appliedBefore: number) => Promise<void> = async () => {},
): Promise<void> {
  const host = await startEmbeddedHost({
    settings,
    runtime,
    clock: flags.clock ?? (settings.stack === 'aws' ? 'wall' : 'event'),
    log,
    replayFrom,
    onBatch,
  });
  try {
    const appliedBefore = host.counters.eventsApplied;
    await announce(settings, runtime, host, startedAtMs);
    const from = replayFrom ? describeFrom(replayFrom) : 'the checkpoints';
    log.info({ from, api: host.url }, 'reading the stream');
    const stopped = stop.aborted ? Promise.resolve() : once(stop, 'abort');
    await Promise.race([host.drained(), host.failed, emulatorFailure, stopped]);
    if (stop.aborted) {
      throw new TidemarkError('stopped', 'the replay was stopped before its end; run it again', {
        retryable: true,
      });
    }
    await atTip(host, appliedBefore);
  } finally {
    await host.stop();
  }
}

function countBatch(count: ReplayCount, batch: CommittedBatch): void {
  count.events += batch.events.length;
  count.quarantined += batch.quarantined.length;
  for (const update of batch.updates) count.fresh += update.fresh.length;
}

function printReplay(from: ReplayFrom, { events, fresh, quarantined, caughtUp }: ReplayCount): string {
  const number = (value: number) => value.toLocaleString('en-GB');
  const first = caughtUp === 0 ? '' : `${number(caughtUp)} unread events first; then `;
  const read = `${number(events)} events read from ${describeFrom(from)}, ${number(fresh)} of them new`;
  return `${'replay'.padEnd(18)}${first}${read}; ${number(quarantined)} records not usable`;
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
