import type { Board } from '../data/board-context.ts';
import { followAlerts } from './follow-alerts.ts';
import { followLive } from './follow-live.ts';

/** How long a page may be out of sight before it lets go of its streams, ms: browsers open only six connections a host. */
const unseenMsMax = 20_000;

/** Follows both streams while the page is seen; they go on where they stopped when it is seen again, or someone signs in. */
export function keepFollowing(board: Board): void {
  let ending: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = () => {
    clearTimeout(timer);
    if (ending !== undefined) return;
    ending = new AbortController();
    void followLive(board, ending.signal);
    void followAlerts(board, ending.signal);
  };
  const nudge = () => board.nudge.set(board.nudge.value + 1);
  const stop = () => {
    ending?.abort();
    ending = undefined;
  };
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') {
      start();
      nudge();
    } else timer = setTimeout(stop, unseenMsMax);
  });
  addEventListener('online', nudge);
  board.session.subscribe(() => {
    stop();
    start();
  });
  start();
}
