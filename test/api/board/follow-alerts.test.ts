import { describe, expect, it } from 'vitest';
import type { Migration } from '../../../api/board/data/answers.ts';
import { Http } from '../../../api/board/data/http.ts';
import { Store } from '../../../api/board/data/store.ts';
import { initialAlerts } from '../../../api/board/live/alert-state.ts';
import { followAlerts } from '../../../api/board/live/follow-alerts.ts';

function body(place: number) {
  return {
    feedKey: String(place).padStart(4, '0'),
    customerId: 'c',
    from: 'Loyal',
    to: 'At Risk',
  } as Migration;
}

const keys = (items: readonly Migration[]) => items.map(({ feedKey }) => Number(feedKey));

/** An API whose feed holds `feed`; its stream gives what lies after the place that is asked for, then ends. */
/** @param failing which list, from 0, is answered with a failure */
function apiWith(feed: Migration[], failing = -1) {
  const streamed: (string | null)[] = [];
  let lists = 0;
  const http = new Http({
    fetch: async (path, init) => {
      if (!String(path).startsWith('/v1/alerts/stream')) {
        lists += 1;
        if (lists - 1 === failing) return Response.json({}, { status: 503 });
        return Response.json({ items: [...feed].reverse(), nextCursor: null });
      }
      const after = new Headers(init?.headers).get('Last-Event-ID');
      streamed.push(after);
      const newest = feed.at(-1)?.feedKey ?? '0000';
      const rest = after === null ? [] : feed.filter(({ feedKey }) => feedKey > after);
      const text = rest.map(
        (one) => `event: migration\nid: ${one.feedKey}\ndata: ${JSON.stringify(one)}\n\n`,
      );
      const events = `event: following\nid: ${after ?? newest}\ndata: {}\n\n${text.join('')}`;
      return new Response(events, { headers: { 'Content-Type': 'text/event-stream' } });
    },
    credential: () => undefined,
    onUnauthorized: () => {},
  });
  return { http, streamed };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('following the alerts', () => {
  it('lists what was and asks the stream for what came after the newest of it', async () => {
    const feed = [body(1), body(2)];
    const { http, streamed } = apiWith(feed);
    const store = new Store(initialAlerts);
    const ending = new AbortController();
    const followed = followAlerts({ http, alerts: store, nudge: new Store(0) }, ending.signal);
    await until(() => streamed.length === 1);
    feed.push(body(3));
    await until(() => store.value.items.length === 3);
    ending.abort();
    await followed;
    expect(streamed[0]).toBe('0002');
    expect(keys(store.value.items)).toEqual([3, 2, 1]);
    expect(store.value.arrived).toBe(1);
  });

  it('goes on after the newest it knows when it is begun again', async () => {
    const feed = [body(1), body(2)];
    const { http, streamed } = apiWith(feed);
    const store = new Store({ ...initialAlerts, items: [body(1)], listed: true });
    const ending = new AbortController();
    const followed = followAlerts({ http, alerts: store, nudge: new Store(0) }, ending.signal);
    await until(() => store.value.items.length === 2);
    ending.abort();
    await followed;
    expect(streamed[0]).toBe('0001');
  });

  it.each([
    ['asks for the list again once a stream without a place is open', -1],
    ['asks for it until it has come', 1],
  ])('%s', async (_, failing) => {
    const feed: Migration[] = [];
    const { http } = apiWith(feed, failing);
    const store = new Store(initialAlerts);
    const ending = new AbortController();
    const unsubscribe = store.subscribe(() => {
      // Published between the empty list and the opening of the stream.
      if (store.value.listed && feed.length === 0) feed.push(body(1));
    });
    const followed = followAlerts({ http, alerts: store, nudge: new Store(0) }, ending.signal);
    await until(() => store.value.items.length === 1);
    ending.abort();
    await followed;
    unsubscribe();
    expect(keys(store.value.items)).toEqual([1]);
  });
});
