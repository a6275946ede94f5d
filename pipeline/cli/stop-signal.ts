import type { Log } from '../log.ts';

/** Signals that follow the first within this time are the same wish: npm hands on the Ctrl+C that the terminal sends as well, ms. */
const sameWishMs = 500;

/** Aborts on the first SIGTERM or SIGINT; a later one ends the process at once, which loses nothing but time. */
export function stopSignal(log: Log): AbortSignal {
  const stopping = new AbortController();
  let askedAtMs: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (askedAtMs !== undefined) {
      if (performance.now() - askedAtMs < sameWishMs) return;
      log.warn({ signal }, 'stopping at once; the next start does the batches in hand again');
      process.exit(130);
    }
    askedAtMs = performance.now();
    log.info({ signal }, 'stop asked for');
    stopping.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return stopping.signal;
}
