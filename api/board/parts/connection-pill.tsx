import { useEffect, useState } from 'preact/hooks';
import type { StreamState } from '../data/follow-stream.ts';
import { clockTime } from '../format/dates.ts';
import { headline } from './states.tsx';

interface ConnectionPillProps {
  readonly state: StreamState;
  readonly lastDataAtMs: number | undefined;
}

/** Whether what is shown is live, and if not, since when. */
export function ConnectionPill({ state, lastDataAtMs }: ConnectionPillProps) {
  const since = lastDataAtMs === undefined ? '' : ` · last data ${clockTime(lastDataAtMs)}`;
  const stale = useStale(lastDataAtMs);
  const kind = state.kind === 'open' && stale ? 'waiting' : state.kind;
  return (
    <span class="pill" data-kind={kind} role="status">
      {wording(state, stale)}
      {kind !== 'open' && since}
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

/** Live figures come every second; after five without any, the page says so. */
const staleMs = 5_000;

function useStale(lastDataAtMs: number | undefined): boolean {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return lastDataAtMs !== undefined && nowMs - lastDataAtMs > staleMs;
}
