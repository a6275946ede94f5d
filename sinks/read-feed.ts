import { type Expiry, isExpired } from './expiry.ts';
import type { Walk } from './feed-index.ts';
import { type FeedOrder, feedKeyAt } from './feed-order.ts';
import type { Item } from './table-access.ts';

/** Reads one page of a feed, or of a part of it; fewer than `limit` items mean that it has ended. */
export type ReadWalk = (walk: Walk) => Promise<readonly Item[]>;

interface FeedReading {
  readonly order: FeedOrder;
  readonly expiry: Expiry;
  readonly read: ReadWalk;
}

/** Smallest page that is read to find the newest entry: what is being written is passed over. */
const newestPage = 25;

/**
 * What comes strictly after a key, oldest first. What is not complete yet, and everything behind it, waits for a later call;
 * an empty answer means that nothing else is there.
 */
export async function readFeedAfter(
  { order, expiry, read }: FeedReading,
  after: string | undefined,
  limit: number,
): Promise<readonly Item[]> {
  const complete = order.horizon();
  let start = after;
  for (;;) {
    const items = await read({ start, limit, forward: true });
    const end = items.findIndex((item) => !complete(item.feedKey as string));
    const live = (end === -1 ? items : items.slice(0, end)).filter(
      (item) => !isExpired(item, expiry.nowMs()),
    );
    if (live.length > 0 || end !== -1 || items.length < limit) return live;
    start = items.at(-1)?.feedKey as string;
  }
}

/**
 * What comes strictly before a key, newest first. What is not complete yet is left out, so that whoever goes on after the
 * first entry with `readFeedAfter` misses nothing.
 */
export async function readFeedBefore(
  { order, expiry, read }: FeedReading,
  before: string | undefined,
  limit: number,
): Promise<{ readonly items: readonly Item[]; readonly cursor: string | undefined }> {
  const complete = order.horizon();
  let start = before;
  for (;;) {
    const page = await read({ start, limit, forward: false });
    const items = page.filter((item) => complete(item.feedKey as string) && !isExpired(item, expiry.nowMs()));
    const cursor = page.length < limit ? undefined : (page.at(-1)?.feedKey as string | undefined);
    if (items.length > 0 || cursor === undefined) return { items, cursor };
    start = cursor;
  }
}

/** The key that a reader who wants what comes from now on goes on after: of the newest entry, or of where it would be. */
export async function feedStart(reading: FeedReading): Promise<string> {
  const begin = feedKeyAt(reading.order.completeToMs());
  const { items } = await readFeedBefore(reading, undefined, newestPage);
  return (items[0]?.feedKey as string | undefined) ?? begin;
}
