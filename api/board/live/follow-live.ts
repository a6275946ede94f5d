import type { Live } from '../data/answers.ts';
import type { Board } from '../data/board-context.ts';
import { followStream } from '../data/follow-stream.ts';
import { withLive } from './live-state.ts';

/** Keeps a store at what the pipeline says of itself, until `signal` ends it. */
export async function followLive(
  { http, live: store, nudge }: Pick<Board, 'http' | 'live' | 'nudge'>,
  signal: AbortSignal,
): Promise<void> {
  await followStream({
    open: (_, ending) => http.open('/v1/live', { Accept: 'text/event-stream' }, { signal: ending }),
    onMessage: ({ event, data }) => {
      if (event === 'live') store.set(withLive(store.value, JSON.parse(data) as Live, Date.now()));
    },
    onState: (connection) => store.set({ ...store.value, connection }),
    signal,
    nudge,
  });
}
