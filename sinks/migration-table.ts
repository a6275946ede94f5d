import type { MoveFact } from '../operators/population/population-facts.ts';
import {
  type Migration,
  type MigrationCause,
  type SegmentFeatureName,
  type SegmentReason,
  segmentFeatureNames,
} from '../operators/segments/segment-model.ts';
import { boundedMap } from './bounded-map.ts';
import type { DayDirectory } from './day-directory.ts';
import { type Expiry, isExpired } from './expiry.ts';
import { walkFeed } from './feed-index.ts';
import { checkFeedKey, type FeedOrder, feedKeyDay, feedKeyMs } from './feed-order.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import type { MigrationStore, PublishedMigration } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';
import { type BatchRetry, putMany } from './table-batches.ts';
import { tableDefinitions } from './table-definitions.ts';

const writesAtOnce = 16;

const [feedIndex] = tableDefinitions.migrations.indexes;

type PackedReason = readonly [feature: number, value: number, before: number | null, weight: number];
type PackedMigration = Omit<Migration, 'customerId' | 'ordinal' | 'cause' | 'reasons'> & {
  readonly reasons: readonly PackedReason[];
};

/** The moves between segments, by customer and, through an index, in the order of their publication. */
export function migrationTable(
  table: TableAccess,
  days: DayDirectory,
  order: FeedOrder,
  expiry: Expiry,
  retry?: BatchRetry,
): MigrationStore {
  const live = (items: readonly Item[]) => items.filter((item) => !isExpired(item, expiry.nowMs()));
  return {
    async publish(migrations) {
      const ids = migrations.map((migration) => migration.id);
      await order.publish(ids, async (feedKeys) => {
        for (const day of new Set(feedKeys.map(feedKeyDay))) await days.note(day);
        const items = migrations.map((migration, position) => ({
          ...toItem(migration, feedKeys[position] as string),
          ...expiry.attributes(),
        }));
        await putMany(table, items, retry);
      });
    },
    async republish(migrations) {
      const ids = migrations.map((migration) => migration.id);
      const outcomes = await order.publish(ids, async (feedKeys) => {
        for (const day of new Set(feedKeys.map(feedKeyDay))) await days.note(day);
        return boundedMap(migrations, writesAtOnce, (migration, position) =>
          table.put(
            { ...toItem(migration, feedKeys[position] as string), ...expiry.attributes() },
            { expression: 'attribute_not_exists(customerId)' },
          ),
        );
      });
      return outcomes.filter((outcome) => outcome === 'written').length;
    },
    async listByCustomer(customerId, page) {
      const listing = 'customer-migrations';
      const found = await table.query({
        KeyConditionExpression: 'customerId = :customerId',
        ExpressionAttributeValues: { ':customerId': customerId },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: checkLimit(page.limit),
        ExclusiveStartKey: decodeCursor(page.cursor, listing, { customerId }, ['ordinal']),
      });
      return { items: live(found.items).map(toPublished), cursor: encodeCursor(listing, found.lastKey) };
    },
    async feedAfter(feedKey, limit) {
      const complete = order.horizon();
      const start = feedKey === undefined ? undefined : checkFeedKey(feedKey);
      const items = await walkFeed(
        { table, index: feedIndex, days },
        { start, limit: checkLimit(limit), forward: true },
      );
      // Everything behind the first key that is not complete yet has to wait with it.
      const end = items.findIndex((item) => !complete(item.feedKey as string));
      return live(end === -1 ? items : items.slice(0, end)).map(toPublished);
    },
    async feedLatest(page) {
      const limit = checkLimit(page.limit);
      const start = page.cursor === undefined ? undefined : checkFeedKey(page.cursor);
      const items = await walkFeed({ table, index: feedIndex, days }, { start, limit, forward: false });
      const last = items.length < limit ? undefined : (items.at(-1)?.feedKey as string | undefined);
      return { items: live(items).map(toPublished), cursor: last };
    },
    async scanFacts(page) {
      const listing = 'migration-facts';
      const found = await table.scan({
        ProjectionExpression: 'customerId, #ordinal, cause, body, expiresAt',
        ExpressionAttributeNames: { '#ordinal': 'ordinal' },
        Limit: checkLimit(page.limit),
        ExclusiveStartKey: decodeCursor(page.cursor, listing, {}, ['customerId', 'ordinal']),
      });
      return { items: live(found.items).map(toFact), cursor: encodeCursor(listing, found.lastKey) };
    },
    async countByCause() {
      const counts: Record<MigrationCause, number> = { event: 0, time: 0, model: 0 };
      for await (const item of table.scanAll({ ProjectionExpression: 'cause, expiresAt' })) {
        if (!isExpired(item, expiry.nowMs())) counts[item.cause as MigrationCause] += 1;
      }
      return counts;
    },
  };
}

function toItem(migration: Migration, feedKey: string): Item {
  const { customerId, ordinal, cause, reasons, ...rest } = migration;
  const packed: PackedMigration = {
    ...rest,
    reasons: reasons.map((reason) => [
      segmentFeatureNames.indexOf(reason.feature),
      reason.value,
      reason.before ?? null,
      reason.weight,
    ]),
  };
  return { customerId, ordinal, cause, feedDay: feedKeyDay(feedKey), feedKey, body: JSON.stringify(packed) };
}

function toFact(item: Item): MoveFact {
  const { from, to, atMs, spend365Micros } = JSON.parse(item.body as string) as PackedMigration;
  return {
    customerId: item.customerId as string,
    ordinal: item.ordinal as number,
    cause: item.cause as MigrationCause,
    from,
    to,
    atMs,
    spend365Micros,
  };
}

function toPublished(item: Item): PublishedMigration {
  const { reasons, ...rest } = JSON.parse(item.body as string) as PackedMigration;
  const feedKey = item.feedKey as string;
  return {
    ...rest,
    customerId: item.customerId as string,
    ordinal: item.ordinal as number,
    cause: item.cause as MigrationCause,
    reasons: reasons.map(
      ([feature, value, before, weight]): SegmentReason => ({
        feature: segmentFeatureNames[feature] as SegmentFeatureName,
        value,
        before: before ?? undefined,
        weight,
      }),
    ),
    feedKey,
    publishedAtMs: feedKeyMs(feedKey),
  };
}
