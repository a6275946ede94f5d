import { type SegmentName, segmentNames } from '../operators/segments/segment-model.ts';
import { HttpProblem } from './problems.ts';

/** The segments' names in paths and queries: lower case, words joined by hyphens. */
export const segmentSlugs = segmentNames.map(slugOf) as readonly SegmentSlug[];

export type SegmentSlug = SlugOf<SegmentName>;

type SlugOf<Name extends string> = Name extends `${infer Word} ${infer Rest}`
  ? `${Lowercase<Word>}-${SlugOf<Rest>}`
  : Lowercase<Name>;

/** @example slugOf('Needs Attention') === 'needs-attention' */
export function slugOf(name: SegmentName): SegmentSlug {
  return name.toLowerCase().replaceAll(' ', '-') as SegmentSlug;
}

/** The segment of a slug; undefined for what is none. */
export function segmentOfSlug(slug: string): SegmentName | undefined {
  return segmentNames[segmentSlugs.indexOf(slug as SegmentSlug)];
}

/** The segment that a path is about. @throws {HttpProblem} `segment-not-found`, which says which there are. */
export function segmentOfPath(slug: string): SegmentName {
  const segment = segmentOfSlug(slug);
  if (segment !== undefined) return segment;
  throw new HttpProblem('segment-not-found', { detail: `The segments are ${segmentSlugs.join(', ')}.` });
}
