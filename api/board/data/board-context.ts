import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AlertState } from '../live/alert-state.ts';
import type { LiveState } from '../live/live-state.ts';
import type { CredentialStore } from './credential.ts';
import type { Http } from './http.ts';
import type { Store } from './store.ts';

/** What every view works with. */
export interface Board {
  readonly http: Http;
  readonly credentials: CredentialStore;
  readonly live: Store<LiveState>;
  readonly alerts: Store<AlertState>;
  /** True while the API asks who is there. */
  readonly signInAsked: Store<boolean>;
  /** Counts sign-ins and sign-outs: what was read under another name is read again. */
  readonly session: Store<number>;
  /** Counts the moments at which a broken stream is worth trying again at once. */
  readonly nudge: Store<number>;
}

export const BoardContext = createContext<Board | undefined>(undefined);

export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (board === undefined) throw new Error('this part stands outside the board');
  return board;
}
