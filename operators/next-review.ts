import { nextMoveAt } from './segments/advance-standing.ts';
import type { SegmentHistory } from './segments/segment-features.ts';
import type { SegmentModel, SegmentStanding } from './segments/segment-model.ts';

interface Remembered {
  readonly lifetime: SegmentHistory['lifetime'];
  readonly model: SegmentModel;
  readonly atMs: number | undefined;
}

/** The last answer by standing. A customer's next event, sweep or read mostly asks what the last one asked. */
const remembered = new WeakMap<SegmentStanding, Remembered>();

/**
 * The instant at which the segment changes without a purchase; undefined when it never will.
 * @param standing of this model
 */
export function nextReviewMs(
  history: SegmentHistory,
  standing: SegmentStanding,
  model: SegmentModel,
): number | undefined {
  const known = remembered.get(standing);
  // Every fold makes new lifetime totals, so the same totals mean the same history.
  if (known && known.lifetime === history.lifetime && known.model === model) return known.atMs;
  const atMs = nextMoveAt(history, standing, model, model.fittedAtMs)?.atMs;
  remembered.set(standing, { lifetime: history.lifetime, model, atMs });
  return atMs;
}
