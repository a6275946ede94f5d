import { reassign } from './assign-segment.ts';
import { explainMove } from './explain-move.ts';
import {
  type SegmentFeatures,
  type SegmentModel,
  type SegmentName,
  type SegmentReason,
  segmentNames,
} from './segment-model.ts';
import { transformFeatures } from './transform.ts';

/** Where features lie among the segments. */
export interface AssignmentExplanation {
  /** The segment explained: the one given, else the nearest. */
  readonly segment: SegmentName;
  readonly nearest: SegmentName;
  /** The nearest of the others. */
  readonly next: SegmentName;
  readonly distances: Readonly<Record<SegmentName, number>>;
  /** Why `segment` rather than `next`, strongest first. */
  readonly reasons: readonly SegmentReason[];
}

/** @param segment where the customer stands, within the margin perhaps not the nearest; undefined for the nearest */
export function explainAssignment(
  features: SegmentFeatures,
  model: SegmentModel,
  segment?: SegmentName,
): AssignmentExplanation {
  const { distances } = reassign(undefined, transformFeatures(features, model.transforms), model);
  const byDistance = [...segmentNames].sort((a, b) => distances[a] - distances[b]);
  const nearest = byDistance[0] ?? segmentNames[0];
  const present = segment ?? nearest;
  const next = byDistance.find((name) => name !== present) ?? present;
  return {
    segment: present,
    nearest,
    next,
    distances,
    reasons: explainMove(next, present, features, {}, model),
  };
}
