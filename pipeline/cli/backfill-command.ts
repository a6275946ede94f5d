import type { Command } from 'commander';
import { TidemarkError } from '../../operators/errors.ts';
import { createEventProducer } from '../../sinks/event-producer.ts';
import { type RunFile, readRunFile } from '../embedded/data-folder.ts';
import { createProgressView, type ProgressView } from '../ingest/progress.ts';
import { type BackfillOptions, type BackfillSummary, backfillFile } from '../jobs/backfill-file.ts';
import type { Log } from '../log.ts';
import { openRuntime, type Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { addSettings, openSettings, storeSettings } from './options.ts';
import { type BackfillReport, printBackfill, reportBackfill } from './print-backfill.ts';
import { printableText } from './printable.ts';
import { stopSignal } from './stop-signal.ts';

interface BackfillFlags {
  readonly input: string;
  readonly json?: boolean;
}

/** How often it is looked whether the process whose emulators are used still runs, ms. */
const watchEveryMs = 1_000;

const helpText =
  '\nThe stream is left alone: neither its capacity nor its consumers take part, and orders need not be newer than what' +
  '\nit holds. Customers end with the same features as if the orders had come by the stream, whatever arrives there at' +
  '\nthe same time. An order that both bring counts once. Run again it goes on where it was, or changes nothing.' +
  '\n\nSegments: nobody moves while the orders come in. Then each customer of the file is judged once as of the' +
  '\npipeline’s clock, and as a rule moves at most once, with the clock’s date: history alarms nobody.' +
  '\nLimits: all lines of an order must be in one file; the rest of it in a later file counts as its duplicate. Of a' +
  '\ncustomer with more than 48 products, which ones are remembered depends on the order of arrival; beyond 512 orders' +
  '\nolder than a year, a duplicate of one may count again in lifetime totals.' +
  '\nA running process counts what it does itself: its /v1/status has the new customers after its next start. The' +
  '\nmodels know of the history from their next fit on: tidemark fit makes one now.' +
  '\nCurrencies are judged by --currency and --rates as given here: give those that the pipeline runs with.' +
  '\n\nExample:\n  tidemark backfill --input last-year.csv.gz';

export function backfillCommand(program: Command): void {
  const command = program
    .command('backfill')
    .description(
      'Take the orders of a CSV file into the customers directly, beside a running pipeline, without going through the ' +
        'stream.',
    )
    .requiredOption('--input <file>', 'the CSV file, plain or gzip, as tidemark start --input takes it')
    .option('--json', 'print the summary as one JSON object on the last line of stdout');
  addSettings(command, [...storeSettings, 'purchaseHistory'])
    .addHelpText('after', helpText)
    .action(async (flags: BackfillFlags & Record<string, unknown>) => {
      const { settings, log } = await openSettings(flags, { existingData: true, input: flags.input });
      await backfill(settings, flags, log);
    });
}

async function backfill(settings: Settings, flags: BackfillFlags, log: Log): Promise<void> {
  const startedAtMs = Date.now();
  const joined = settings.stack === 'embedded' ? await readRunFile(settings.data) : undefined;
  const stop = stopSignal(log);
  const runtime = await openRuntime(settings, log, { joinRunning: true });
  const watch = watchProcess(settings.data, joined);
  const signal = AbortSignal.any([stop, watch.gone]);
  const progress = openProgress();
  let summary: BackfillSummary;
  try {
    summary = await backfillFile({
      path: flags.input,
      settings,
      stores: runtime.stores,
      nowMs: Date.now,
      signal,
      log,
      onProgress: progress.show,
      onMalformed: ({ line, problem }) =>
        log.warn({ line, problem: printableText(problem) }, 'line left out'),
    });
    progress.stop();
    if (summary.finished && settings.stack === 'embedded') await moveClock(summary, settings, runtime, log);
    if (summary.finished) {
      const models = runtime.stores.models;
      print(
        reportBackfill(summary, {
          seconds: (Date.now() - startedAtMs) / 1000,
          usage: runtime.meter.usage(),
          segmentsVersion: (await models.active('segments'))?.version,
        }),
        flags,
      );
    }
  } finally {
    progress.stop();
    watch.stop();
    await runtime.close();
  }
  if (summary.finished) return;
  if (watch.gone.aborted) {
    throw new TidemarkError('process-ended', 'the process that has the data folder open ended', {
      retryable: true,
    });
  }
  const advice = 'stopped before the file was through; the same command goes on from there';
  throw new TidemarkError('stopped', advice, { retryable: true });
}

function print(report: BackfillReport, { json }: BackfillFlags): void {
  process.stderr.write(`${printBackfill(report)}\n`);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** Its emulators end with it, and whoever comes next has others. */
function watchProcess(folder: string, joined: RunFile | undefined): { gone: AbortSignal; stop(): void } {
  const gone = new AbortController();
  if (!joined) return { gone: gone.signal, stop: () => {} };
  const look = async () => {
    const run = await readRunFile(folder).catch(() => undefined);
    if (run?.pid !== joined.pid || run.dynamoEndpoint !== joined.dynamoEndpoint) gone.abort();
  };
  const timer = setInterval(() => void look(), watchEveryMs);
  return { gone: gone.signal, stop: () => clearInterval(timer) };
}

/** One bar after the other. */
function openProgress(): { show: NonNullable<BackfillOptions['onProgress']>; stop(): void } {
  const views = new Map<string, ProgressView>();
  const stop = () => {
    for (const view of views.values()) view.stop();
    views.clear();
  };
  return {
    show(pass, seen) {
      let view = views.get(pass);
      if (!view) {
        stop();
        view = createProgressView({ label: pass, stream: process.stderr, nowMs: Date.now });
        views.set(pass, view);
      }
      view.update(seen);
    },
    stop,
  };
}

/**
 * On event time the clock stands at the newest order that the stream brought. Where the file has a newer one a tick says
 * so, as at the end of an import; on the wall clock ticks mean nothing. Not while another file is being sent: the tick
 * would not be true of what follows.
 */
async function moveClock(
  { lastAtMs }: BackfillSummary,
  settings: Settings,
  { stores, clients }: Runtime,
  log: Log,
): Promise<void> {
  const clock = await stores.checkpoints.clock();
  if (lastAtMs === undefined || (clock && clock.sweptToMs >= lastAtMs)) return;
  const imports = await stores.checkpoints.imports();
  if (imports.some(({ fingerprint, finished }) => !finished && !fingerprint.startsWith('backfill'))) {
    log.warn('the clock stands before the newest order of the file, and goes on with what is being sent');
    return;
  }
  const producer = createEventProducer({ kinesis: clients.kinesis, streamName: settings.stream });
  try {
    await producer.putTick(lastAtMs);
    log.info({ clock: new Date(lastAtMs).toISOString() }, 'the clock moves to the newest order of the file');
  } finally {
    await producer.close();
  }
}
