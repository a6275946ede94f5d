import { setImmediate } from 'node:timers/promises';
import type { PopulationView } from '../operators/population/population-view.ts';
import { rowsOfSegment, type SegmentMember, segmentMember } from '../operators/population/segment-members.ts';
import type { ConsumptionModel } from '../operators/predict/consumption-model.ts';
import type { SegmentName } from '../operators/segments/segment-model.ts';

/** Customers worked out before other work gets its turn: some milliseconds. */
const membersPerTurn = 250;

/** Everybody who stands in a segment, with what they are listed by as of an instant; some 10 microseconds a customer. */
export async function readMembers(
  view: PopulationView,
  segment: SegmentName,
  model: ConsumptionModel | undefined,
  asOfMs: number,
): Promise<SegmentMember[]> {
  const members: SegmentMember[] = [];
  for (const row of rowsOfSegment(view, segment)) {
    if (members.length % membersPerTurn === membersPerTurn - 1) await setImmediate();
    members.push(segmentMember(view, row, model, asOfMs));
  }
  return members;
}
