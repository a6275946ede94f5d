import { ThrottledError } from '../operators/errors.ts';
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
import { type Walk, walkFeed } from './feed-index.ts';
import { checkFeedKey, type FeedOrder, feedKeyDay, feedKeyMs } from './feed-order.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import { feedStart, readFeedAfter, readFeedBefore } from './read-feed.ts';
import type { MigrationStore, PublishedMigration } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';
import { type BatchRetry, defaultBatchRetry, putMany } from './table-batches.ts';
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
  retry: BatchRetry = defaultBatchRetry,
): MigrationStore {
  const live = (items: readonly Item[]) => items.filter((item) => !isExpired(item, expiry.nowMs()));
  const walk = (walked: Walk) => walkFeed({ table, index: feedIndex, days, expiry }, walked);
  const feed = { order, expiry, read: walk };
  const itemsOf = async (migrations: readonly Migration[], feedKeys: readonly string[]) => {
    for (const day of new Set(feedKeys.map(feedKeyDay))) await days.note(day);
    return migrations.map((migration, position) => ({
      ...toItem(migration, feedKeys[position] as string),
      ...expiry.attributes(),
    }));
  };
  return {
    async publish(migrations) {
      let left = migrations;
      for (let idleTurns = 0; left.length > 0; ) {
        const undone = await order.publish(left.map(idOf), async (feedKeys) => {
          const items = await itemsOf(left, feedKeys);
          return new Set((await putMany(table, items, retry, order.publishMsMax)).map(keyOf));
        });
        idleTurns = undone.size < left.length ? 0 : idleTurns + 1;
        if (idleTurns >= retry.attemptsMax) throw throttled(table, left.length);
        // What could not be written in time comes later in the feed, where readers have not been yet.
        left = left.filter((migration) => undone.has(keyOf(migration)));
      }
    },
    async republish(migrations) {
      let written = 0;
      for (let start = 0; start < migrations.length; start += writesAtOnce) {
        const some = migrations.slice(start, start + writesAtOnce);
        const outcomes = await order.publish(some.map(idOf), async (feedKeys) =>
          boundedMap(await itemsOf(some, feedKeys), writesAtOnce, (item) =>
            table.put(item, { expression: 'attribute_not_exists(customerId)' }),
          ),
        );
        written += outcomes.filter((outcome) => outcome === 'written').length;
      }
      return written;
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
      const start = feedKey === undefined ? undefined : checkFeedKey(feedKey);
      return (await readFeedAfter(feed, start, checkLimit(limit))).map(toPublished);
    },
    async feedLatest({ cursor, limit }) {
      const start = cursor === undefined ? undefined : checkFeedKey(cursor);
      const page = await readFeedBefore(feed, start, checkLimit(limit));
      return { items: page.items.map(toPublished), cursor: page.cursor };
    },
    feedStart: () => feedStart(feed),
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

function idOf({ id }: Migration): string {
  return id;
}

/** Of a move or its item. */
function keyOf({ customerId, ordinal }: Migration | Item): string {
  return `${customerId}\n${ordinal}`;
}

function throttled({ table }: TableAccess, left: number): ThrottledError {
  return new ThrottledError('throttled', `${table} left ${left} moves unwritten, turn after turn`, {
    retryable: true,
    context: { table, left },
  });
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
