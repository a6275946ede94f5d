import { describe, expect, it } from 'vitest';
import { type Listed, Listing } from '../../../api/board/data/listing.ts';
import { ProblemError, unreachable } from '../../../api/board/data/problem.ts';

interface Item {
  readonly id: string;
}

/** Two items a page, newest first; each call waits for `answer`. */
function open(feed: string[], idOf?: (item: Item) => string) {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let fails = false;
  let listed: Listed<Item> | undefined;
  const listing = new Listing<Item>({
    http: {
      async json<T>(path: string): Promise<T> {
        asked.push(path);
        await new Promise<void>((resolve) => waiting.push(resolve));
        if (fails) throw new ProblemError(unreachable('down'));
        const cursor = new URLSearchParams(path.split('?')[1]).get('cursor');
        const from = cursor === null ? 0 : feed.indexOf(cursor) + 1;
        const page = feed.slice(from, from + 2);
        const nextCursor = from + 2 < feed.length ? (page.at(-1) ?? null) : null;
        return { items: page.map((id) => ({ id })), nextCursor } as T;
      },
    },
    first: '/v1/x?limit=2',
    idOf,
    onChange: (next) => {
      listed = next;
    },
  });
  return {
    listing,
    asked,
    ids: () => listed?.items.map(({ id }) => id).join('') ?? '',
    state: () => listed,
    setFailing: (failing: boolean) => {
      fails = failing;
    },
    async answer() {
      waiting.shift()?.();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    },
  };
}

const idOf = ({ id }: Item) => id;

describe('a listing', () => {
  it('grows page by page to its end', async () => {
    const { listing, ids, state, answer, asked } = open(['e', 'd', 'c']);
    listing.reload();
    expect(state()).toMatchObject({ isNew: true, asking: true });
    await answer();
    listing.more();
    await answer();
    expect([ids(), state()?.nextCursor]).toEqual(['edc', null]);
    listing.more();
    expect(asked).toEqual(['/v1/x?limit=2', '/v1/x?limit=2&cursor=d']);
  });

  it('shows what it has while it is read again, and keeps what was read beyond the first page', async () => {
    const feed = ['e', 'd', 'c', 'b', 'a'];
    const { listing, ids, answer } = open(feed, idOf);
    listing.reload();
    await answer();
    listing.more();
    await answer();
    feed.unshift('f');
    listing.reload();
    expect(ids()).toBe('edcb');
    await answer();
    expect(ids()).toBe('fedcb');
    listing.more();
    await answer();
    expect(ids()).toBe('fedcba');
  });

  it('begins anew where so much has come that the first page does not reach what was read', async () => {
    const feed = ['b', 'a'];
    const { listing, ids, state, answer } = open(feed, idOf);
    listing.reload();
    await answer();
    feed.unshift('f', 'e', 'd', 'c');
    listing.reload();
    await answer();
    expect([ids(), state()?.nextCursor]).toEqual(['fe', 'e']);
  });

  it('without ids is its first page again', async () => {
    const feed = ['c', 'b', 'a'];
    const { listing, ids, answer } = open(feed);
    listing.reload();
    await answer();
    listing.more();
    await answer();
    feed.shift();
    listing.reload();
    await answer();
    expect(ids()).toBe('ba');
  });

  it('makes one call at a time, and one reload of many that were asked meanwhile', async () => {
    const { listing, asked, answer } = open(['c', 'b', 'a'], idOf);
    listing.reload();
    listing.more();
    listing.reload();
    listing.reload();
    await answer();
    expect(asked).toHaveLength(2);
    await answer();
    expect(asked).toHaveLength(2);
  });

  it('keeps what it shows when a call fails, and says why', async () => {
    const { listing, ids, state, answer, setFailing } = open(['c', 'b', 'a'], idOf);
    listing.reload();
    await answer();
    setFailing(true);
    listing.more();
    await answer();
    expect([ids(), state()?.nextCursor, state()?.problem?.status]).toEqual(['cb', 'b', 0]);
    setFailing(false);
    listing.more();
    await answer();
    expect([ids(), state()?.problem]).toEqual(['cba', undefined]);
  });

  it('changes nothing once it is closed', async () => {
    const { listing, ids, answer } = open(['a']);
    listing.reload();
    listing.close();
    await answer();
    expect(ids()).toBe('');
  });
});
