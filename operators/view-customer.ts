import type { ActiveModels } from './batch.ts';
import type { CustomerRecord } from './customer-record.ts';
import { type CustomerFeatures, customerFeatures } from './features/customer-features.ts';
import type { CustomerPrediction } from './predict/consumption-model.ts';
import { predictCustomer } from './predict/predict-consumption.ts';
import { firstStanding, letTimePass } from './reassign-segments.ts';
import { nextMoveAt } from './segments/advance-standing.ts';
import type { SegmentChange } from './segments/next-change.ts';
import { segmentFeatures } from './segments/segment-features.ts';
import type { SegmentModel, SegmentStanding } from './segments/segment-model.ts';
import { type WhatIf, whatIf } from './segments/what-if.ts';

/** Everything known and predicted of one customer at one instant. */
export interface CustomerView {
  readonly asOfMs: number;
  readonly features: CustomerFeatures;
  /** Undefined until a segment model is active. */
  readonly standing: SegmentStanding | undefined;
  /** The next change of segment if the customer buys nothing more; undefined when there is none to come. */
  readonly next: SegmentChange | undefined;
  /** What each feature would have to be, by itself, for another segment; empty without a standing under the active model. */
  readonly whatIf: WhatIf;
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
  const standing = model ? standingAt(record, model, asOfMs) : record.standing;
  // Searched from where timers search from, so that both look equally far ahead.
  const next = model && standing ? nextMoveAt(state, standing, model, model.fittedAtMs) : undefined;
  let features: CustomerFeatures | undefined;
  return {
    asOfMs,
    // Made when first asked for: an answer of predictions alone does without.
    get features() {
      features ??= customerFeatures(state, asOfMs);
      return features;
    },
    standing,
    next,
    whatIf:
      model && standing?.modelVersion === model.version
        ? whatIf(standing.segment, segmentFeatures(state, asOfMs), model)
        : {},
    prediction: models.consumption ? predictCustomer(state, models.consumption, asOfMs) : undefined,
  };
}

function standingAt(
  record: CustomerRecord,
  model: SegmentModel,
  asOfMs: number,
): SegmentStanding | undefined {
  const { customerId, state, standing } = record;
  // At an instant before the model was fitted, what it says has not happened yet.
  if (standing?.modelVersion !== model.version && model.fittedAtMs > asOfMs) return standing;
  const started = standing ?? firstStanding(state, model);
  return (
    started && letTimePass(customerId, state, started, model, { toMs: asOfMs, inclusive: true }).standing
  );
}
