import { render } from 'preact';
import { App } from './app.tsx';
import type { Board } from './data/board-context.ts';
import { CredentialStore } from './data/credential.ts';
import { Http } from './data/http.ts';
import { Store } from './data/store.ts';
import { initialAlerts } from './live/alert-state.ts';
import { keepFollowing } from './live/keep-following.ts';
import { initialLive } from './live/live-state.ts';
import { followLinks } from './router/use-route.ts';

function openBoard(): Board {
  const credentials = new CredentialStore(sessionStore());
  const signInAsked = new Store(false);
  const nudge = new Store(0);
  const http = new Http({
    fetch: (input, init) => fetch(input, init),
    credential: () => credentials.current,
    onUnauthorized: () => signInAsked.set(true),
    onAnswer: () => nudge.set(nudge.value + 1),
  });
  return {
    http,
    credentials,
    signInAsked,
    live: new Store(initialLive),
    alerts: new Store(initialAlerts),
    session: new Store(0),
    nudge,
  };
}

function sessionStore(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

const board = openBoard();
followLinks();
keepFollowing(board);
const root = document.getElementById('board');
if (root === null) throw new Error('the page has no place for the board');
render(<App board={board} />, root);
