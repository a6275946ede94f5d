import type { Migration, PageOf } from '../data/answers.ts';
import type { Board } from '../data/board-context.ts';
import { followStream, pauseUnless, type StreamState } from '../data/follow-stream.ts';
import { ProblemError, passes, unreachable } from '../data/problem.ts';
import { withArrived, withListed } from './alert-state.ts';

/** Alerts are drawn at most this often, however fast they come, ms. */
const drawMs = 200;

const listed = 100;

type Feed = Pick<Board, 'http' | 'alerts' | 'nudge'>;

/**
 * Keeps a store at the newest moves between segments, until `signal` ends it: first those that were, then each that comes.
 * The stream is asked to go on after the newest one known, also after a pause of any length, so none is missed between.
 */
export async function followAlerts({ http, alerts: store, nudge }: Feed, signal: AbortSignal): Promise<void> {
  const list = async () => {
    const page = await http.json<PageOf<Migration>>(`/v1/alerts?limit=${listed}`, { signal });
    store.set(withListed(store.value, page.items));
  };
  if (!store.value.listed && !(await listFirst(list, { alerts: store, nudge }, signal))) return;
  const waiting: Migration[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = () => {
    timer = undefined;
    store.set(withArrived(store.value, waiting.splice(0), Date.now()));
  };
  const lastEventId = store.value.items[0]?.feedKey;
  let listedSince = lastEventId !== undefined;
  await followStream({
    lastEventId,
    open: (lastEventId, ending) => {
      const place: Record<string, string> = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
      return http.open('/v1/alerts/stream', { Accept: 'text/event-stream', ...place }, { signal: ending });
    },
    onMessage: ({ event, data }) => {
      if (event !== 'migration') return;
      waiting.push(JSON.parse(data) as Migration);
      timer ??= setTimeout(draw, drawMs);
    },
    onState: (connection: StreamState) => {
      store.set({ ...store.value, connection });
      // A stream without a place begins now: what was published since the empty list was read is asked for again, until
      // it has come.
      if (!listedSince && connection.kind === 'open') {
        list().then(
          () => {
            listedSince = true;
          },
          () => {},
        );
      }
    },
    signal,
    nudge,
  });
  clearTimeout(timer);
  if (waiting.length > 0) draw();
}

/** Asks for the list until it comes; false when asking again would not help. */
async function listFirst(
  list: () => Promise<void>,
  { alerts: store, nudge }: Omit<Feed, 'http'>,
  signal: AbortSignal,
): Promise<boolean> {
  for (let retryMs = 1_000; !signal.aborted; retryMs = Math.min(4_000, retryMs * 2)) {
    try {
      await list();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const problem = error instanceof ProblemError ? error.problem : unreachable(error);
      const connection: StreamState = passes(problem)
        ? { kind: 'waiting', attempts: 1, retryMs, problem }
        : { kind: 'refused', problem };
      store.set({ ...store.value, problem, connection });
      if (connection.kind === 'refused') return false;
      const askedMs = (problem.retryAfterSeconds ?? 0) * 1_000;
      await pauseUnless(Math.max(retryMs, askedMs), signal, askedMs > 0 ? undefined : nudge);
    }
  }
  return false;
}
