import { type Command, Option } from 'commander';
import { counted } from '../../operators/counted.ts';
import { TidemarkError } from '../../operators/errors.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import type { SegmentModel, SegmentQuality } from '../../operators/segments/segment-model.ts';
import { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import type { Stores } from '../../sinks/stores.ts';
import { createCustomerCache } from '../customer-cache.ts';
import { type FitOutcome, fitModels } from '../jobs/fit-models.ts';
import { rollOutModel } from '../jobs/roll-out-model.ts';
import type { Log } from '../log.ts';
import { PipelineCounters } from '../pipeline-counters.ts';
import { openRuntime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { addSettings, openSettings, storeSettings } from './options.ts';

interface FitFlags {
  readonly clock: 'event' | 'wall';
  readonly json?: boolean;
}

/** What a fit came to. Models are those active now; a refused one is the earlier, if any. */
interface FitReport extends FitOutcome {
  readonly atMs: number;
  readonly segments: SegmentModel | undefined;
  readonly consumption: ConsumptionModel | undefined;
  /** Customers written because the new segments changed something for them. */
  readonly customersWritten: number;
}

export function fitCommand(program: Command): void {
  const command = program
    .command('fit')
    .description(
      'Fit the segment and consumption models to all customers as of the clock, make them the active ones and review ' +
        'every customer under them. Works beside a running process, which takes them up within seconds. ' +
        'Exit code 1 when neither could be fitted.',
    )
    .addOption(
      new Option(
        '--clock <event|wall>',
        'as of where the pipeline’s clock stands, or as of now by this machine’s clock',
      )
        .choices(['event', 'wall'])
        .default('event'),
    )
    .option('--json', 'print the outcome as one JSON object on stdout');
  addSettings(command, storeSettings)
    .addHelpText('after', '\nExample:\n  tidemark fit --data .tidemark')
    .action(async (flags: FitFlags & Record<string, unknown>) => {
      const { settings, log } = await openSettings(flags, { existingData: true });
      await runFit(settings, flags, log);
    });
}

async function runFit(settings: Settings, flags: FitFlags, log: Log): Promise<void> {
  const runtime = await openRuntime(settings, log, { joinRunning: true });
  try {
    const atMs = flags.clock === 'wall' ? Date.now() : await eventClockMs(runtime.stores);
    const report = await fitAndRollOut(atMs, settings, runtime.stores, log);
    process.stdout.write(flags.json ? `${JSON.stringify(jsonOfFit(report))}\n` : `${printFit(report)}\n`);
    if (report.activated.length === 0) {
      throw new TidemarkError('nothing-fitted', `no model could be fitted: ${report.refused.join('; ')}`);
    }
  } finally {
    await runtime.close();
  }
}

/** Where the pipeline's clock stands; before its first step, the newest event. */
async function eventClockMs({ checkpoints }: Stores): Promise<number> {
  const clock = await checkpoints.clock();
  if (clock) return clock.sweptToMs;
  const watermarks = (await checkpoints.shards()).flatMap(({ watermarkMs }) => watermarkMs ?? []);
  if (watermarks.length === 0) {
    throw new TidemarkError('nothing-fitted', 'no event has been processed yet, so there is nothing to fit');
  }
  return Math.max(...watermarks);
}

async function fitAndRollOut(atMs: number, settings: Settings, stores: Stores, log: Log): Promise<FitReport> {
  const models = new ActiveModelCache(stores.models, { ageMsMax: 0, nowMs: Date.now });
  const outcome = await fitModels(atMs, { stores, current: await models.current(), log });
  const active = await models.refresh();
  const customersWritten =
    outcome.activated.length === 0
      ? 0
      : await rollOutModel(active, atMs, {
          stores,
          cache: createCustomerCache(settings.cacheCustomers),
          counters: new PipelineCounters(),
          writesInFlightMax: settings.writesInFlight,
        });
  return { ...outcome, atMs, ...active, customersWritten };
}

/** The report as a person reads it. */
function printFit(report: FitReport): string {
  const { segments, consumption, activated } = report;
  const lines = [
    `clock        ${new Date(report.atMs).toISOString()}, ${counted(report.sampleSize, 'customer')}`,
  ];
  if (segments && activated.includes(segments.version)) {
    const { quality, names } = segments;
    lines.push(
      `segments     ${segments.version}, active: ${counted(segments.sampleSize, 'customer')}, ` +
        `mean squared distance ${round(quality.inertia)}, silhouette ${round(quality.silhouette)}`,
      ...printValidation(quality),
      ...printMedians(names, quality),
    );
  }
  if (consumption && activated.includes(consumption.version)) {
    lines.push(
      `consumption  ${consumption.version}, active: ${counted(consumption.sampleSize, 'customer')}`,
      `             ${describeBgNbd(consumption)}`,
      `             ${describeGammaGamma(consumption)}`,
    );
  }
  for (const reason of report.refused) lines.push(`not fitted   ${reason}`);
  if (activated.length > 0)
    lines.push(`rolled out   ${counted(report.customersWritten, 'customer')} written`);
  return lines.join('\n');
}

function printValidation({ validation }: SegmentQuality): string[] {
  if (!validation) return [];
  const { inertiaRatio, adjustedRandIndex, meanings } = validation;
  const unmet = meanings.filter(({ holds }) => !holds);
  return [
    `             against the best of ten batch fits: distance x${inertiaRatio.toFixed(3)}, adjusted Rand index ${adjustedRandIndex.toFixed(3)}`,
    `             ${meanings.length - unmet.length} of ${meanings.length} names fit their members${unmet.length > 0 ? ':' : ''}`,
    ...unmet.map(({ name, unmet: reasons }) => `               ${name}: ${reasons.join('; ')}`),
  ];
}

/** Medians of each segment's members: days, days, orders and spend of a year. */
function printMedians(names: readonly string[], { sizes, validation }: SegmentQuality): string[] {
  const row = (cells: readonly string[]) =>
    `             ${cells.map((cell, index) => (index === 0 ? cell.padEnd(20) : cell.padStart(13))).join('')}`;
  const header = row(['medians', 'customers', 'silent days', 'known days', 'orders', 'spend']);
  const rows = names.map((name, index) => {
    const medians = validation?.medians[index];
    const plain = medians
      ? [medians.recencyDays, medians.tenureDays, medians.orders365, medians.spend365].map((value) =>
          count(Math.round(value)),
        )
      : [];
    return row([name, count(sizes[index] ?? 0), ...plain]);
  });
  return [header, ...rows];
}

function describeBgNbd({ bgNbd }: ConsumptionModel): string {
  const parameters = `r ${round(bgNbd.r)}, alpha ${round(bgNbd.alphaDays)} days, a ${round(bgNbd.a)}, b ${round(bgNbd.b)}`;
  return `BG/NBD ${parameters} (${bgNbd.method}, log-likelihood ${round(bgNbd.logLikelihood)})`;
}

function describeGammaGamma({ gammaGamma }: ConsumptionModel): string {
  if (!gammaGamma) return 'Gamma-Gamma not fitted: too few customers repeat with positive spend';
  const { p, q, v, customers, logLikelihood } = gammaGamma;
  const parameters = `p ${round(p)}, q ${round(q)}, v ${round(v)}`;
  return `Gamma-Gamma ${parameters} (${counted(customers, 'customer')}, log-likelihood ${round(logLikelihood)})`;
}

/** The report without the models' innards; `segments` and `consumption` are null when not newly fitted. */
function jsonOfFit(report: FitReport): object {
  const { segments, consumption, activated } = report;
  const isNew = (model: { version: string } | undefined) => model && activated.includes(model.version);
  return {
    at: new Date(report.atMs).toISOString(),
    sampleSize: report.sampleSize,
    segments:
      segments && isNew(segments)
        ? {
            version: segments.version,
            sampleSize: segments.sampleSize,
            ...segments.quality,
            names: segments.names,
          }
        : null,
    consumption:
      consumption && isNew(consumption)
        ? {
            version: consumption.version,
            sampleSize: consumption.sampleSize,
            bgNbd: consumption.bgNbd,
            gammaGamma: consumption.gammaGamma ?? null,
          }
        : null,
    refused: report.refused,
    customersWritten: report.customersWritten,
  };
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function round(value: number): string {
  return String(Number(value.toPrecision(5)));
}
