import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { BacktestReport } from '../../operators/backtest/backtest-report.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import { parseCurrencyRates } from '../../operators/event/money.ts';
import { type Cut, parseCut, parseHorizonDays } from '../backtest/cut-and-horizon.ts';
import { backtest } from '../backtest/run-backtest.ts';
import { decodeOptions } from '../decode-options.ts';
import { firstCurrency } from '../ingest/first-currency.ts';
import { createProgressView, type ProgressView } from '../ingest/progress.ts';
import { createLog, type Log } from '../log.ts';
import { openRuntime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { nextBasketCommand } from './next-basket-command.ts';
import { addSettings, openSettings, settingsOf } from './options.ts';
import { printBacktest } from './print-backtest.ts';
import { printableText } from './printable.ts';
import { stopSignal } from './stop-signal.ts';

interface BacktestFlags {
  readonly input?: string;
  readonly cut?: Cut;
  readonly horizon?: number;
  readonly json?: boolean;
  readonly report?: string;
  readonly data?: string;
  readonly stack?: string;
}

const helpText =
  '\nThe orders before the cut go through the pipeline’s own decoder, fold and fit; what followed is only scored against.' +
  '\nNo database and no stream take part, and nothing is written but what --report and --data ask for.' +
  '\nPurchases are counted as UTC days with at least one unit bought. The file may be plain or gzip, sorted or not; prices,' +
  '\ncategories and more than one product may be absent, and what needs them is then left out.' +
  '\nThe horizon must end within the file, to the end of the day of its newest order.' +
  '\nBaselines: zero; personal rate (repeats a day of age); past count (what was repeated in the last stretch as long as the' +
  '\nhorizon); recency only (deciles, learned before the cut); population rate. A star marks the best of a column.' +
  '\nMemory: some 25 KB a customer where baskets are long (Online Retail), less where they are short.' +
  '\n\nExample:\n  tidemark backtest --input orders.csv.gz --cut 2011-09-01 --horizon 90d --report backtest.html';

export function backtestCommand(program: Command): void {
  const command = program
    // Each option belongs to the command it follows; otherwise --json after next-basket would be taken for this command's.
    .enablePositionalOptions()
    .command('backtest')
    .description(
      'Predict the last part of a file from the part before it, and score the predictions beside simple baselines.',
    )
    .enablePositionalOptions()
    .option('--input <file>', 'the CSV file, plain or gzip, as tidemark start --input takes it')
    .option(
      '--cut <date|fraction>',
      'where history ends: a date or ISO 8601 instant (UTC without a zone), or a fraction of the time the file spans',
      cutOption,
    )
    .option('--horizon <duration>', 'predicted from the cut on, from 1d: 90d, 39w, 36h', horizonOption)
    .option('--json', 'print the report as one JSON object on stdout')
    .option('--report <file>', 'write the report with its plots to this HTML file')
    .option(
      '--data <folder>',
      'keep the report in the embedded stack’s data there, for /v1/models (default: kept nowhere; --stack aws keeps it too)',
    );
  addSettings(command, ['stack', 'tablePrefix', 'currency', 'rates', 'logLevel', 'logFormat'])
    .addHelpText('after', helpText)
    .action(async (flags: BacktestFlags & Record<string, unknown>) => {
      const { input, cut, horizon } = flags;
      if (input === undefined) return missing(command, '--input <file>');
      if (cut === undefined) return missing(command, '--cut <date|fraction>');
      if (horizon === undefined) return missing(command, '--horizon <duration>');
      await runBacktest({ ...flags, input, cut, horizon });
    });
  nextBasketCommand(command);
}

/** Commander would ask next-basket for this command's required options as well. */
function missing(command: Command, option: string): never {
  return command.error(`error: required option '${option}' not specified`);
}

function cutOption(text: string): Cut {
  const cut = parseCut(text);
  if (cut === undefined) {
    throw new InvalidArgumentError(
      'Expected a date such as 2011-09-01, an instant such as 2011-09-01T12:00:00Z, or a fraction such as 0.75.',
    );
  }
  return cut;
}

function horizonOption(text: string): number {
  const days = parseHorizonDays(text);
  if (days === undefined) {
    throw new InvalidArgumentError('Expected a duration from 1d to 3650d, such as 90d, 39w or 36h.');
  }
  return days;
}

type GivenFlags = BacktestFlags &
  Record<string, unknown> &
  Required<Pick<BacktestFlags, 'input' | 'cut' | 'horizon'>>;

async function runBacktest(flags: GivenFlags): Promise<void> {
  const keeps = flags.data !== undefined || flags.stack === 'aws';
  const { settings, log } = keeps
    ? await openSettings(flags, { existingData: true, input: flags.input })
    : await openWithoutData(flags);
  if (flags.report !== undefined) await checkWritable(flags.report);
  const progress = openProgress();
  let report: BacktestReport;
  try {
    ({ report } = await backtest({
      path: flags.input,
      cut: flags.cut,
      horizonDays: flags.horizon,
      decode: decodeOptions(settings),
      state: settings.state,
      nowMs: Date.now,
      signal: stopSignal(log),
      onProgress: progress.show,
      onStep: (step, customers) => {
        progress.stop();
        log.info({ customers }, step === 'fit' ? 'fitting the model' : 'predicting');
      },
      onMalformed: ({ line, problem }) =>
        log.warn({ line, problem: printableText(problem) }, 'line left out'),
    }));
  } finally {
    progress.stop();
  }
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${printBacktest(report)}\n`);
  if (flags.report !== undefined) await writeReport(flags.report, report, log);
  if (keeps) await keepReport(report, settings, log);
}

/** As `openSettings`, but no data folder is looked for, made, or asked about its currency. */
async function openWithoutData(flags: GivenFlags): Promise<{ settings: Settings; log: Log }> {
  const { settings: read, given } = settingsOf(flags);
  const named = given.currency !== undefined || process.env.TIDEMARK_CURRENCY;
  const reportingCurrency = (named ? undefined : await firstCurrency(flags.input)) ?? read.currency;
  const settings = { ...read, currencies: parseCurrencyRates(reportingCurrency, read.rates) };
  const format = settings.logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json');
  return { settings, log: createLog({ level: settings.logLevel, format }) };
}

/** Told before the work, not after it. */
async function checkWritable(path: string): Promise<void> {
  const problem = async (): Promise<string | undefined> => {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) return 'it is a folder';
    const target = found ? path : dirname(resolve(path));
    return access(target, constants.W_OK).then(
      () => undefined,
      () => (found ? 'no permission' : `${target} is no folder that can be written to`),
    );
  };
  const found = await problem();
  if (found !== undefined) throw new ConfigurationError([`the report can't be written to ${path}: ${found}`]);
}

/** The drawing library is loaded by this command only, and only when it draws. */
async function writeReport(path: string, report: BacktestReport, log: Log): Promise<void> {
  const { renderBacktestReport } = await import('../backtest/render-report.ts');
  await writeFile(path, renderBacktestReport(report));
  log.info({ file: path }, 'report written');
}

async function keepReport(report: BacktestReport, settings: Settings, log: Log): Promise<void> {
  const runtime = await openRuntime(settings, log, { joinRunning: true });
  try {
    await runtime.stores.models.putBacktest(report, Date.now());
    log.info('report kept; /v1/models shows it');
  } finally {
    await runtime.close();
  }
}

/** One bar after the other. */
function openProgress() {
  const views = new Map<string, ProgressView>();
  const stop = () => {
    for (const view of views.values()) view.stop();
    views.clear();
  };
  return {
    show(pass: 'survey' | 'replay', seen: Parameters<ProgressView['update']>[0]) {
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
