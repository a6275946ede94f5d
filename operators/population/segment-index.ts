import { type SegmentName, segmentNames } from '../segments/segment-model.ts';

/** Key of customers who stand in no segment (yet). */
export const unassigned = 'unassigned';
export type SegmentKey = SegmentName | typeof unassigned;

/** The eight segments, best first, then `unassigned`: what a place in the arrays below stands for. */
export const segmentKeys: readonly SegmentKey[] = [...segmentNames, unassigned];

/** Place of `unassigned`. */
export const unassignedIndex = segmentNames.length;

const indexes: ReadonlyMap<string | undefined, number> = new Map(
  segmentKeys.map((key, index) => [key, index]),
);

/** Place of a segment in `segmentKeys`; of undefined, the place of `unassigned`. */
export function segmentIndex(segment: SegmentName | undefined): number {
  return indexes.get(segment) ?? unassignedIndex;
}
