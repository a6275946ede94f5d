import { useEffect, useRef, useState } from 'preact/hooks';
import { useBoard } from '../data/board-context.ts';
import { followStream, type StreamState } from '../data/follow-stream.ts';
import { useStore } from '../data/use-store.ts';

/** Calls for a fresh look are made at most this often, ms. */
const lookMs = 400;

/**
 * Follows the alerts that rules fire while a view is shown, and calls `onAlert` a moment after some came.
 * @returns whether the stream is open
 */
export function useFiredAlerts(onAlert: () => void): StreamState {
  const { http, session, nudge } = useBoard();
  const person = useStore(session);
  const [state, setState] = useState<StreamState>({ kind: 'connecting' });
  const look = useRef(onAlert);
  look.current = onAlert;
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    void followStream({
      open: (lastEventId, signal) => {
        const place: Record<string, string> =
          lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
        return http.open('/v1/rule-alerts/stream', { Accept: 'text/event-stream', ...place }, { signal });
      },
      onMessage: () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          look.current();
        }, lookMs);
      },
      onState: setState,
      signal: ending.signal,
      nudge,
    });
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [http, person, nudge]);
  return state;
}
