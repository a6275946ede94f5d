import { instantParameter, SegmentSlugName } from './segments.ts';
import { inOrderOfTime, MigrationCauseName, PageQuery } from './shared.ts';

const MigrationsSpan = PageQuery.extend({
  from: instantParameter('from', 'Only moves that took effect at or after this instant.'),
  to: instantParameter('to', 'Only moves that took effect before this instant.'),
  cause: MigrationCauseName.optional().openapi({ param: { name: 'cause', in: 'query' } }),
  fromSegment: SegmentSlugName.optional().openapi({ param: { name: 'fromSegment', in: 'query' } }),
  toSegment: SegmentSlugName.optional().openapi({ param: { name: 'toSegment', in: 'query' } }),
});

export const MigrationsQuery = inOrderOfTime(MigrationsSpan);
