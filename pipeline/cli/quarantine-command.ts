import { readFile, stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { ConfigurationError, TidemarkError } from '../../operators/errors.ts';
import { type RejectReason, rejectReasons } from '../../operators/event/purchase-event.ts';
import { createEventProducer } from '../../sinks/event-producer.ts';
import type { QuarantineEntry, QuarantineStore, QuarantineSummary } from '../../sinks/stores.ts';
import { decodeOptions } from '../decode-options.ts';
import { readRunFile } from '../embedded/data-folder.ts';
import { type QuarantineSelection, replayQuarantine } from '../jobs/replay-quarantine.ts';
import { openRuntime, type Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { listQuarantine } from './list-quarantine.ts';
import { addSettings, openSettings, storeSettings, wholeNumber } from './options.ts';
import { jsonOfEntry, printEntries, printOutcome } from './print-quarantine.ts';

/** Kinesis takes records of at most 1 MiB. */
const mendedBytesMax = 1024 * 1024;

interface ListFlags {
  readonly id?: readonly string[];
  readonly reason?: RejectReason;
  readonly status?: 'open' | 'replayed';
  readonly limit: number;
  readonly after?: string;
  readonly json?: boolean;
  readonly raw?: boolean;
}

interface ReplayFlags {
  readonly id?: readonly string[];
  readonly reason?: RejectReason;
  readonly all?: boolean;
  readonly with?: string;
  readonly dryRun?: boolean;
}

export function quarantineCommand(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('List records that could not be used, and put them on the stream again');
  quarantine.addHelpText('after', '\nExample:\n  tidemark quarantine list --status open');
  addListCommand(quarantine);
  addReplayCommand(quarantine);
}

function addListCommand(quarantine: Command): void {
  const command = quarantine
    .command('list')
    .description(
      'List quarantined records: the newest day first, of each shard the newest first; works beside a running process',
    )
    .option('--id <id...>', 'only these records')
    .addOption(reasonOption('only records rejected for this reason (default: any)'))
    .addOption(
      new Option('--status <status>', 'only records that are still open, or that were replayed').choices([
        'open',
        'replayed',
      ]),
    )
    .option('--limit <number>', 'of records listed, 1 to 1000', wholeNumber(1, 1_000), 20)
    .option('--after <id>', 'go on after this record of an earlier listing')
    .option('--json', 'one JSON object a record, one a line, with all its bytes')
    .option('--raw', 'the records’ own bytes, unchanged, a line feed after each; for a file or a pipe');
  addSettings(command, storeSettings)
    .addHelpText(
      'after',
      '\nExample: fetch one record to mend it\n  tidemark quarantine list --id ID --raw > record.json',
    )
    .action((flags: ListFlags & Record<string, unknown>) => list(flags));
}

function addReplayCommand(quarantine: Command): void {
  const command = quarantine
    .command('replay')
    .description(
      'Put quarantined records on the stream again, after checking that they would be taken now. Records that would ' +
        'be rejected again are not sent and make the exit code 1. Nothing counts twice.',
    )
    .option('--id <id...>', 'these records, whether replayed before or not')
    .addOption(reasonOption('all open records rejected for this reason'))
    .option('--all', 'all open records')
    .option('--with <file>', 'send this mended document in place of the one record named with --id')
    .option('--dry-run', 'only say what would be sent');
  addSettings(command, storeSettings)
    .addHelpText(
      'after',
      '\nCurrencies are judged by --currency and --rates as given here: give those that the pipeline runs with.' +
        '\nWith no process running, the events wait on the stream for the next start.' +
        '\n\nExample: dollars are known now\n  tidemark quarantine replay --reason unknown-currency --rates USD=0.79',
    )
    .action((flags: ReplayFlags & Record<string, unknown>) => replay(flags));
}

function reasonOption(description: string): Option {
  return new Option('--reason <reason>', description).choices(rejectReasons);
}

async function list(flags: ListFlags & Record<string, unknown>): Promise<void> {
  if (flags.raw && process.stdout.isTTY) {
    throw new ConfigurationError([
      '--raw prints bytes that a terminal may take for commands; send it to a file or a pipe',
    ]);
  }
  await withRuntime(flags, async (runtime) => {
    const { quarantine } = runtime.stores;
    const { entries, next } = await find(flags, quarantine);
    if (flags.raw || flags.json) {
      await writeWhole(entries, quarantine, (entry) =>
        flags.raw ? Buffer.concat([entry.data, Buffer.from('\n')]) : `${jsonOfEntry(entry)}\n`,
      );
    } else if (entries.length === 0) {
      process.stdout.write('no such records in quarantine\n');
    } else {
      const width = process.stdout.isTTY ? process.stdout.columns : undefined;
      process.stdout.write(`${printEntries(entries, width)}\n`);
    }
    if (next !== undefined) process.stderr.write(`there may be more: --after '${next}'\n`);
  });
}

/** One at a time: together they may be larger than memory. */
async function writeWhole(
  entries: readonly QuarantineSummary[],
  quarantine: QuarantineStore,
  textOf: (entry: QuarantineEntry) => string | Buffer,
): Promise<void> {
  for (const { id } of entries) {
    // Whoever read has gone, as `head` does.
    if (process.stdout.destroyed) return;
    const entry = await quarantine.get(id);
    // One that has expired since it was listed is no more.
    if (entry !== undefined) process.stdout.write(textOf(entry));
  }
}

async function find(
  flags: ListFlags,
  quarantine: QuarantineStore,
): Promise<{ entries: readonly QuarantineSummary[]; next: string | undefined }> {
  if (flags.id === undefined) {
    const { limit, after, reason, status } = flags;
    const { items, cursor } = await listQuarantine(quarantine, { limit, cursor: after, reason, status });
    return { entries: items, next: cursor };
  }
  const entries: QuarantineSummary[] = [];
  for (const id of flags.id) {
    const entry = await quarantine.get(id);
    if (entry === undefined) {
      throw new TidemarkError('unknown-quarantine-entry', `there is no quarantined record ${id}`);
    }
    entries.push(entry);
  }
  return { entries, next: undefined };
}

async function replay(flags: ReplayFlags & Record<string, unknown>): Promise<void> {
  const selection = selectionOf(flags);
  const mended = flags.with === undefined ? undefined : await readMended(flags.with);
  await withRuntime(flags, async (runtime, settings) => {
    const producer = createEventProducer({ kinesis: runtime.clients.kinesis, streamName: settings.stream });
    const dryRun = flags.dryRun === true;
    let total: { replayed: number; refused: number };
    try {
      total = await replayQuarantine(selection, {
        quarantine: runtime.stores.quarantine,
        producer,
        decode: decodeOptions(settings),
        nowMs: Date.now,
        mended,
        dryRun,
        onOutcome: (outcome) => process.stdout.write(`${printOutcome(outcome)}\n`),
      });
    } finally {
      await producer.close();
    }
    const verb = dryRun ? 'would be replayed' : 'replayed';
    process.stdout.write(`${total.replayed} ${verb}, ${total.refused} not\n`);
    if (!dryRun && total.replayed > 0 && !(await isConsumed(settings))) {
      process.stdout.write('no process runs: the events wait on the stream for the next tidemark start\n');
    }
    if (total.refused > 0) process.exitCode = 1;
  });
}

function selectionOf({ id, reason, all, with: file }: ReplayFlags): QuarantineSelection {
  const ways = [id, reason, all].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    throw new ConfigurationError(['name the records in one way: --id ID..., --reason REASON or --all']);
  }
  if (file !== undefined && id?.length !== 1) {
    throw new ConfigurationError(['--with FILE stands for one record: name it with exactly one --id']);
  }
  return id === undefined ? { openWithReason: reason } : { ids: id };
}

/** The document of the file as it goes on the stream: on one line where it is JSON, else as it is, for the decoder to judge. */
async function readMended(path: string): Promise<Uint8Array> {
  let data: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > mendedBytesMax) {
      throw new ConfigurationError([`${path} has ${size} bytes; the stream takes at most ${mendedBytesMax}`]);
    }
    data = await readFile(path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([`${path} can't be read: ${why}`], { cause: error });
  }
  try {
    const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
    return new TextEncoder().encode(JSON.stringify(document));
  } catch {
    return data;
  }
}

/** On AWS the consumers are elsewhere, and always on. */
async function isConsumed(settings: Settings): Promise<boolean> {
  return settings.stack === 'aws' || (await readRunFile(settings.data)) !== undefined;
}

async function withRuntime(
  flags: Record<string, unknown>,
  work: (runtime: Runtime, settings: Settings) => Promise<void>,
): Promise<void> {
  const { settings, log } = await openSettings(flags, { existingData: true });
  const runtime = await openRuntime(settings, log, { joinRunning: true });
  try {
    await work(runtime, settings);
  } finally {
    await runtime.close();
  }
}
