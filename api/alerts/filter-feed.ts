import type { MigrationStore, PublishedMigration } from '../../sinks/stores.ts';

export interface FilterFeedOptions {
  /** Matches to return at most. */
  readonly limit: number;
  /** Entries of one read of the feed. Default 500. */
  readonly pageSize?: number;
  /** Reads of the feed for one request. Default 10; then the answer is what was found so far, and where to go on. */
  readonly pagesMax?: number;
}

export interface FilteredFeed {
  readonly items: readonly PublishedMigration[];
  /** Where to go on; undefined at the end of the feed. */
  readonly position: string | undefined;
}

/**
 * Reads the feed newest first and keeps what matches. A page can be short, even empty, and still have a position:
 * so much of the feed was examined.
 *
 * The position holds the page of the feed and the last key examined in it: keys fall from entry to entry, so what was
 * published since then doesn't shift the place.
 */
export async function filterFeed(
  store: Pick<MigrationStore, 'feedLatest'>,
  matches: (migration: PublishedMigration) => boolean,
  position: string | undefined,
  { limit, pageSize = 500, pagesMax = 10 }: FilterFeedOptions,
): Promise<FilteredFeed> {
  let [cursor, examined] = parsePosition(position);
  const items: PublishedMigration[] = [];
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await store.feedLatest({ limit: pageSize, cursor });
    for (const migration of page.items) {
      if (examined !== undefined && migration.feedKey >= examined) continue;
      if (matches(migration)) {
        if (items.length === limit) return { items, position: formatPosition(cursor, examined) };
        items.push(migration);
      }
      examined = migration.feedKey;
    }
    if (page.cursor === undefined) return { items, position: undefined };
    cursor = page.cursor;
  }
  return { items, position: formatPosition(cursor, examined) };
}

function formatPosition(cursor: string | undefined, examined: string | undefined): string {
  return JSON.stringify([cursor ?? null, examined ?? null]);
}

function parsePosition(position: string | undefined): [string | undefined, string | undefined] {
  if (position === undefined) return [undefined, undefined];
  const [cursor, examined] = JSON.parse(position) as [string | null, string | null];
  return [cursor ?? undefined, examined ?? undefined];
}
