import { InvariantError } from '../errors.ts';
import { hashHex } from '../event/event-hash.ts';
import { msPerDay } from '../state/customer-state.ts';
import { windowTotals } from '../state/windows.ts';
import { reassign, runnerUp } from './assign-segment.ts';
import { explainMove, featuresThen } from './explain-move.ts';
import { nextChangeAt, type SegmentChange } from './next-change.ts';
import { type SegmentHistory, segmentFeatures, segmentWindowDays } from './segment-features.ts';
import type {
  Migration,
  MigrationCause,
  SegmentModel,
  SegmentName,
  SegmentStanding,
} from './segment-model.ts';
import { transformFeatures } from './transform.ts';

/** A standing and the moves that led to it, oldest first. */
export interface StandingStep {
  readonly standing: SegmentStanding;
  readonly migrations: readonly Migration[];
}

export interface AdvanceOptions {
  /**
   * An instant as of which the standing is known to be right, UTC milliseconds. Raised to `rightSince`, before which
   * nothing is ever searched; name a later one when the model was adopted later.
   */
  readonly fromMs: number;
  /** Fire the changes before this instant. */
  readonly toMs: number;
  /** Fire those at exactly `toMs` as well. */
  readonly inclusive: boolean;
}

/** Most moves one call lets time make. Each move starts a stretch of weeks, so more means a broken model. */
const timeMovesMax = 64;

/**
 * The instant from which on a standing is right for its history: since it was taken, and since the newest event,
 * because every event is judged when it is applied.
 */
export function rightSince(history: SegmentHistory, standing: SegmentStanding): number {
  return Math.max(standing.sinceMs, history.lifetime.lastEventAtMs);
}

/**
 * The earliest instant at which time alone may move a customer on: the dwell after the last move. What would have moved
 * them earlier does so then, if it still holds. An order never waits: who buys is seen at once.
 */
function timeMovesFrom(standing: SegmentStanding, model: SegmentModel): number {
  if (standing.migrations === 0) return Number.NEGATIVE_INFINITY;
  return standing.sinceMs + Math.round((model.dwellDays ?? 0) * msPerDay);
}

/** The next change of a standing without a further event, strictly after `fromMs` and `rightSince`, the dwell regarded. */
export function nextMoveAt(
  history: SegmentHistory,
  standing: SegmentStanding,
  model: SegmentModel,
  fromMs: number,
  untilMs?: number,
): SegmentChange | undefined {
  const knownMs = Math.max(fromMs, rightSince(history, standing), timeMovesFrom(standing, model) - 1);
  const horizonMs = untilMs === undefined ? undefined : untilMs - knownMs;
  return nextChangeAt(history, standing.segment, model, knownMs, horizonMs);
}

/**
 * The first standing of a customer: the nearest centroid, with no margin. It is no migration.
 * Its reasons say why this segment rather than the next nearest one.
 *
 * @param atMs event time of the customer's first event, or the instant a first model became active
 * @throws InvariantError for a customer without events
 */
export function startStanding(
  history: SegmentHistory,
  model: SegmentModel,
  atMs: number,
  cause: MigrationCause,
): SegmentStanding {
  if (history.lifetime.events === 0) throw new InvariantError('a customer without events has no segment');
  const features = segmentFeatures(history, atMs);
  const z = transformFeatures(features, model.transforms);
  const { segment } = reassign(undefined, z, model);
  return {
    segment,
    sinceMs: atMs,
    cause,
    reasons: explainMove(runnerUp(segment, z, model), segment, features, {}, model),
    modelVersion: model.version,
    migrations: 0,
  };
}

/**
 * Lets time pass with no purchase: makes every move that falls due before `toMs`, each at its exact instant and with
 * cause `time`. Advancing in one go or in any number of steps gives the same moves. When none is due the standing
 * comes back as it was, the same object.
 *
 * @throws InvariantError when the standing is of another model (adopt the model first), or past 64 moves in one call
 */
export function advanceByTime(
  customerId: string,
  history: SegmentHistory,
  standing: SegmentStanding,
  model: SegmentModel,
  { fromMs, toMs, inclusive }: AdvanceOptions,
): StandingStep {
  requireSameModel(customerId, standing, model);
  const untilMs = inclusive ? toMs : toMs - 1;
  const migrations: Migration[] = [];
  let present = standing;
  let knownMs = fromMs;
  for (let moves = 0; moves <= timeMovesMax; moves++) {
    const change = nextMoveAt(history, present, model, knownMs, untilMs);
    if (change === undefined) return { standing: present, migrations };
    const step = judge(customerId, history, present, model, { atMs: change.atMs, cause: 'time' });
    present = step.standing;
    migrations.push(...step.migrations);
    knownMs = change.atMs;
  }
  throw new InvariantError('time moved one customer more often than it can', { customerId, fromMs, toMs });
}

/**
 * Judges a customer right after an event was folded in. Call `advanceByTime` up to the event, exclusive, before it,
 * on the history without the event.
 *
 * A standing never goes back in time: a late event takes effect at `rightSince`, so a move it causes is dated at the
 * customer's newest event or latest move if that is later than the event itself.
 *
 * @param historyAfter with the event
 * @param atMs the event's time
 * @throws InvariantError when the standing is of another model
 */
export function applyEvent(
  customerId: string,
  historyAfter: SegmentHistory,
  standing: SegmentStanding,
  model: SegmentModel,
  atMs: number,
): StandingStep {
  requireSameModel(customerId, standing, model);
  return judge(customerId, historyAfter, standing, model, { atMs, cause: 'event' });
}

/**
 * Brings a standing under another model. A customer whose segment stays takes on the new version, with no migration.
 * A standing already of that model is left as it is.
 *
 * Call `advanceByTime` up to `atMs` under the old model before it: what fell due earlier belongs to that one. Whom nothing but the
 * dwell still held moves here, with cause `model`, for the dwell ends with the model; that it was time that moved them could be told
 * by the old model alone, which whoever asks first need not have. Such are up to one in twenty of the moves by models.
 *
 * @param atMs the instant the model takes effect, event time; raised to `rightSince`. From here on it is the least
 *   `fromMs` for `advanceByTime`, since the new model says nothing about the time before
 */
export function adoptModel(
  customerId: string,
  history: SegmentHistory,
  standing: SegmentStanding,
  model: SegmentModel,
  atMs: number,
): StandingStep {
  if (standing.modelVersion === model.version) return { standing, migrations: [] };
  return judge(customerId, history, { ...standing, modelVersion: model.version }, model, {
    atMs,
    cause: 'model',
  });
}

/** Judges a standing at an instant, never before `rightSince`: a move if the segment is another one. */
function judge(
  customerId: string,
  history: SegmentHistory,
  standing: SegmentStanding,
  model: SegmentModel,
  move: { readonly atMs: number; readonly cause: MigrationCause },
): StandingStep {
  const atMs = Math.max(move.atMs, rightSince(history, standing));
  const features = segmentFeatures(history, atMs);
  const { segment, distances } = reassign(
    standing.segment,
    transformFeatures(features, model.transforms),
    model,
  );
  if (segment === standing.segment) return { standing, migrations: [] };
  const { cause } = move;
  const before = featuresThen(history, standing.sinceMs);
  const reasons = explainMove(standing.segment, segment, features, before, model);
  const ordinal = standing.migrations + 1;
  const migration: Migration = {
    id: migrationId(customerId, ordinal, atMs, standing.segment, segment),
    customerId,
    ordinal,
    atMs,
    from: standing.segment,
    to: segment,
    cause,
    reasons,
    distanceFrom: distances[standing.segment],
    distanceTo: distances[segment],
    modelVersion: model.version,
    spend365Micros: windowTotals(history, atMs, segmentWindowDays).spendMicros,
  };
  return {
    standing: {
      segment,
      sinceMs: atMs,
      cause,
      reasons,
      modelVersion: model.version,
      migrations: ordinal,
    },
    migrations: [migration],
  };
}

function migrationId(
  customerId: string,
  ordinal: number,
  atMs: number,
  from: SegmentName,
  to: SegmentName,
): string {
  return hashHex(`${customerId}|${ordinal}|${atMs}|${from}|${to}`);
}

function requireSameModel(customerId: string, standing: SegmentStanding, model: SegmentModel): void {
  if (standing.modelVersion === model.version) return;
  throw new InvariantError('the standing belongs to another segment model; adopt the model first', {
    customerId,
    standingVersion: standing.modelVersion,
    modelVersion: model.version,
  });
}
