import type { Live } from '../data/answers.ts';
import { followStream } from '../data/follow-stream.ts';
import type { Http } from '../data/http.ts';
import type { Store } from '../data/store.ts';
import { type LiveState, withLive } from './live-state.ts';

/** Keeps a store at what the pipeline says of itself, until `signal` ends it. */
export async function followLive(http: Http, store: Store<LiveState>, signal: AbortSignal): Promise<void> {
  await followStream({
    open: (_, ending) => http.open('/v1/live', { Accept: 'text/event-stream' }, { signal: ending }),
    onMessage: ({ event, data }) => {
      if (event === 'live') store.set(withLive(store.value, JSON.parse(data) as Live, Date.now()));
    },
    onState: (connection) => store.set({ ...store.value, connection }),
    signal,
  });
}
