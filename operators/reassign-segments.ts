import type { OperatorFunction } from 'rxjs';
import type { ActiveModels, CustomerUpdate, UpdateBatch } from './batch.ts';
import { mapUpdates } from './map-updates.ts';
import { nextReviewMs } from './next-review.ts';
import {
  adoptModel,
  advanceByTime,
  applyEvent,
  type StandingStep,
  startStanding,
} from './segments/advance-standing.ts';
import type { SegmentHistory } from './segments/segment-features.ts';
import type { Migration, SegmentModel, SegmentName, SegmentStanding } from './segments/segment-model.ts';

/**
 * Reassigns the customer's segment after each fresh event, having first let happen what time alone did before it.
 * So the moves of a customer are the same however events were batched and whenever sweeps ran in between.
 */
export function reassignSegmentsStep(update: CustomerUpdate, models: ActiveModels): CustomerUpdate {
  const model = models.segments;
  if (update.trail.length === 0) return update;
  if (!model) return { ...update, held: update.trail.map(() => update.before.standing?.segment) };
  const { customerId } = update.before;
  const migrations: Migration[] = [];
  const held: (SegmentName | undefined)[] = [];
  let standing = update.before.standing;
  let history: SegmentHistory = update.before.state;
  for (const folded of update.trail) {
    const atMs = folded.event.occurredAtMs;
    standing ??= firstStanding(history, model);
    if (standing === undefined) {
      held.push(undefined);
      standing = startStanding(folded.history, model, atMs, 'event');
    } else {
      const waited = letTimePass(customerId, history, standing, model, { toMs: atMs, inclusive: false });
      const applied = applyEvent(customerId, folded.history, waited.standing, model, atMs);
      held.push(waited.standing.segment);
      migrations.push(...waited.migrations, ...applied.migrations);
      standing = applied.standing;
    }
    history = folded.history;
  }
  return { ...update, held, standing, migrations };
}

/**
 * The first standing of a customer known before any model was: taken at the instant the model was fitted, whoever asks
 * first. Undefined for a customer without events.
 */
export function firstStanding(history: SegmentHistory, model: SegmentModel): SegmentStanding | undefined {
  const { events, lastEventAtMs } = history.lifetime;
  if (events === 0) return undefined;
  return startStanding(history, model, Math.max(model.fittedAtMs, lastEventAtMs), 'model');
}

/**
 * What happened to a standing with no event: the moves that a newly active model makes at the instant it was fitted,
 * then those that time makes up to `toMs`. The same whether a roll-out, a sweep, an event or a read asks first.
 */
export function letTimePass(
  customerId: string,
  history: SegmentHistory,
  standing: SegmentStanding,
  model: SegmentModel,
  until: { readonly toMs: number; readonly inclusive: boolean },
): StandingStep {
  const adopted = adoptModel(customerId, history, standing, model, model.fittedAtMs);
  const nextMs = nextReviewMs(history, adopted.standing, model);
  const isDue = nextMs !== undefined && (until.inclusive ? nextMs <= until.toMs : nextMs < until.toMs);
  if (!isDue) return adopted;
  const advanced = advanceByTime(customerId, history, adopted.standing, model, {
    fromMs: model.fittedAtMs,
    ...until,
  });
  return { standing: advanced.standing, migrations: [...adopted.migrations, ...advanced.migrations] };
}

export function reassignSegments(): OperatorFunction<UpdateBatch, UpdateBatch> {
  return mapUpdates(reassignSegmentsStep);
}
