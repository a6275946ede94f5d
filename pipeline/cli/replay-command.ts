import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { TidemarkError } from '../../operators/errors.ts';
import type { CommittedBatch } from '../commit-updates.ts';
import { removeRunFile, writeRunFile } from '../embedded/data-folder.ts';
import { type EmbeddedHost, startEmbeddedHost } from '../hosts/embedded-host.ts';
import type { ReplayFrom } from '../hosts/stream-consumer.ts';
import type { Log } from '../log.ts';
import { openRuntime, type Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { addSettings, openSettings } from './options.ts';
import { describeFrom, parseFrom, type ReplayStart, resolveStart } from './replay-from.ts';
import { printSummary, summarizeRun } from './run-summary.ts';
import { writeCheckpoints } from './saved-checkpoints.ts';
import { stopSignal } from './stop-signal.ts';

interface ReplayFlags {
  readonly from: ReplayStart;
  readonly saveCheckpoints?: string;
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

const helpText =
  '\nExcept from the horizon, what is still unread is read first, so that nothing is jumped over. Shards that a list of' +
  '\npositions does not name are read on from their checkpoints; those that a file does not name had not been begun' +
  '\nwhen it was saved, and are read from the horizon. The API answers meanwhile, on --port or, without it, on any' +
  '\nfree one.' +
  '\n\nAfter a restore: save the checkpoints right before each backup of the tables. When the tables have been' +
  '\nrestored, read on from that file: everything that came since takes effect again, if the stream still holds it.' +
  '\n\nExample:\n  tidemark replay --from 2026-11-22T00:00:00Z' +
  '\n\nExample: before a backup, and after its restore' +
  '\n  tidemark replay --stack aws --save-checkpoints positions.json' +
  '\n  tidemark replay --stack aws --from @positions.json';

export function replayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'Read again what the stream still holds, until every shard is at its tip, print the summary and end. ' +
        'Nothing counts twice: events that have taken effect before change nothing.',
    )
    .addOption(
      new Option(
        '--from <where>',
        'horizon: the oldest record the stream holds. checkpoints: what is unread, no more. An ISO 8601 instant: what ' +
          'arrived from then on. SHARD:SEQUENCE,…: what follows those positions. @FILE: what follows the checkpoints ' +
          'saved there',
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
    .option(
      '--save-checkpoints <file>',
      'write where each shard stands to a JSON file, and end; works beside a running process',
    )
    .option('--json', 'print the summary as one JSON object on the last line of stdout');
  addSettings(command)
    .addHelpText('after', helpText)
    .action(async (flags: ReplayFlags & Record<string, unknown>) => {
      if (flags.saveCheckpoints !== undefined) {
        await saveCheckpoints(flags.saveCheckpoints, flags);
        return;
      }
      const { settings, log } = await openSettings({ port: 0, ...flags }, { existingData: true });
      await replay(settings, flags, log);
    });
}

/** What an operator does around a backup: first the positions, then the copy, so that none is ahead of its effects. */
async function saveCheckpoints(path: string, flags: Record<string, unknown>): Promise<void> {
  const { settings, log } = await openSettings(flags, { existingData: true });
  const runtime = await openRuntime(settings, log, { joinRunning: true });
  try {
    const shards = await runtime.stores.checkpoints.shards();
    await writeCheckpoints(path, settings.stream, shards, Date.now());
    process.stdout.write(`${path}: checkpoints of ${shards.length} shards\n`);
  } finally {
    await runtime.close();
  }
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
    const replayFrom = await resolveStart(flags.from, {
      kinesis: runtime.clients.kinesis,
      streamName: settings.stream,
      log,
    });
    // It may start after a checkpoint, and the checkpoint must not jump over what was never read.
    if (replayFrom && replayFrom.kind !== 'horizon') {
      await readToTip(reading, undefined, (batch) => {
        count.caughtUp += batch.events.length;
      });
    }
    await readToTip(
      reading,
      replayFrom,
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
    signal: stop,
  });
  try {
    const appliedBefore = host.counters.eventsApplied;
    await announce(settings, runtime, host, startedAtMs);
    const from = replayFrom ? describeFrom(flags.from) : 'the checkpoints';
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

function printReplay(from: ReplayStart, { events, fresh, quarantined, caughtUp }: ReplayCount): string {
  const number = (value: number) => value.toLocaleString('en-GB');
  const first = caughtUp === 0 ? '' : `${number(caughtUp)} unread events first; then `;
  const read = `${number(events)} events read from ${describeFrom(from)}, ${number(fresh)} of them new`;
  return `${'replay'.padEnd(18)}${first}${read}; ${number(quarantined)} records not usable`;
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
