import { useEffect, useState } from 'preact/hooks';
import { useBoard } from '../data/board-context.ts';
import type { StreamState } from '../data/follow-stream.ts';
import { clockTime } from '../format/dates.ts';
import { headline } from './states.tsx';

interface ConnectionPillProps {
  readonly state: StreamState;
  readonly lastDataAtMs: number | undefined;
}

/** Whether what is shown is live, and if not, since when; a broken connection is tried again at once when asked for. */
export function ConnectionPill({ state, lastDataAtMs }: ConnectionPillProps) {
  const { nudge } = useBoard();
  const since = lastDataAtMs === undefined ? '' : ` · last data ${clockTime(lastDataAtMs)}`;
  const stale = useStale(lastDataAtMs, state.kind === 'open' ? (state.everyMs ?? 0) : 0);
  const kind = state.kind === 'open' && stale ? 'waiting' : state.kind;
  return (
    <span class="pill" data-kind={kind} role="status">
      {wording(state, stale)}
      {kind !== 'open' && since}
      {state.kind === 'waiting' && (
        <button type="button" onClick={() => nudge.set(nudge.value + 1)}>
          Try now
        </button>
      )}
    </span>
  );
}

function wording(state: StreamState, stale: boolean): string {
  switch (state.kind) {
    case 'open':
      return stale ? 'No data' : 'Live';
    case 'connecting':
      return 'Connecting…';
    case 'waiting':
      return 'Reconnecting…';
    case 'refused':
      return state.problem.status === 401 ? 'Signed out' : headline(state.problem);
  }
}

/** Live figures come every second, or with each turn; five seconds after they should have, the page says so. */
const staleMs = 5_000;

function useStale(lastDataAtMs: number | undefined, everyMs: number): boolean {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return lastDataAtMs !== undefined && nowMs - lastDataAtMs > staleMs + everyMs;
}
