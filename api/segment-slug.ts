import { type SegmentName, segmentNames } from '../operators/segments/segment-model.ts';

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
