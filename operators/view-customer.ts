import type { ActiveModels } from './batch.ts';
import type { CustomerRecord } from './customer-record.ts';
import { type CustomerFeatures, customerFeatures } from './features/customer-features.ts';
import type { CustomerPrediction } from './predict/consumption-model.ts';
import { predictCustomer } from './predict/predict-consumption.ts';
import { letTimePass } from './reassign-segments.ts';
import { rightSince, startStanding } from './segments/advance-standing.ts';
import { nextChangeAt, type SegmentChange } from './segments/next-change.ts';
import type { SegmentStanding } from './segments/segment-model.ts';

/** Everything known and predicted of one customer at one instant. */
export interface CustomerView {
  readonly asOfMs: number;
  readonly features: CustomerFeatures;
  /** Undefined until a segment model is active. */
  readonly standing: SegmentStanding | undefined;
  /** The next change of segment if the customer buys nothing more; undefined when there is none to come. */
  readonly next: SegmentChange | undefined;
  /** Undefined until a consumption model is active, and for a customer who has never bought. */
  readonly prediction: CustomerPrediction | undefined;
}

/**
 * Computes a customer as of an instant not before their newest event, with no further purchase: never a stale answer,
 * whenever the record was written.
 */
export function viewCustomer(record: CustomerRecord, models: ActiveModels, asOfMs: number): CustomerView {
  const { state } = record;
  const model = models.segments;
  let standing = record.standing;
  let next: SegmentChange | undefined;
  if (model && state.lifetime.events > 0) {
    const started = standing ?? startStanding(state, model, state.lifetime.lastEventAtMs, 'model');
    standing = letTimePass(record.customerId, state, started, model, {
      toMs: asOfMs,
      inclusive: true,
    }).standing;
    next = nextChangeAt(
      state,
      standing.segment,
      model,
      Math.max(asOfMs, model.fittedAtMs, rightSince(state, standing)),
    );
  }
  return {
    asOfMs,
    features: customerFeatures(state, asOfMs),
    standing,
    next,
    prediction: models.consumption ? predictCustomer(state, models.consumption, asOfMs) : undefined,
  };
}
