import { segmentNames } from '../../../operators/segments/segment-model.ts';

/** Best first, as everywhere. */
export { segmentNames } from '../../../operators/segments/segment-model.ts';

/** Those who stand in no segment. */
export const unassigned = 'unassigned';

const ranks = new Map<string, number>(segmentNames.map((name, rank) => [name, rank]));

/** How a segment is named in paths. */
export function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}

/** The name that a path means; undefined for none. */
export function nameOf(slug: string): string | undefined {
  return segmentNames.find((name) => slugOf(name) === slug);
}

/** The custom property that holds its colour. */
export function colourVariable(name: string): string {
  return `--segment-${ranks.has(name) ? slugOf(name) : unassigned}`;
}

/** 0 for the best; those without a segment come last. */
export function rankOf(name: string): number {
  return ranks.get(name) ?? segmentNames.length;
}

/** True for a move to a segment that is listed further down. */
export function isWorse(from: string, to: string): boolean {
  return rankOf(to) > rankOf(from);
}

/** The first letter in upper case, for the key of those without a segment. */
export function titleOf(name: string): string {
  return name === unassigned ? 'No segment yet' : name;
}
