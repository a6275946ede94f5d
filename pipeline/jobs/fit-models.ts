import type { ActiveModels } from '../../operators/batch.ts';
import { TidemarkError } from '../../operators/errors.ts';
import { hash48, hashHex } from '../../operators/event/event-hash.ts';
import { ConsumptionSample } from '../../operators/predict/consumption-sample.ts';
import { fitConsumptionModel } from '../../operators/predict/fit-consumption-model.ts';
import { fitSegments } from '../../operators/segments/fit-segments.ts';
import type { SegmentDrift } from '../../operators/segments/judge-candidate.ts';
import { segmentFeatures } from '../../operators/segments/segment-features.ts';
import type { SegmentFeatures } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import type { ModelKind, ModelKinds, Stores } from '../../sinks/stores.ts';
import type { Log } from '../log.ts';
import type { PipelineCounters } from '../pipeline-counters.ts';
import type { Settings } from '../settings.ts';
import { leaveIfStopping } from '../stopping.ts';
import type { CandidatePolicy } from './update-candidate.ts';

export interface FitPolicy {
  /** Customers from which on the first models are fitted by themselves. */
  readonly customersMin: number;
  /** Days of clock time between refits; 0 fits once. */
  readonly refitDays: number;
  /** How the segments follow their customers between fits; not at all when undefined. */
  readonly candidate?: CandidatePolicy;
  /** Remembers an attempt, so that one that was refused is not made again at once. */
  attempted(atMs: number): void;
  readonly lastAttemptMs: () => number;
}

export function createFitPolicy(settings: Settings): FitPolicy {
  let lastAttemptMs = Number.NEGATIVE_INFINITY;
  return {
    customersMin: settings.fitCustomersMin,
    refitDays: settings.refitDays,
    candidate: {
      halfLifeDays: settings.candidateHalfLifeDays,
      activates: settings.activateCandidates,
    },
    attempted: (atMs) => {
      lastAttemptMs = atMs;
    },
    lastAttemptMs: () => lastAttemptMs,
  };
}

/** A refit on an alarm waits this long after the last fit, days. */
const alarmedRefitDaysMin = 14;

/**
 * The first fit is due as soon as there are enough customers; a refit when the last is `refitDays` old, or earlier
 * while history is short: a model of three weeks of data is worth replacing after three weeks more. Earlier as well,
 * from two weeks on, when the customers of a model with half a year of history have drifted away from its segments.
 *
 * @param drift undefined where none is known
 */
export function fitIsDue(
  models: ActiveModels,
  atMs: number,
  counters: PipelineCounters,
  policy: FitPolicy,
  drift?: SegmentDrift,
): boolean {
  if (counters.customers < policy.customersMin || atMs - policy.lastAttemptMs() < msPerDay) return false;
  // A model grown slice by slice is as old as the fit it grew from.
  const fittedAtMs = (models.segments?.grownFrom ?? models.segments)?.fittedAtMs;
  if (fittedAtMs === undefined) return true;
  if (policy.refitDays === 0) return false;
  const historyDays = (fittedAtMs - (counters.firstEventAtMs ?? fittedAtMs)) / msPerDay;
  // In a young shop everything drifts; there the doubling of history says when, at a quarter fewer moves by models.
  const heeded = drift?.alarm && historyDays >= namingHistoryDays;
  if (heeded && atMs - fittedAtMs >= alarmedRefitDaysMin * msPerDay) return true;
  const waitDays = Math.min(policy.refitDays, Math.max(7, historyDays));
  return atMs - fittedAtMs >= waitDays * msPerDay;
}

export interface FitDependencies {
  readonly stores: Pick<Stores, 'customers' | 'models'>;
  readonly current: ActiveModels;
  readonly log: Log;
  /** The fit ends between two pages of customers once this is aborted. */
  readonly stop?: AbortSignal | undefined;
}

export interface FitOutcome {
  /** Versions that are now active. */
  readonly activated: readonly string[];
  readonly sampleSize: number;
  /** Why a model was not fitted. */
  readonly refused: readonly string[];
}

/** Customers the segments are fitted to; beyond it those with the lowest hash of their id, an even sample. */
const sampleMax = 50_000;
export const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/**
 * The margin in units of the transformed features. Quick returns by time alone nearly vanish under both; what is left of the
 * others is "drifted away, then bought", which is behaviour. A margin of 0.2 alone leaves half as many customers again away from
 * their nearest segment.
 */
export const flappingGuards = { margin: 0.1, dwellDays: 14 } as const;
/** A first model of less history than this is named afresh at each refit: until then no name means what it will mean. */
const namingHistoryDays = 180;

/**
 * Fits segments and consumption to all customers as of `atMs`, stores what could be fitted under a new version and
 * activates it. The same customers give the same models and versions, so a fit cut off by a crash is simply done again.
 */
export async function fitModels(
  atMs: number,
  { stores, current, log, stop }: FitDependencies,
): Promise<FitOutcome> {
  const sample = await readSample(atMs, stores, stop);
  const activated: string[] = [];
  const refused: string[] = [];
  const consumption = fitConsumptionModel({
    sample: sample.consumption,
    fittedAtMs: atMs,
    version: 'unnamed',
  });
  if (consumption.ok) {
    const version = nextVersion('consumption', current.consumption, consumption.model);
    const problem = await activateModel(stores, 'consumption', { ...consumption.model, version });
    if (problem === undefined) activated.push(version);
    else refused.push(`consumption: ${problem}`);
    for (const note of consumption.notes) log.info({ version }, note);
  } else {
    refused.push(`consumption: ${consumption.reason}`);
  }
  // Segments last: whether a fit is due goes by them, so one cut off before here is done again as a whole.
  const segments = fitSegments(sample.features, {
    version: 'unnamed',
    fittedAtMs: atMs,
    seeds,
    previous: current.segments,
    keepNames:
      sample.firstEventAtMs !== undefined &&
      previousHistoryDays(current, sample.firstEventAtMs) >= namingHistoryDays,
    ...flappingGuards,
  });
  if (segments.ok) {
    const model = {
      ...segments.model,
      version: nextVersion('segments', current.segments, segments.model),
    };
    const problem = await activateModel(stores, 'segments', model);
    if (problem === undefined) activated.push(model.version);
    else refused.push(`segments: ${problem}`);
  } else {
    refused.push(`segments: ${segments.reason.detail}`);
  }
  for (const reason of refused) log.warn({ clock: new Date(atMs).toISOString() }, `not fitted: ${reason}`);
  return { activated, refused, sampleSize: sample.features.length };
}

const unfit = ['model-too-large', 'invalid-model'];

/** Undefined once the model is active, or why it can't be stored: a fit done again would not change that, so nothing fails. */
async function activateModel<K extends ModelKind>(
  { models }: Pick<Stores, 'models'>,
  kind: K,
  model: ModelKinds[K],
): Promise<string | undefined> {
  try {
    await models.put(kind, model);
  } catch (error) {
    if (error instanceof TidemarkError && unfit.includes(error.code)) return error.message;
    throw error;
  }
  await models.activate(kind, model.version);
  return undefined;
}

async function readSample(
  atMs: number,
  stores: Pick<Stores, 'customers'>,
  stop: AbortSignal | undefined,
): Promise<{
  features: SegmentFeatures[];
  consumption: ConsumptionSample;
  firstEventAtMs: number | undefined;
}> {
  let firstEventAtMs: number | undefined;
  const consumption = new ConsumptionSample();
  let candidates: { order: number; features: SegmentFeatures }[] = [];
  let cursor: string | undefined;
  do {
    leaveIfStopping(stop);
    const page = await stores.customers.scan({ limit: 1_000, cursor });
    for (const { customerId, state } of page.items) {
      if (state.lifetime.events === 0) continue;
      firstEventAtMs = Math.min(
        firstEventAtMs ?? state.lifetime.firstEventAtMs,
        state.lifetime.firstEventAtMs,
      );
      consumption.add(state, atMs);
      candidates.push({ order: hash48(customerId), features: segmentFeatures(state, atMs) });
    }
    if (candidates.length > 2 * sampleMax) candidates = lowest(candidates);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { features: lowest(candidates).map((candidate) => candidate.features), consumption, firstEventAtMs };
}

/** Days of history the active segment model was fitted to. */
function previousHistoryDays(current: ActiveModels, firstEventAtMs: number): number {
  return ((current.segments?.fittedAtMs ?? firstEventAtMs) - firstEventAtMs) / msPerDay;
}

function lowest<T extends { order: number }>(candidates: T[]): T[] {
  return candidates.sort((a, b) => a.order - b.order).slice(0, sampleMax);
}

/** A running number and a hash of the content: the same fit done twice, at the same instant, has the same version. */
export function nextVersion(
  kind: ModelKind,
  active: { readonly version: string; readonly fittedAtMs: number } | undefined,
  content: { readonly fittedAtMs: number },
): string {
  const activeNumber = Number(active?.version.split('-')[1] ?? 0);
  const number = active?.fittedAtMs === content.fittedAtMs ? activeNumber : activeNumber + 1;
  return `${kind}-${String(number).padStart(4, '0')}-${hashHex(JSON.stringify(content)).slice(0, 6)}`;
}
