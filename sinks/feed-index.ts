import { type DayDirectory, utcDate } from './day-directory.ts';
import type { Expiry } from './expiry.ts';
import { feedKeyDay } from './feed-order.ts';
import type { Item, TableAccess } from './table-access.ts';
import type { IndexDefinition } from './table-definitions.ts';

/** An index whose partitions are UTC days and whose sort keys are feed keys. */
export interface FeedIndex {
  readonly table: TableAccess;
  readonly index: IndexDefinition;
  readonly days: DayDirectory;
  /** Of the entries: days of which all have expired are not looked at. */
  readonly expiry: Expiry;
}

export interface Walk {
  /** Key to go on after, exclusive. */
  readonly start: string | undefined;
  readonly limit: number;
  readonly forward: boolean;
}

/** Goes from day to day, over the days that have something only, until `limit` items are found or none are left. */
export async function walkFeed(feed: FeedIndex, walk: Walk): Promise<Item[]> {
  const { start, limit, forward } = walk;
  const { days, expiry } = feed;
  const expiredMs = expiry.expiredBeforeMs();
  const oldestDay = expiredMs === undefined ? '' : utcDate(expiredMs);
  const found: Item[] = [];
  let day = start === undefined ? undefined : feedKeyDay(start);
  if (day !== undefined) found.push(...(await feedOfPartition(feed, day, walk)));
  while (found.length < limit) {
    const next = forward ? await days.after(day) : await days.before(day);
    for (const candidate of next) {
      day = candidate;
      if (candidate < oldestDay) {
        if (forward) continue;
        return found;
      }
      const missing = limit - found.length;
      found.push(...(await feedOfPartition(feed, candidate, { start: undefined, limit: missing, forward })));
      if (found.length >= limit) break;
    }
    if (next.length === 0) break;
  }
  return found;
}

/** The entries of one partition of an index that is sorted by feed keys. */
export async function feedOfPartition(
  { table, index }: Omit<FeedIndex, 'days' | 'expiry'>,
  partition: string,
  { start, limit, forward }: Walk,
): Promise<Item[]> {
  const items: Item[] = [];
  const beyond = start === undefined ? '' : ` AND #key ${forward ? '>' : '<'} :start`;
  const input = {
    IndexName: index.name,
    KeyConditionExpression: `#partition = :partition${beyond}`,
    ExpressionAttributeNames: {
      '#partition': index.partitionKey,
      ...(start === undefined ? {} : { '#key': index.sortKey }),
    },
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(start === undefined ? {} : { ':start': start }),
    },
    ScanIndexForward: forward,
    Limit: limit,
  };
  for await (const item of table.queryAll(input)) {
    items.push(item);
    if (items.length >= limit) break;
  }
  return items;
}
