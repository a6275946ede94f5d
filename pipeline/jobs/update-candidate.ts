import type { ActiveModels } from '../../operators/batch.ts';
import { growModel } from '../../operators/segments/grow-model.ts';
import { judgeCandidate, measureDrift, type SegmentDrift } from '../../operators/segments/judge-candidate.ts';
import { takeSlice } from '../../operators/segments/segment-candidate.ts';
import { segmentFeatures } from '../../operators/segments/segment-features.ts';
import type { SegmentFeatures } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import type { ScanSegment, Stores } from '../../sinks/stores.ts';
import type { Log } from '../log.ts';
import { leaveIfStopping } from '../stopping.ts';
import { nextVersion, seeds } from './fit-models.ts';

export interface CandidatePolicy {
  /** Days after which a customer of a slice counts half, > 0. */
  readonly halfLifeDays: number;
  /** True makes a candidate the active model whenever its gates hold. */
  readonly activates: boolean;
}

export interface CandidateDependencies {
  readonly stores: Pick<Stores, 'customers' | 'checkpoints' | 'models'>;
  readonly models: ActiveModels;
  /** Customers stored at present, about; settles into how many slices they are cut. */
  readonly customers: number;
  readonly policy: CandidatePolicy;
  readonly log: Log;
  readonly stop?: AbortSignal | undefined;
}

export interface CandidateOutcome {
  /** How the customers have drifted from the active model; undefined before its first slice. */
  readonly drift: SegmentDrift | undefined;
  /** Version that the candidate was made active under just now. */
  readonly activated: string | undefined;
}

const nothing: CandidateOutcome = { drift: undefined, activated: undefined };

/** Clock time between slices, days. */
const everyDays = 7;
/** A daily schedule is not punctual to the second: a slice may be taken that much earlier, days. */
const earlyDays = 0.05;
/** A slice has about this many customers at most, whatever the table holds: that bounds what a step reads. */
const sliceMax = 2_500;
/** A small table is cut into this many: all of it is seen within a month. */
const slicesMin = 4;
/** A model that is to be judged by a slice wants this many customers in it. */
const activatedSliceMin = 200;

/**
 * Once a week of clock time reads one slice of the customers, the next one in turn, and lets the candidate follow them.
 * It is stored before anybody acts on it, so that done again after a crash no slice is taken twice. Between slices, and
 * with no active model, nothing is read but the candidate itself.
 */
export async function updateCandidate(
  atMs: number,
  dependencies: CandidateDependencies,
): Promise<CandidateOutcome> {
  const { models, stores, log, policy } = dependencies;
  const model = models.segments;
  if (model === undefined || atMs - model.fittedAtMs < (everyDays - earlyDays) * msPerDay) return nothing;
  const stored = await stores.checkpoints.candidate();
  const before = stored?.baseVersion === model.version ? stored : undefined;
  const sinceDays = before ? (atMs - before.atMs) / msPerDay : Number.POSITIVE_INFINITY;
  if (before && sinceDays < everyDays - earlyDays) {
    return { drift: measureDrift(before.population, model), activated: undefined };
  }
  const of = Math.max(slicesMin, Math.ceil(dependencies.customers / sliceMax));
  const slice = await readSlice(atMs, { index: (before?.slices ?? 0) % of, of }, dependencies);
  const { halfLifeDays } = policy;
  const candidate = takeSlice(before, model, slice, { atMs, halfLifeDays, everyDays });
  const verdict = judgeCandidate(candidate, model, slice);
  const drift = measureDrift(candidate.population, model);
  log.debug({ base: model.version, slice: slice.length, drift, verdict }, 'candidate segments updated');
  if (policy.activates && slice.length >= activatedSliceMin && verdict.refused.length === 0) {
    const grown = growModel(candidate, model, slice, { version: 'unnamed', seeds });
    const version = nextVersion('segments', model, grown);
    await stores.models.put('segments', { ...grown, version });
    // Before the candidate is stored: cut off in between, this step is done again and makes the same model.
    await stores.models.activate('segments', version);
    return { drift, activated: version };
  }
  await stores.checkpoints.putCandidate(candidate);
  return { drift, activated: undefined };
}

/** Features as of an instant of the customers of one part of the table. */
async function readSlice(
  atMs: number,
  segment: ScanSegment,
  { stores, stop }: CandidateDependencies,
): Promise<SegmentFeatures[]> {
  const slice: SegmentFeatures[] = [];
  let cursor: string | undefined;
  do {
    leaveIfStopping(stop);
    const page = await stores.customers.scan({ limit: 1_000, cursor, segment });
    for (const { state } of page.items) {
      if (state.lifetime.events > 0) slice.push(segmentFeatures(state, atMs));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return slice;
}
