import { instantParameter, SegmentSlugName } from './segments.ts';
import { MigrationCauseName, PageQuery } from './shared.ts';

export const MigrationsQuery = PageQuery.extend({
  from: instantParameter('from', 'Only moves that took effect at or after this instant.'),
  to: instantParameter('to', 'Only moves that took effect before this instant.'),
  cause: MigrationCauseName.optional().openapi({ param: { name: 'cause', in: 'query' } }),
  fromSegment: SegmentSlugName.optional().openapi({ param: { name: 'fromSegment', in: 'query' } }),
  toSegment: SegmentSlugName.optional().openapi({ param: { name: 'toSegment', in: 'query' } }),
});
